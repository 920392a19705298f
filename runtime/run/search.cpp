// SPDX-License-Identifier: Apache-2.0
// Where a worker loop looks for work, and how it asks for it.
#include "run/search.hpp"

#include "deque/deque.hpp"

#include <covey/detail/task/scope.hpp>

namespace covey::runtime {

namespace {

// A child that its owner takes back at once is not worth asking for.
constexpr unsigned rounds_before_request = 4;

}  // namespace

frame* find_work(crew& of, record& me, search& in) noexcept {
  in.taken = 0;
  in.saw_private = false;
  const std::size_t count = of.members();
  const auto try_victim = [&](record& victim) -> frame* {
    if (&victim == &me) {
      return nullptr;
    }
    if (frame* const f = deque::steal(victim, in.surplus.data(), in.surplus.size(), in.taken)) {
      in.last = &victim;
      return f;
    }
    if (deque::may_have_private(victim)) {
      in.saw_private = true;
      if (in.private_rounds >= rounds_before_request) {
        deque::request(victim);
      }
    }
    return nullptr;
  };
  if (in.last != nullptr) {
    if (frame* const f = try_victim(*in.last)) {
      return f;
    }
  }
  if (frame* const f = of.common.pop()) {
    in.last = nullptr;
    return f;
  }
  me.random = me.random * 1664525U + 1013904223U;
  const std::size_t start = (static_cast<std::size_t>(me.random >> 8U) * count) >> 24U;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = start + i < count ? start + i : start + i - count;
    if (frame* const f = try_victim(*of.member(at))) {
      return f;
    }
  }
  return of.spreads.steal(!in.shares);
}

bool force_somebody(const crew& of, record& me) noexcept {
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    record& victim = *of.member(i);
    if (&victim != &me && deque::may_have_private(victim) && deque::force(me, victim)) {
      return true;
    }
  }
  return false;
}

void found_work(crew& of) noexcept {
  if (!of.end_search() || !of.has_free_permit()) {
    return;
  }
  if (of.work_visible()) {
    of.wake_one();
  } else {
    of.workers.ask();  // the next spawn anywhere takes the slow path and wakes somebody
  }
}

}  // namespace covey::runtime
