// SPDX-License-Identifier: Apache-2.0
// Starts worker loops.
#include "pool/loops.hpp"

namespace covey::runtime {

loops::loops(crew& of, loop_body body, const label& name, std::size_t size, std::size_t substitutes)
    : of_(of),
      body_(body),
      name_(name),
      most_own_(size + substitutes),
      lender_(arenas_for(size)) {
}

template <loop_kind Kind>
void loops::enter(void* self) noexcept {
  loops& mine = *static_cast<loops*>(self);
  mine.body_(mine.of_, Kind);
}

bool loops::start(loop_kind kind) noexcept {
  if (kind == loop_kind::borrowed && lend()) {
    return true;
  }
  const bool beyond = kind == loop_kind::beyond;
  std::size_t running = own_running_.load(std::memory_order_relaxed);
  const std::size_t most = most_own_ + (beyond ? 1 : 0);
  while (running < most) {
    if (own_running_.compare_exchange_weak(running, running + 1, std::memory_order_acq_rel)) {
      const thread_body body = beyond ? &enter<loop_kind::beyond> : &enter<loop_kind::own>;
      if (!own_.start(body, this, name_.view())) {
        return true;
      }
      own_running_.fetch_sub(1, std::memory_order_acq_rel);
      return false;
    }
  }
  return false;
}

bool loops::lend() noexcept {
  std::size_t lent = borrowed_.load(std::memory_order_relaxed);
  while (lent < lender_.granted()) {
    if (borrowed_.compare_exchange_weak(lent, lent + 1, std::memory_order_acq_rel)) {
      awaited_.fetch_add(1, std::memory_order_acq_rel);
      if (lender_.lend(&enter<loop_kind::borrowed>, this)) {
        return true;
      }
      if (!take_awaited()) {
        borrowed_.fetch_sub(1, std::memory_order_acq_rel);
        return true;  // the tick has replaced it already
      }
      borrowed_.fetch_sub(1, std::memory_order_acq_rel);
      return false;
    }
  }
  return false;
}

bool loops::take_awaited() noexcept {
  std::size_t awaited = awaited_.load(std::memory_order_acquire);
  while (awaited > 0) {
    if (awaited_.compare_exchange_weak(awaited, awaited - 1, std::memory_order_acq_rel)) {
      return true;
    }
  }
  return false;
}

bool loops::replace_awaited() noexcept {
  if (!take_awaited()) {
    return false;
  }
  if (start(loop_kind::own)) {
    return true;
  }
  awaited_.fetch_add(1, std::memory_order_acq_rel);
  return false;
}

void loops::left(loop_kind kind) noexcept {
  (kind == loop_kind::borrowed ? borrowed_ : own_running_).fetch_sub(1, std::memory_order_seq_cst);
}

bool loops::take_back(bool& awaited) noexcept {
  if (!lender_.take_back()) {
    return false;
  }
  awaited = take_awaited();
  return true;
}

void loops::reopen(std::size_t size, std::size_t substitutes) noexcept {
  most_own_ = size + substitutes;
  own_.reopen();
}

}  // namespace covey::runtime
