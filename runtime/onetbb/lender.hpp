// SPDX-License-Identifier: Apache-2.0
// Threads that oneTBB lends.
#pragma once

#include "platform/own_threads.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace covey::runtime {

// Interface versions of oneTBB. @throws pool_error naming both when the library that was loaded is older than the headers
// that covey was built with: newer ones stay compatible, older ones lack what the headers promise.
void refuse_older_onetbb(int built_with, int loaded);

// Threads that oneTBB lends to one pool. oneTBB runs the loop; tasks never pass through it.
// Every loop has an arena for one thread. In one arena for all loops oneTBB's threads would start each other, and where the
// system refuses such a thread, oneTBB 2021.8 ends the process. With one arena a loop the requesting thread starts it, and
// a refusal is an exception there; after the first one oneTBB is not asked again.
class lender {
 public:
  // @param threads at most so many at once. Nothing is started yet. @throws as refuse_older_onetbb().
  explicit lender(std::size_t threads);
  ~lender();
  lender(const lender&) = delete;
  lender& operator=(const lender&) = delete;

  // Asks oneTBB for a thread that calls body(arg); it may come at any later time. @returns false if oneTBB could not take
  // the request: then the body is not called. At most granted() requests and loops at once: a body calls free_arena() before it
  // reports its end.
  [[nodiscard]] bool lend(thread_body body, void* arg) noexcept;
  // Cancels one request that no thread of oneTBB has taken yet. @returns false: there is none.
  [[nodiscard]] bool take_back() noexcept;
  // Called by a body on its own thread: its arena is free for the next request.
  static void free_arena() noexcept;
  // Changes the number of threads. Strong guarantee. @pre no lent thread runs a body
  void resize(std::size_t threads);
  // How many threads oneTBB grants at most.
  [[nodiscard]] std::size_t granted() const noexcept { return granted_; }

 private:
  struct loop_arena;
  [[nodiscard]] static bool ask(loop_arena& at) noexcept;
  std::size_t granted_;
  // Never shrinks: a thread of oneTBB may come late, for a request that was cancelled, perhaps by an earlier pool.
  std::vector<std::unique_ptr<loop_arena>> arenas_;
};

}  // namespace covey::runtime
