// SPDX-License-Identifier: Apache-2.0
// Where a worker loop looks for work, and how it asks for it.
#include "crew.hpp"
#include "deque.hpp"

#include <covey/detail/scope.hpp>

namespace covey::runtime {

namespace {

// A child that its owner takes back at once is not worth asking for.
constexpr unsigned looks_before_request = 4;

}  // namespace

frame* crew::find_work(record& me, search& in) noexcept {
  in.taken = 0;
  in.saw_private = false;
  const std::size_t count = members();
  const auto try_victim = [&](record& victim) -> frame* {
    if (&victim == &me) {
      return nullptr;
    }
    if (frame* const f = deque::steal(victim, in.extra.data(), in.extra.size(), in.taken)) {
      in.last = &victim;
      return f;
    }
    if (deque::looks_private(victim)) {
      in.saw_private = true;
      if (in.private_looks >= looks_before_request) {
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
  if (frame* const f = common.pop()) {
    in.last = nullptr;
    return f;
  }
  me.random = me.random * 1664525U + 1013904223U;
  const std::size_t start = (static_cast<std::size_t>(me.random >> 8U) * count) >> 24U;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = start + i < count ? start + i : start + i - count;
    if (frame* const f = try_victim(*member(at))) {
      return f;
    }
  }
  return steal_share(!in.shares);
}

bool crew::force_somebody(record& me) const noexcept {
  const std::size_t count = members();
  for (std::size_t i = 0; i < count; ++i) {
    record& victim = *member(i);
    if (&victim != &me && deque::looks_private(victim) && deque::force(me, victim)) {
      return true;
    }
  }
  return false;
}

// A searcher becomes busy. The last one sees to it that a free place does not sleep beside work.
void crew::found_work() noexcept {
  if (searching_.fetch_sub(1, std::memory_order_seq_cst) != 1 ||
      places_.load(std::memory_order_seq_cst) <= 0) {
    return;
  }
  if (work_visible()) {
    wake_one();
  } else {
    ask_members();  // the next spawn anywhere takes the slow path and wakes somebody
  }
}

}  // namespace covey::runtime
