// SPDX-License-Identifier: Apache-2.0
// Taking, lending and giving body credits.
#include "pool/body_credits.hpp"

#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "worker/lot.hpp"
#include "worker/record.hpp"

#include <chrono>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

// How long a caller waits while no credit comes back: the threads that hold one may wait actively for this very caller.
constexpr auto patience = 250ms;
constexpr auto credit_poll_interval = 10ms;

}  // namespace

bool body_credits::try_take(std::size_t most) noexcept {
  std::size_t taken = taken_.load(std::memory_order_seq_cst);
  while (taken < most) {
    if (taken_.compare_exchange_weak(taken, taken + 1, std::memory_order_seq_cst)) {
      return true;
    }
  }
  return false;
}

// @pre the thread has no permit. @returns false when the algorithm has ended.
bool body_credits::wait(const std::atomic<bool>* over, on_patience_end then) noexcept {
  const auto is_over = [over] { return over != nullptr && over->load(std::memory_order_seq_cst); };
  wanted_.fetch_add(1, std::memory_order_seq_cst);
  std::uint64_t seen = given_.load(std::memory_order_relaxed);
  auto since = clock::now();
  bool has = try_take(most_);
  while (!has && !is_over()) {
    of_.arm_tick();
    static_cast<void>(lot::wait_real(this, clock::now() + credit_poll_interval, [&] {
      return taken_.load(std::memory_order_seq_cst) < most_ || is_over();
    }));
    const std::uint64_t now = given_.load(std::memory_order_relaxed);
    if (now != seen) {
      seen = now;
      since = clock::now();
    }
    const bool patient = over != nullptr || clock::now() - since < patience;
    // Without a tick nobody lends the credits of threads that sleep in something that covey does not see.
    const bool alone = of_.closed() || !of_.has_tick();
    if (!patient && (then == on_patience_end::go_on || alone)) {
      taken_.fetch_add(1, std::memory_order_seq_cst);
      has = true;
    } else {
      has = try_take(patient ? most_ : most_ + 1);
    }
  }
  wanted_.fetch_sub(1, std::memory_order_seq_cst);
  return has;
}

bool body_credits::take(record& me, const std::atomic<bool>* over) noexcept {
  if (me.lent.load(std::memory_order_relaxed) != 0) {
    // In blocking(): the thread has no permit, and nobody could lend its credit while it sleeps.
    me.credit.store(body_credit::lent_by_owner, std::memory_order_release);
    return true;
  }
  bool has = try_take(most_);
  if (!has || me.beyond.load(std::memory_order_relaxed)) {
    // A thread that waits has no permit. Afterwards it has one, also if it was the thread beyond the size.
    const permits_lent lent;
    has = has || wait(over, on_patience_end::one_beyond);
  }
  if (has) {
    me.credit.store(body_credit::held, std::memory_order_release);
  }
  return has;
}

void body_credits::put_back() noexcept {
  taken_.fetch_sub(1, std::memory_order_seq_cst);
  given_.fetch_add(1, std::memory_order_relaxed);
  lot::wake(this);
}

void body_credits::give(record& me) noexcept {
  if (me.credit.exchange(body_credit::none, std::memory_order_acq_rel) == body_credit::held) {
    put_back();
  }
}

void body_credits::lend(record& me) noexcept {
  if (me.credit.load(std::memory_order_relaxed) != body_credit::none &&
      me.credit.exchange(body_credit::lent_by_owner, std::memory_order_acq_rel) ==
          body_credit::held) {
    put_back();
  }
}

void body_credits::take_back(record& me) noexcept {
  if (me.credit.load(std::memory_order_relaxed) == body_credit::lent_by_owner) {
    static_cast<void>(wait(nullptr, on_patience_end::go_on));
    me.credit.store(body_credit::held, std::memory_order_release);
  }
}

void body_credits::lend_for(record& r) noexcept {
  body_credit expected = body_credit::held;
  if (r.credit.compare_exchange_strong(
          expected, body_credit::lent_by_tick, std::memory_order_acq_rel)) {
    put_back();
  }
}

// Does not wait, as the thread runs already: for a moment one credit more than `most` may be held. The credit is counted
// before it is moved, as the owner may give it back at once.
void body_credits::call_back(record& r) noexcept {
  body_credit expected = body_credit::lent_by_tick;
  if (r.credit.load(std::memory_order_relaxed) != expected) {
    return;
  }
  taken_.fetch_add(1, std::memory_order_seq_cst);
  if (!r.credit.compare_exchange_strong(expected, body_credit::held, std::memory_order_acq_rel)) {
    put_back();
  }
}

bool body_credits::starve() noexcept {
  const std::uint64_t now = given_.load(std::memory_order_relaxed);
  const bool none_came = now == given_at_tick_;
  given_at_tick_ = now;
  return none_came && wanted();
}

void body_credits::tell_helpers() noexcept {
  lot::wake(this);
}

}  // namespace covey::runtime
