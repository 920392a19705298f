// SPDX-License-Identifier: Apache-2.0
// Makes and finds the stop states of scopes and of single children.
#include "outcome/stop_states.hpp"

#include "base/fork.hpp"
#include "outcome/stop.hpp"
#include "pool/crew.hpp"

#include <covey/detail/stop/stop_state.hpp>

#include <array>
#include <cstddef>
#include <mutex>
#include <new>
#include <unordered_map>
#include <vector>

namespace covey::runtime {

using detail::stop_state;
namespace flag = detail::frame_flag;

namespace {

constinit std::mutex states_lock;
[[maybe_unused]] const int held_states_at_forks = hold_at_forks<states_lock>();

// The stop states of single children, for futures that ask one child to stop. Rare, so one lock serves all.
struct child_states {
  std::mutex& lock = states_lock;
  std::unordered_map<const frame*, stop_state*> all;  // guarded by lock; owns a reference each
};
child_states& children() noexcept {
  // Never destroyed: a child may finish while the process exits.
  alignas(child_states) static std::array<std::byte, sizeof(child_states)> room;
  static child_states& immortal = *::new (room.data()) child_states;
  return immortal;
}

}  // namespace

stop_state* state_if_any(const frame* f) noexcept {
  const std::scoped_lock guard(children().lock);
  const auto found = children().all.find(f);
  if (found == children().all.end()) {
    return nullptr;
  }
  found->second->add_ref();
  return found->second;
}

stop_state* state_of_child(task_context& t) {
  if (stop_state* const there = t.state.load(std::memory_order_acquire)) {
    return there;
  }
  stop_state* const above_it = state_of_scope(*t.of);
  const std::scoped_lock guard(children().lock);
  if (stop_state* const there = t.state.load(std::memory_order_acquire)) {
    return there;
  }
  stop_state* const made = stop_state::make(above_it);
  try {
    children().all.emplace(t.task, made);
  } catch (...) {
    made->release();
    throw;
  }
  t.state.store(made, std::memory_order_release);
  const std::uint32_t before = t.task->flags.fetch_or(flag::has_state, std::memory_order_seq_cst);
  if ((before & flag::stop) != 0) {
    made->request(own_cause(context_of(&t)));
  }
  return made;
}

void forget_child_state(task_context& t) noexcept {
  stop_state* const state = t.state.load(std::memory_order_acquire);
  {
    const std::scoped_lock guard(children().lock);
    children().all.erase(t.task);
  }
  state->detach();
  state->release();
}

stop_state* state_of_scope(scope& s) {
  // Outermost first, without recursion: nesting may be deep.
  std::vector<context> missing;
  stop_state* nearest = nullptr;
  for (context at = detail::body_of(&s); at != detail::outside(); at = up(at)) {
    if (is_joined(at) && &scope_of(at) != &s) {
      continue;  // hands nothing down
    }
    if (is_task(at)) {
      nearest = task_of(at).state.load(std::memory_order_acquire);
    } else if (scope_extra* const x = extra_if_any(scope_of(at))) {
      nearest = x->state.load(std::memory_order_acquire);
    }
    if (nearest != nullptr) {
      break;
    }
    missing.push_back(at);
  }
  if (nearest == nullptr) {
    nearest = crew_of(s).root_state();
  }
  while (!missing.empty()) {
    const context at = missing.back();
    missing.pop_back();
    if (is_task(at)) {
      nearest = state_of_child(task_of(at));
      continue;
    }
    scope& here = scope_of(at);
    scope_extra& x = extra_of(here);
    stop_state* const made = stop_state::make(nearest);
    stop_state* expected = nullptr;
    if (!x.state.compare_exchange_strong(expected, made, std::memory_order_seq_cst)) {
      made->release();
      nearest = expected;
    } else {
      nearest = made;
      if (is_stopped(here)) {
        made->request(cause_of(here));
      }
    }
  }
  return nearest;
}

}  // namespace covey::runtime
