// SPDX-License-Identifier: Apache-2.0
// The wait graph.
#include "wait_graph.hpp"

#include "fork.hpp"

#include <covey/error.hpp>

#include <mutex>
#include <string>

namespace covey::runtime {

namespace {

constinit std::mutex graph_lock;
[[maybe_unused]] const int held_graph_at_forks = hold_at_forks<graph_lock>();

[[nodiscard]] record* runner_of(const frame* f) noexcept {
  const std::uint16_t holder = f->holder.load(std::memory_order_relaxed);
  return holder != 0 && f->phase.load(std::memory_order_acquire) == detail::phase::running
             ? &roster::at(holder - 1U)
             : nullptr;
}

// True if `f` cannot finish before this thread goes on. @pre graph_lock is held.
[[nodiscard]] bool closes_cycle(const record& me, const frame* f) noexcept {
  constexpr int far = 10000;  // longer chains than there are threads cannot be
  for (int step = 0; f != nullptr && step < far; ++step) {
    const record* const runner = runner_of(f);
    if (runner == nullptr) {
      return false;
    }
    if (runner == &me) {
      return true;
    }
    if (runner->waits_for_scope != nullptr) {
      return runs_below(detail::this_context(), *runner->waits_for_scope);
    }
    f = runner->waits_for_child;
  }
  return false;
}

}  // namespace

waiting_for::waiting_for(record& me, const frame* f)
    : me_(me),
      before_(me.waits_for_child),
      scope_before_(me.waits_for_scope) {
  const std::scoped_lock guard(graph_lock);
  if (closes_cycle(me, f)) {
    throw structure_error(
        "covey: this wait would never end: the child spawned at " + to_string(f->spawned_at) +
        " waits, directly or through others, for the task that waits for it here");
  }
  me.waits_for_child = f;
  me.waits_for_scope = nullptr;
}

waiting_for::waiting_for(record& me, const scope& s) noexcept
    : me_(me),
      before_(me.waits_for_child),
      scope_before_(me.waits_for_scope) {
  const std::scoped_lock guard(graph_lock);
  me.waits_for_child = nullptr;
  me.waits_for_scope = &s;
}

waiting_for::~waiting_for() {
  const std::scoped_lock guard(graph_lock);
  me_.waits_for_child = before_;
  me_.waits_for_scope = scope_before_;
}

}  // namespace covey::runtime
