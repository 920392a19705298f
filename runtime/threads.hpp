// SPDX-License-Identifier: Apache-2.0
// Where threads come from: borrowed from oneTBB, or covey's own. The only file that knows oneTBB is threads.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <system_error>

namespace covey::runtime {

// What a borrowed or own thread runs; must not throw.
using thread_body = void (*)(void*) noexcept;

// Interface versions of oneTBB. @throws pool_error naming both when the library that was loaded is older than the headers
// that covey was built with: newer ones stay compatible, older ones lack what the headers promise.
void refuse_older_onetbb(int built_with, int loaded);

// Threads that oneTBB lends to one pool. oneTBB runs the loop; tasks never pass through it.
class lender {
 public:
  // @param threads at most so many at once. Nothing is started yet. @throws as refuse_older_onetbb().
  explicit lender(std::size_t threads);
  ~lender();
  lender(const lender&) = delete;
  lender& operator=(const lender&) = delete;

  // Lets a thread of oneTBB call body(arg), some time. @returns false if oneTBB could not take the request.
  [[nodiscard]] bool lend(thread_body body, void* arg) noexcept;
  // How many threads oneTBB grants at most.
  [[nodiscard]] std::size_t granted() const noexcept { return granted_; }

 private:
  struct arena;
  std::unique_ptr<arena> arena_;
  std::size_t granted_;
};

// Threads of covey itself, joined by join_all().
class own_threads {
 public:
  // @returns the system's reason when there is no thread to be had.
  [[nodiscard]] std::error_code start(thread_body body, void* arg) noexcept;
  // Waits for every thread that was started and has not left by itself.
  void join_all() noexcept;
  // Tries whether `count` further threads can exist together; they are gone again on return.
  [[nodiscard]] static std::error_code probe(std::size_t count) noexcept;

 private:
  struct thread;
  static void* entry(void* self) noexcept;
  struct state;
  std::unique_ptr<state> state_;

 public:
  own_threads();
  ~own_threads();
};

}  // namespace covey::runtime
