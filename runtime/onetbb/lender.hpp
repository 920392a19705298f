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
// Every loop has an arena for one thread, its seat. An arena for all of them would make oneTBB's threads start each other,
// and one that the system refuses there ends the process (2021.8). As it is, each is started by the thread that asks for
// it, where a refusal is an exception; oneTBB is not asked again after one.
class lender {
 public:
  // @param threads at most so many at once. Nothing is started yet. @throws as refuse_older_onetbb().
  explicit lender(std::size_t threads);
  ~lender();
  lender(const lender&) = delete;
  lender& operator=(const lender&) = delete;

  // Lets a thread of oneTBB call body(arg), some time. @returns false if oneTBB could not take the request: then the body
  // is not called. At most granted() at once: a body says leave() before it tells that it has ended.
  [[nodiscard]] bool lend(thread_body body, void* arg) noexcept;
  // Takes back one request that oneTBB has not come for. @returns false: there is none.
  [[nodiscard]] bool take_back() noexcept;
  // The calling thread runs a body that was lent; its seat may be used again.
  static void leave() noexcept;
  // From now on for that many threads. Strong guarantee. @pre nobody of those it lent is left
  void resize(std::size_t threads);
  // How many threads oneTBB grants at most.
  [[nodiscard]] std::size_t granted() const noexcept { return granted_; }

 private:
  struct seat;
  [[nodiscard]] static bool ask(seat& at) noexcept;
  std::size_t granted_;
  // Never fewer: oneTBB may come late for a request that was taken back, to a seat of a pool before.
  std::vector<std::unique_ptr<seat>> seats_;
};

}  // namespace covey::runtime
