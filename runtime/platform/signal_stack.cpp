// SPDX-License-Identifier: Apache-2.0
// Makes signal stacks, and takes them back when their threads exit.
#include "platform/signal_stack.hpp"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <sys/mman.h>
#include <unistd.h>

namespace covey::runtime {

constinit std::atomic<bool> wants_signal_stacks{false};

namespace {

// What the crash handler needs, and on top of that what the kernel saves (more on wide machines).
[[nodiscard]] std::size_t stack_bytes() noexcept {
  constexpr long needed = 64L * 1024;
  const long saved = std::max(::sysconf(_SC_MINSIGSTKSZ), 0L);
  const long page = ::sysconf(_SC_PAGESIZE);
  return static_cast<std::size_t>((needed + saved + page - 1) / page * page);
}

class signal_stack {
 public:
  signal_stack() noexcept = default;
  signal_stack(const signal_stack&) = delete;
  signal_stack& operator=(const signal_stack&) = delete;
  ~signal_stack() {
    if (memory_ == nullptr) {
      return;
    }
    stack_t present = {};
    if (::sigaltstack(nullptr, &present) == 0 && present.ss_sp == usable()) {
      present.ss_flags = SS_DISABLE;
      ::sigaltstack(&present, nullptr);
    }
    ::munmap(memory_, bytes_ + guard_);
  }

  void take() noexcept {
    stack_t present = {};
    if (memory_ != nullptr || ::sigaltstack(nullptr, &present) != 0 ||
        (present.ss_flags & SS_DISABLE) == 0) {
      return;
    }
    guard_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    bytes_ = stack_bytes();
    void* const made = ::mmap(nullptr,
                              bytes_ + guard_,
                              PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
                              -1,
                              0);
    if (made == MAP_FAILED) {
      return;
    }
    memory_ = made;
    stack_t wanted = {};
    wanted.ss_sp = usable();
    wanted.ss_size = bytes_;
    if (::mprotect(made, guard_, PROT_NONE) != 0 || ::sigaltstack(&wanted, nullptr) != 0) {
      ::munmap(made, bytes_ + guard_);
      memory_ = nullptr;
    }
  }

 private:
  // The page below it is never mapped in: stacks grow down.
  [[nodiscard]] void* usable() const noexcept { return static_cast<std::byte*>(memory_) + guard_; }

  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t guard_ = 0;
};

thread_local signal_stack own_signal_stack;

}  // namespace

void take_signal_stack() noexcept {
  own_signal_stack.take();
}

}  // namespace covey::runtime
