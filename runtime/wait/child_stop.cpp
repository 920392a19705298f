// SPDX-License-Identifier: Apache-2.0
// The stop of one child: a queued one is claimed and ends unrun, a running one gets a stop request.
#include "wait/child_stop.hpp"

#include "base/fork.hpp"
#include "deque/deque.hpp"
#include "outcome/stop.hpp"
#include "outcome/stop_states.hpp"
#include "run/execute.hpp"
#include "wait/queued.hpp"
#include "worker/frames.hpp"
#include "worker/stop_epoch.hpp"

#include <covey/detail/compiled/child_stop.hpp>
#include <covey/detail/stop/stop_state.hpp>

#include <atomic>
#include <cstdint>

namespace covey::runtime {

namespace flag = detail::frame_flag;

bool is_left_behind(const frame* f) noexcept {
  return f->home != nullptr
             ? record_of(*f->home).born_in.load(std::memory_order_relaxed) != fork_generation()
             : !detail::is_of_this_process(f);
}

bool take_out(frame* f) noexcept {
  const std::uintptr_t position = f->queue_position.load(std::memory_order_relaxed);
  if (position == 0) {
    return false;
  }
  if (detail::in_common_queue(position)) {
    return detail::claim_from_common_queue(f);
  }
  record* const in = detail::holder_of(f);
  return in != nullptr && deque::claim(this_record(), *in, f);
}

void request_stop(frame* f) noexcept {
  if (detail::is_final(f->phase.load(std::memory_order_acquire))) {
    return;
  }
  if (is_left_behind(f)) {
    return;  // it belongs to the parent process
  }
  active_stops.fetch_add(1, std::memory_order_seq_cst);
  const std::uint32_t before = f->flags.fetch_or(flag::stop, std::memory_order_seq_cst);
  if ((before & (flag::finished | flag::stop)) != 0) {
    active_stops.fetch_sub(1, std::memory_order_seq_cst);  // too late, or not the first
    return;
  }
  announce_stop();
  if (take_out(f)) {
    end_queued(f);
    return;
  }
  detail::heavy_barrier();  // pairs with begins_too_late()
  if (detail::stop_state* const state = state_if_any(f)) {
    state->request(own_stop_of(f));
    state->release();
  }
}

}  // namespace covey::runtime

namespace covey::detail {

void request_child_stop(frame* f) noexcept {
  runtime::request_stop(f);
}

}  // namespace covey::detail
