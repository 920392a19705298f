// SPDX-License-Identifier: Apache-2.0
// What becomes of a thread's places while it sleeps in covey: they are lent to others.
#pragma once

#include "worker/lot.hpp"

#include <covey/policy.hpp>

#include <chrono>
#include <cstdint>

namespace covey::runtime {

class crew;

// Gives the places of this thread, in every pool that it is at work in, to substitutes while it sleeps or blocks.
// @returns false when a pool has work for them and no thread is to be had.
bool lend_places() noexcept;
void take_places_back() noexcept;

// While it lives, the calling thread sleeps in covey. Who sleeps has no place in any pool.
class places_lent {
 public:
  places_lent() noexcept : all_taken_(lend_places()) {}
  ~places_lent() { take_places_back(); }
  places_lent(const places_lent&) = delete;
  places_lent& operator=(const places_lent&) = delete;

  // False when no thread is to be had for work that is there: then who waits must look for it itself.
  [[nodiscard]] bool all_taken() const noexcept { return all_taken_; }

 private:
  bool all_taken_;
};

// While it lives, its owner waits and can run children of that pool itself: it is told when no thread is to be had.
// To be made before the places are lent.
class wait_watch {
 public:
  explicit wait_watch(crew& in) noexcept;
  ~wait_watch();
  wait_watch(const wait_watch&) = delete;
  wait_watch& operator=(const wait_watch&) = delete;

  // Sleeps until answer() is true, or until there is something to look for. @returns the answer.
  template <class Answer>
  bool sleep(const void* address, const places_lent& lent, Answer answer) const noexcept {
    if (!lent.all_taken()) {
      return lot::wait_real(address, clock::now() + look_again, answer);
    }
    lot::wait(address, [&] { return answer() || told(); });
    return answer();
  }
  [[nodiscard]] bool told() const noexcept;

  // How long who waits sleeps while the system refuses threads, before it looks, and asks for a thread, again.
  static constexpr auto look_again = std::chrono::milliseconds(1);

 private:
  crew& of_;
  std::uint32_t seen_;
};

}  // namespace covey::runtime
