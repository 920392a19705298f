// SPDX-License-Identifier: Apache-2.0
// The wait graph.
#include "scope/wait_graph.hpp"

#include "base/fork.hpp"
#include "text/printable.hpp"
#include "worker/roster.hpp"

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

// The chain of waits that begins at a child.
//   Its children and scopes exist while graph_lock is held: the threads that run or own them wait, and are listed.
struct chain {
  static constexpr int far = 10000;  // a chain has no more steps than there are threads

  // Calls each(child) for all of them. @returns the scope that the last of them waits for, if any. @pre as above
  template <class Each>
  static const scope* follow(const record& me, const frame* f, bool& closed, Each each) {
    closed = false;
    for (int step = 0; f != nullptr && step < far; ++step) {
      each(*f);
      const record* const runner = runner_of(f);
      if (runner == nullptr) {
        return nullptr;
      }
      if (runner == &me) {
        closed = true;
        return nullptr;
      }
      if (runner->waits_for_scope != nullptr) {
        closed = runs_below(detail::this_context(), *runner->waits_for_scope);
        return runner->waits_for_scope;
      }
      f = runner->waits_for_child;
    }
    return nullptr;
  }
};

// True if `f` cannot finish before this thread goes on. @pre graph_lock is held.
[[nodiscard]] bool closes_cycle(const record& me, const frame* f) noexcept {
  bool closed = false;
  static_cast<void>(chain::follow(me, f, closed, [](const frame& /*f*/) noexcept {}));
  return closed;
}

// The innermost child that this thread runs; null: it runs none.
[[nodiscard]] const frame* child_here() noexcept {
  for (context c = detail::this_context(); c != detail::outside(); c = up(c)) {
    if (is_task(c)) {
      return task_of(c).task;
    }
  }
  return nullptr;
}

// "'a' (spawned at x.cpp:1) waits for 'b' (spawned at x.cpp:2), which waits for 'a' (spawned at x.cpp:1)".
// @pre graph_lock is held, and closes_cycle()
[[nodiscard]] std::string cycle_in_words(const record& me, const frame* f) {
  constexpr int most = 16;
  const frame* const here = child_here();
  std::string text = here != nullptr ? in_words(*here) : "the body that waits here";
  std::string first;
  append_task(first, here != nullptr ? name_of_child(here) : label());
  const frame* last = nullptr;
  int shown = 0;
  bool closed = false;
  const scope* const of = chain::follow(me, f, closed, [&](const frame& each) {
    last = &each;
    if (shown++ < most) {
      text += (shown == 1 ? " waits for " : ", which waits for ") + in_words(each);
    }
  });
  if (shown > most) {
    text += ", and so on, " + std::to_string(shown - most) + " more";
  }
  if (of != nullptr) {
    text += ", which waits for the " + in_words(*of) + ", below which " + first + " runs";
  } else if (last != here) {
    text += ", in which " + first + " runs";
  }
  return text;
}

}  // namespace

waiting_for::waiting_for(record& me, const frame* f)
    : me_(me),
      before_(me.waits_for_child),
      scope_before_(me.waits_for_scope) {
  const std::scoped_lock guard(graph_lock);
  if (closes_cycle(me, f)) {
    throw structure_error("covey: this wait would never end: " + cycle_in_words(me, f));
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
