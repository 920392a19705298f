// SPDX-License-Identifier: Apache-2.0
// In which queue a child is; and waits for a child on a thread that is no worker.
#pragma once

#include "pool/crew.hpp"
#include "pool/crews.hpp"
#include "worker/record.hpp"
#include "worker/roster.hpp"

#include <covey/detail/task/frame.hpp>

#include <cstdint>

namespace covey::detail {

// The worker whose deque a child is in, if it is in a deque; a hint. Null: unknown.
[[nodiscard]] inline runtime::record* holder_of(const frame* f) noexcept {
  const std::uint16_t holder = f->holder.load(std::memory_order_acquire);
  if (holder != 0) {
    return holder <= runtime::roster::size() ? &runtime::roster::at(holder - 1U) : nullptr;
  }
  return f->home != nullptr ? &runtime::record_of(*f->home) : nullptr;
}

[[nodiscard]] inline bool in_common_queue(std::uintptr_t position) noexcept {
  return (position & 1U) != 0;
}

// Claims the child from the common queue in which it is. @param mine only from this pool's; null: from any.
[[nodiscard]] inline bool claim_from_common_queue(frame* f,
                                                  const runtime::crew* mine = nullptr) noexcept {
  runtime::crew* const in = runtime::crews::by_id(f->holder.load(std::memory_order_relaxed));
  return in != nullptr && (mine == nullptr || in == mine) && in->common.claim(f);
}

[[nodiscard]] inline bool announced(const frame* f) noexcept {
  return (f->flags.load(std::memory_order_seq_cst) & frame_flag::finished) != 0;
}

// Sets the bit that makes the child wake a sleeper when it finishes. @returns whether it has finished already.
[[nodiscard]] inline bool mark_sleeper(frame* f) noexcept {
  return (f->flags.fetch_or(frame_flag::has_sleeper, std::memory_order_seq_cst) &
          frame_flag::finished) != 0;
}

// Waits until the child has finished, on a thread that is no worker. When no thread can be had for queued children, the
// caller runs some.
void await_outside(frame* f) noexcept;

}  // namespace covey::detail
