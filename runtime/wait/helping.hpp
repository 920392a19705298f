// SPDX-License-Identifier: Apache-2.0
// Helping: before it sleeps a waiter runs children below the one, or the scope, that it waits for.
#pragma once

#include "deque/deque.hpp"
#include "pool/crew.hpp"
#include "run/execute.hpp"
#include "scope/context.hpp"

#include <covey/detail/fast/pause.hpp>
#include <covey/policy.hpp>

#include <chrono>
#include <cstddef>

namespace covey::runtime {

// How long a waiter searches for such children before it lends its permit (measured, see bench/README.md).
inline constexpr auto help_length = std::chrono::microseconds(10);

// What a strict waiter may run: children below what it waits for. A queued child keeps its scopes alive.
inline bool below_scope(const frame* f, const void* s) noexcept {
  return runs_below(detail::child_of(f->of), *static_cast<const scope*>(s));
}
inline bool below_child(const frame* f, const void* g) noexcept {
  return runs_in(detail::child_of(f->of), static_cast<const frame*>(g));
}
inline bool anything(const frame* /*f*/, const void* /*with*/) noexcept {
  return true;
}

template <bool (*Wanted)(const frame*, const void*)>
[[nodiscard]] frame* find_below(record& me, const void* what) noexcept {
  crew& of = *me.of;
  if (frame* const f = of.common.pop_if([what](const frame* g) { return Wanted(g, what); })) {
    return f;
  }
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& victim = *of.member(i);
    if (&victim == &me) {
      continue;
    }
    if (frame* const f = deque::steal_if(victim, Wanted, what)) {
      return f;
    }
    if (deque::may_have_private(victim)) {
      deque::request(victim);
    }
  }
  return nullptr;
}

// Helps until done(), or until find() has found nothing for help_length. @returns done(). A child that ran here may have
// forked: the caller has to check that before it sleeps.
template <class Done, class Find>
[[nodiscard]] bool help_until(record& me, Done done, Find find) noexcept {
  auto since = clock::now();
  for (unsigned idle = 1; !done(); ++idle) {
    if (frame* const f = find()) {
      execute(me, f);
      if (me.of->from_before_fork()) {
        return done();  // the child forked and returned in the forked process
      }
      since = clock::now();
      continue;
    }
    detail::pause(8);
    if (idle % 8 == 0 && clock::now() - since > help_length) {
      return done();
    }
  }
  return true;
}

}  // namespace covey::runtime
