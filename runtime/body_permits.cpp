// SPDX-License-Identifier: Apache-2.0
// Taking and giving permits to run bodies.
#include "body_permits.hpp"

#include "lot.hpp"
#include "record.hpp"
#include "waiting.hpp"

#include <chrono>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

// A caller goes on without a permit when none has come back for so long: those who have one may wait for this very caller
// in a way that covey does not see.
constexpr auto patience = 250ms;
constexpr auto look_for_permit_again = 10ms;

}  // namespace

bool body_permits::try_take() noexcept {
  std::size_t taken = taken_.load(std::memory_order_seq_cst);
  while (taken < most_) {
    if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_seq_cst)) {
      return true;
    }
  }
  return false;
}

// @pre the thread has no place. @returns false when the algorithm is over.
bool body_permits::wait(const std::atomic<bool>* over) noexcept {
  const auto is_over = [over] { return over != nullptr && over->load(std::memory_order_seq_cst); };
  std::uint64_t seen = given_.load(std::memory_order_relaxed);
  auto since = clock::now();
  while (!try_take()) {
    if (is_over()) {
      return false;
    }
    static_cast<void>(lot::wait_real(this, clock::now() + look_for_permit_again, [&] {
      return taken_.load(std::memory_order_seq_cst) < most_ || is_over();
    }));
    const std::uint64_t now = given_.load(std::memory_order_relaxed);
    if (now != seen) {
      seen = now;
      since = clock::now();
    } else if (over == nullptr && clock::now() - since > patience) {
      taken_.fetch_add(1, std::memory_order_seq_cst);
      return true;
    }
  }
  return true;
}

bool body_permits::take(record& me, const std::atomic<bool>* over) noexcept {
  bool has = try_take();
  if (!has || me.beyond.load(std::memory_order_relaxed)) {
    // Who waits has no place; and who has a permit has one from now on, also the thread beyond the size.
    const places_lent lent;
    has = has || wait(over);
  }
  me.has_body_permit = has;
  return has;
}

void body_permits::give(record& me) noexcept {
  me.has_body_permit = false;
  lend();
}

void body_permits::lend() noexcept {
  taken_.fetch_sub(1, std::memory_order_seq_cst);
  given_.fetch_add(1, std::memory_order_relaxed);
  lot::wake(this);
}

void body_permits::take_back() noexcept {
  static_cast<void>(wait(nullptr));
}

void body_permits::tell_helpers() noexcept {
  lot::wake(this);
}

}  // namespace covey::runtime
