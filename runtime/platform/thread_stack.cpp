// SPDX-License-Identifier: Apache-2.0
// The stack of another thread: a signal makes it write down where it is.
#include "platform/thread_stack.hpp"

#include "base/fork.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <mutex>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

namespace covey::detail {

struct stack_maker {
  static stack_trace make(const std::uintptr_t* from, std::size_t count) noexcept {
    stack_trace made;
    for (made.size_ = 0; made.size_ < count && made.size_ < stack_trace::most; ++made.size_) {
      made.addresses_[made.size_] = from[made.size_];
    }
    return made;
  }
};

}  // namespace covey::detail

namespace covey::runtime {

namespace {

// One question at a time, asked under question_lock. The signal carries the number of the question, so that a late
// answer to an older one is not taken for this one's.
//   written  number: by the asker. addresses, count: by the asked thread, between taking the number (compare-exchange,
//            to its negative) and the post. The asker takes the number back (compare-exchange) before it gives up.
//   read     addresses, count: by the asker after the post.
struct question {
  std::atomic<int> number{0};
  std::array<std::uintptr_t, stack_trace::most> addresses{};
  std::size_t count = 0;
  sem_t answered{};
};
constinit fork_mutex question_lock;
question asked;
bool prepared = false;  // guarded by question_lock

[[nodiscard]] int signal_number() noexcept {
  return SIGRTMAX - 2;
}

_Unwind_Reason_Code append_address(_Unwind_Context* at, void* to) {
  auto& answer = *static_cast<question*>(to);
  int before = 0;
  const auto address = static_cast<std::uintptr_t>(_Unwind_GetIPInfo(at, &before));
  if (address == 0 || answer.count == answer.addresses.size()) {
    return _URC_END_OF_STACK;
  }
  answer.addresses[answer.count++] = address - (before == 0 ? 1U : 0U);
  return _URC_NO_REASON;
}

void answer(int /*signal*/, siginfo_t* info, void* /*context*/) {
  const int saved = errno;
  int number = info->si_code == SI_QUEUE ? info->si_value.sival_int : 0;
  if (number > 0 && asked.number.compare_exchange_strong(number, -number)) {
    asked.count = 0;
    _Unwind_Backtrace(&append_address, &asked);
    ::sem_post(&asked.answered);
  }
  errno = saved;
}

// The unwinder allocates when it is used for the first time: not in a handler.
_Unwind_Reason_Code stop_at_once(_Unwind_Context* /*at*/, void* /*to*/) {
  return _URC_END_OF_STACK;
}

[[nodiscard]] bool send(std::uint32_t thread, int number) noexcept {
  siginfo_t info{};
  info.si_code = SI_QUEUE;
  info.si_pid = ::getpid();
  info.si_uid = ::getuid();
  info.si_value.sival_int = number;
  return ::syscall(SYS_rt_tgsigqueueinfo, ::getpid(), thread, signal_number(), &info) == 0;
}

[[nodiscard]] bool wait_for_answer() noexcept {
  constexpr long patience_ns = 100'000'000;
  constexpr long second_ns = 1'000'000'000;
  timespec until{};
  ::clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += patience_ns;
  until.tv_sec += until.tv_nsec / second_ns;
  until.tv_nsec %= second_ns;
  int failed = 0;
  do {
    failed = ::sem_timedwait(&asked.answered, &until);
  } while (failed != 0 && errno == EINTR);
  return failed == 0;
}

}  // namespace

bool prepare_thread_stacks() noexcept {
  const std::scoped_lock guard(question_lock);
  if (prepared) {
    return true;
  }
  struct sigaction present {};
  if (::sigaction(signal_number(), nullptr, &present) != 0 ||
      (present.sa_flags & SA_SIGINFO) != 0 || present.sa_handler != SIG_DFL) {
    return false;
  }
  if (::sem_init(&asked.answered, 0, 0) != 0) {
    return false;
  }
  _Unwind_Backtrace(&stop_at_once, nullptr);
  struct sigaction ours {};
  ours.sa_sigaction = &answer;
  ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  ::sigfillset(&ours.sa_mask);
  prepared = ::sigaction(signal_number(), &ours, nullptr) == 0;
  return prepared;
}

void accept_stack_questions() noexcept {
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, signal_number());
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
}

stack_trace stack_of(std::uint32_t thread) noexcept {
  const std::scoped_lock guard(question_lock);
  if (!prepared) {
    return {};
  }
  static constinit int last = 0;  // guarded by question_lock
  last = last == 0x7FFF'FFFF ? 1 : last + 1;
  asked.number.store(last);
  int expected = last;
  if (!send(thread, last)) {
    return {};
  }
  if (!wait_for_answer()) {
    if (asked.number.compare_exchange_strong(expected, 0)) {
      return {};
    }
    while (::sem_wait(&asked.answered) != 0) {  // it has begun to answer
    }
  }
  constexpr std::size_t of_the_handler = 2;  // the handler itself, and the return from it
  return asked.count > of_the_handler
             ? detail::stack_maker::make(asked.addresses.data() + of_the_handler,
                                         asked.count - of_the_handler)
             : stack_trace();
}

}  // namespace covey::runtime
