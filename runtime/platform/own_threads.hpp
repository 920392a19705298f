// SPDX-License-Identifier: Apache-2.0
// Threads of covey's own.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <system_error>

namespace covey::runtime {

// While it lives, the calling thread carries that name; an empty one changes nothing. For debuggers and `top -H`.
class named_thread {
 public:
  explicit named_thread(std::string_view name) noexcept;
  ~named_thread();
  named_thread(const named_thread&) = delete;
  named_thread& operator=(const named_thread&) = delete;

 private:
  char before_[16] = {};
};

// What a borrowed or own thread runs; must not throw.
using thread_body = void (*)(void*) noexcept;

// Threads of covey itself, joined by join_all().
class own_threads {
 public:
  // @param name of the thread, for debuggers; its beginning is used. @returns the system's reason when there is no thread
  // to be had.
  [[nodiscard]] std::error_code start(thread_body body, void* arg, std::string_view name) noexcept;
  // Waits for every thread that was started and has not left by itself.
  void join_all() noexcept;
  // After join_all(): threads may be started again.
  void reopen() noexcept;
  // Tries whether `count` further threads can exist together; they are gone again on return.
  [[nodiscard]] static std::error_code probe(std::size_t count) noexcept;

 private:
  struct thread;
  static void* run_thread(void* self) noexcept;
  struct state;
  std::unique_ptr<state> state_;

 public:
  own_threads();
  ~own_threads();
};

}  // namespace covey::runtime
