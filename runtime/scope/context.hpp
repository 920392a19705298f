// SPDX-License-Identifier: Apache-2.0
// Contexts: the child or the body that a thread runs, and how to walk from there up the tree of scopes.
#pragma once

#include "scope/liveness.hpp"
#include "scope/scope_extra.hpp"

#include <covey/detail/task/scope.hpp>

#include <string>

namespace covey::runtime {

using detail::context;
using detail::scope;

// The name that a child was spawned with; empty for unnamed ones.
[[nodiscard]] inline label name_of_child(const frame* f) noexcept {
  return f->ops->name != nullptr ? label(f->ops->name(f)) : label();
}

// "'name' (spawned at file:line)", or "an unnamed child (…)".
[[nodiscard]] std::string in_words(const frame& f);

// A running child, on the stack of the thread that runs it. Nurseries opened in it point here.
struct task_context : detail::context_base {
  task_context() noexcept
      : context_base{(slows_every_end ? detail::attention::slow_end : 0) |
                     (tracks_tasks() ? detail::attention::tracked : 0)} {}

  frame* task = nullptr;
  scope* of = nullptr;
  task_context* outer_named = nullptr;  // see record::named
  // Made when the child, or a scope below it, first asks for a token or sleeps; under the lock of the child states.
  std::atomic<detail::stop_state*> state{nullptr};
  // The seat of this child is in use by a child that was spawned at the limit, by this child or by one below it
  // (limit.cpp).
  //   written  true by the spawner of that child (exchange); false by the same thread after that child has ended.
  //   read     by spawners below this child that wait for the seat. seq_cst: part of the lot's protocol.
  std::atomic<bool> seat_lent{false};
  // The context of the thread before it began this child, restored afterwards. Written before the child runs.
  context beneath = 0;
  // The last walk of limit_waits.cpp that visited this child; guarded by the lock there.
  std::uint64_t visited = 0;
};

[[nodiscard]] inline context context_of(task_context* t) noexcept {
  return reinterpret_cast<context>(static_cast<detail::context_base*>(t)) | detail::in_task;
}
[[nodiscard]] inline bool is_task(context c) noexcept {
  return (c & detail::context_tag) == detail::in_task;
}
[[nodiscard]] inline task_context& task_of(context c) noexcept {
  return static_cast<task_context&>(*detail::base_of(c));
}
[[nodiscard]] inline scope& scope_of(context c) noexcept {
  return static_cast<scope&>(*detail::base_of(c));
}

// The parent of a scope in the tree: the context that it was opened in, or the parent that its options name.
[[nodiscard]] inline context above(const scope& s) noexcept {
  if ((s.attention.load(std::memory_order_relaxed) & detail::attention::adopted) != 0) {
    return s.rare.load(std::memory_order_acquire)->logical_parent;
  }
  return s.outer;
}

// The next context up the tree: from a child to its scope, from a scope to where it was opened.
[[nodiscard]] inline context up(context c) noexcept {
  return is_task(c) ? detail::child_of(task_of(c).of) : above(scope_of(c));
}

// Whether `c` is the body of a joined scope. A nursery that is opened in its block afterwards inherits neither its stop nor
// its deadline. A joined scope has no children, so that no other context of it is in use.
[[nodiscard]] inline bool is_joined(context c) noexcept {
  return !is_task(c) && (detail::base_of(c)->attention.load(std::memory_order_seq_cst) &
                         detail::attention::joined) != 0;
}

// The first context at or above `c` that is not joined.
[[nodiscard]] inline context skip_joined(context c) noexcept {
  while (c != detail::outside() && is_joined(c)) {
    c = up(c);
  }
  return c;
}

// The innermost scope that a context is in: in its body, or as its child; null outside.
[[nodiscard]] inline scope* innermost(context c) noexcept {
  if (c == detail::outside()) {
    return nullptr;
  }
  return is_task(c) ? task_of(c).of : &scope_of(c);
}

// True if code in `c` runs as a child of `s`, or deeper below one: it must not wait for `s`.
[[nodiscard]] inline bool runs_below(context c, const scope& s) noexcept {
  while (c != detail::outside()) {
    if (is_task(c)) {
      if (task_of(c).of == &s) {
        return true;
      }
    } else if ((c & detail::context_tag) == detail::in_child && &scope_of(c) == &s) {
      return true;
    }
    c = up(c);
  }
  return false;
}

// True if code in `c` runs as the child `f`, or below it.
[[nodiscard]] inline bool runs_in(context c, const frame* f) noexcept {
  while (c != detail::outside()) {
    if (is_task(c) && task_of(c).task == f) {
      return true;
    }
    c = up(c);
  }
  return false;
}

}  // namespace covey::runtime
