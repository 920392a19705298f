// SPDX-License-Identifier: Apache-2.0
// Lending the permits of a thread while it sleeps in covey.
#pragma once

#include "worker/lot.hpp"

#include <covey/policy.hpp>

#include <chrono>
#include <cstdint>

namespace covey::runtime {

class crew;

// Lends the permits of the calling thread, in every pool in which it is in a context, before it sleeps or blocks.
// @returns false when a pool has work and no thread can be had for it.
bool lend_permits() noexcept;
void take_permits_back() noexcept;

// While it lives, the permits of the calling thread are lent. A thread that sleeps in covey has no permit in any pool.
class permits_lent {
 public:
  permits_lent() noexcept : all_taken_(lend_permits()) {}
  ~permits_lent() { take_permits_back(); }
  permits_lent(const permits_lent&) = delete;
  permits_lent& operator=(const permits_lent&) = delete;

  // False when there is work and no thread can be had for it: then the waiter must search itself.
  [[nodiscard]] bool all_taken() const noexcept { return all_taken_; }

 private:
  bool all_taken_;
};

// While it lives, the calling thread waits and can run children of that pool: it is woken when no thread can be had for
// them. Made before the permits are lent.
class shortage_watch {
 public:
  explicit shortage_watch(crew& in) noexcept;
  ~shortage_watch();
  shortage_watch(const shortage_watch&) = delete;
  shortage_watch& operator=(const shortage_watch&) = delete;

  // Sleeps until answer() is true, or until the waiter has to search itself. @returns the answer.
  template <class Answer>
  bool sleep(const void* address, const permits_lent& lent, Answer answer) const noexcept {
    if (!lent.all_taken()) {
      return lot::wait_real(address, clock::now() + poll_interval, answer);
    }
    lot::wait(address, [&] { return answer() || told(); });
    return answer();
  }
  [[nodiscard]] bool told() const noexcept;

  // How long a waiter sleeps, while the system refuses threads, before it searches and asks for a thread again.
  static constexpr auto poll_interval = std::chrono::milliseconds(1);

 private:
  crew& of_;
  std::uint32_t seen_;
};

}  // namespace covey::runtime
