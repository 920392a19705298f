// SPDX-License-Identifier: Apache-2.0
// The handler of deadly signals: writes one report, then lets the former action of the signal happen.
#include "platform/signal_stack.hpp"
#include "platform/signal_text.hpp"
#include "process/live_tasks.hpp"
#include "process/task_path.hpp"
#include "worker/careful_reads.hpp"

#include <covey/crash_handler.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <system_error>
#include <ucontext.h>

namespace covey {

namespace runtime {
namespace {

struct deadly_signal {
  int number;
  std::string_view words;
};
constexpr std::array<deadly_signal, 5> deadly_signals = {{
    {SIGSEGV, "SIGSEGV, an invalid use of memory"},
    {SIGBUS, "SIGBUS, memory that is not there"},
    {SIGILL, "SIGILL, an invalid instruction"},
    {SIGFPE, "SIGFPE, an invalid calculation"},
    {SIGABRT, "SIGABRT, the process ends itself"},
}};

// The former action of each signal; written by install_crash_handler() before the handler can run.
constinit std::array<struct sigaction, deadly_signals.size()> actions_before{};

// Held by the thread that writes a report.
//   written  exchanged by a crashing thread; false again when its report is written.
//   order    acquire / release: reports follow each other, and so do careful reads.
constinit std::atomic<bool> reporting{false};

// Waits until no other thread writes a report. Not for ever: the reporting thread itself may have crashed.
[[nodiscard]] bool wait_for_turn() noexcept {
  for (int i = 0; i < 5000; ++i) {
    if (!reporting.exchange(true, std::memory_order_acquire)) {
      return true;
    }
    const timespec moment = {0, 1'000'000};
    ::nanosleep(&moment, nullptr);
  }
  return false;
}

[[nodiscard]] std::uintptr_t stack_pointer_in(const void* machine) noexcept {
  const mcontext_t& at = static_cast<const ucontext_t*>(machine)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uintptr_t>(at.gregs[REG_RSP]);
#elif defined(__aarch64__)
  return static_cast<std::uintptr_t>(at.sp);
#else
  static_cast<void>(at);
  return 0;
#endif
}

// Memory beside the stack pointer that is not there: the stack has come to its end.
[[nodiscard]] bool is_stack_overflow(const siginfo_t& info, const void* machine) noexcept {
  constexpr std::uintptr_t near = std::uintptr_t{64} * 1024;
  const auto at = reinterpret_cast<std::uintptr_t>(info.si_addr);
  const std::uintptr_t stack = stack_pointer_in(machine);
  return info.si_signo == SIGSEGV && info.si_code > 0 && stack != 0 && at + near > stack &&
         at < stack + near;
}

void report(std::size_t index, const siginfo_t& info, const void* machine) noexcept {
  signal_text out;
  out << "covey: signal " << static_cast<std::uint64_t>(info.si_signo) << " ("
      << deadly_signals[index].words;
  if (info.si_code > 0) {
    out << ", at ";
    out.hex(reinterpret_cast<std::uintptr_t>(info.si_addr));
  }
  out << ")" << (is_stack_overflow(info, machine) ? ": the stack has overflowed" : "");
  out.end_line();
  write_task_path(out);
  write_live_tasks(out);
}

// All deadly signals are blocked meanwhile: should the report itself crash, the kernel ends the process at once.
void on_deadly_signal(int number, siginfo_t* info, void* machine) noexcept {
  const int saved_errno = errno;
  std::size_t index = 0;
  while (index + 1 < deadly_signals.size() && deadly_signals[index].number != number) {
    ++index;
  }
  if (wait_for_turn()) {
    report(index, *info, machine);
    reporting.store(false, std::memory_order_release);
  }
  ::sigaction(number, &actions_before[index], nullptr);
  if (info->si_code <= 0) {
    ::raise(number);  // pending until we return
  }
  errno = saved_errno;  // a fault happens once more when we return
}

void install_once() {
  if (const int error = prepare_careful_reads(); error != 0) {
    throw std::system_error(error, std::generic_category(), "covey: install_crash_handler()");
  }
  struct sigaction ours = {};
  ours.sa_sigaction = &on_deadly_signal;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  for (const deadly_signal& each : deadly_signals) {
    sigaddset(&ours.sa_mask, each.number);
  }
  for (std::size_t i = 0; i < deadly_signals.size(); ++i) {
    // Read first: the handler may run as soon as it is set.
    ::sigaction(deadly_signals[i].number, nullptr, &actions_before[i]);
    if (::sigaction(deadly_signals[i].number, &ours, nullptr) != 0) {
      throw std::system_error(errno, std::generic_category(), "covey: install_crash_handler()");
    }
  }
  wants_signal_stacks.store(true, std::memory_order_relaxed);
}

}  // namespace
}  // namespace runtime

void install_crash_handler() {
  static std::once_flag installed;
  std::call_once(installed, &runtime::install_once);
  runtime::take_signal_stack();
}

}  // namespace covey
