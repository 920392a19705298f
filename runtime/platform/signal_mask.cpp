// SPDX-License-Identifier: Apache-2.0
// Finds out which signals the process takes.
#include "platform/signal_mask.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace covey::runtime {

namespace {

// One bit a signal, as the kernel counts them: signal 1 is the lowest.
using signal_bits = std::uint64_t;
constexpr int most_signals = 64;

[[nodiscard]] signal_bits bits_of(const sigset_t& set) noexcept {
  signal_bits bits = 0;
  for (int number = 1; number <= most_signals; ++number) {
    // The C library keeps some signals to itself and says -1 of them.
    if (::sigismember(&set, number) == 1) {
      bits |= signal_bits{1} << static_cast<unsigned>(number - 1);
    }
  }
  return bits;
}

[[nodiscard]] sigset_t set_of(signal_bits bits) noexcept {
  sigset_t set;
  ::sigemptyset(&set);
  for (int number = 1; number <= most_signals; ++number) {
    if ((bits >> static_cast<unsigned>(number - 1) & 1U) != 0) {
      ::sigaddset(&set, number);
    }
  }
  return set;
}

[[nodiscard]] signal_bits own_bits() noexcept {
  sigset_t now;
  ::sigemptyset(&now);
  ::pthread_sigmask(SIG_BLOCK, nullptr, &now);
  return bits_of(now);
}

[[nodiscard]] bool on_main_thread() noexcept {
  return ::syscall(SYS_gettid) == ::getpid();
}

// A mask with the signals of crashes is temporary: the C library blocks all signals while it starts a thread or forks.
[[nodiscard]] bool is_for_a_moment(signal_bits blocked) noexcept {
  constexpr auto bit = [](int number) {
    return signal_bits{1} << static_cast<unsigned>(number - 1);
  };
  constexpr signal_bits crashes = bit(SIGSEGV) | bit(SIGBUS) | bit(SIGILL) | bit(SIGFPE);
  return (blocked & crashes) != 0;
}

// What the main thread blocks, from the line "SigBlk:" of its status. @returns false when the system does not tell.
[[nodiscard]] bool read_main_thread(signal_bits& blocked) noexcept {
  const int file = ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return false;
  }
  char text[4096];
  const ssize_t got = ::read(file, text, sizeof text - 1);
  ::close(file);
  text[got > 0 ? got : 0] = '\0';
  constexpr char head[] = "\nSigBlk:";
  const char* const line = std::strstr(text, head);
  if (line == nullptr) {
    return false;
  }
  blocked = std::strtoull(line + sizeof head - 1, nullptr, 16);
  return true;
}

[[nodiscard]] bool see_main_thread(signal_bits& blocked) noexcept {
  if (!on_main_thread()) {
    return read_main_thread(blocked);
  }
  blocked = own_bits();
  return true;
}

[[nodiscard]] signal_bits blocked_at_load() noexcept {
  signal_bits blocked = 0;
  return see_main_thread(blocked) ? blocked : own_bits();
}

// What the main thread was last seen to block, but for moments.
//   written  at load, and by process_mask() on any thread, which may come before.
//   read     by process_mask(). relaxed: a number by itself.
constexpr signal_bits nothing_seen = ~signal_bits{0};
constinit std::atomic<signal_bits> last_seen{nothing_seen};
[[maybe_unused]] const bool seen_at_load = [] {
  signal_bits seen = nothing_seen;
  last_seen.compare_exchange_strong(seen, blocked_at_load(), std::memory_order_relaxed);
  return true;
}();

// The mask that the thread was given. What its code blocks later is its own affair.
struct given_mask {
  bool yes = false;
  signal_bits bits = 0;
};
constinit thread_local given_mask mask_given;

[[nodiscard]] signal_bits process_bits() noexcept {
  constexpr int tries = 4;
  for (int i = 0; i < tries; ++i) {
    signal_bits blocked = 0;
    if (!see_main_thread(blocked)) {
      break;
    }
    if (!is_for_a_moment(blocked)) {
      last_seen.store(blocked, std::memory_order_relaxed);
      return blocked;
    }
    if (on_main_thread()) {
      break;
    }
    ::sched_yield();
  }
  const signal_bits seen = last_seen.load(std::memory_order_relaxed);
  return seen != nothing_seen ? seen : blocked_at_load();
}

}  // namespace

sigset_t process_mask() noexcept {
  return set_of(process_bits());
}

void take_mask(const sigset_t& mask) noexcept {
  ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  mask_given = {true, bits_of(mask)};
}

void take_process_mask() noexcept {
  if (!mask_given.yes) {
    take_mask(process_mask());
  }
}

bool has_process_mask() noexcept {
  const signal_bits mine = own_bits();
  return (mask_given.yes && mask_given.bits == mine) || mine == process_bits();
}

}  // namespace covey::runtime
