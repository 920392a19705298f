// SPDX-License-Identifier: Apache-2.0
// Nurseries that end in another order than they were opened.
#include "lifetime/misnesting.hpp"

#include "lifetime/conclusion.hpp"
#include "lifetime/entering.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"
#include "run/execute.hpp"
#include "wait/waiting.hpp"
#include "worker/thread_switch.hpp"

#include <covey/detail/compiled/scope_questions.hpp>

#include <mutex>
#include <string>
#include <utility>

namespace covey::runtime {

namespace bits = detail::attention;

namespace {

// Stops and joins a scope in place of its own destructor, which will then do nothing.
void end_early(scope& inner, const scope& outer) {
  stop_reason why;
  why.kind = stop_kind::parent;
  why.scope = detail::name_of(outer);
  why.site = outer.opened_at;
  why.text = label("the outer nursery ended first");
  request_stop(inner, why);
  wait_children(inner);
  report_undelivered(inner);
  scope_extra& x = extra_of(inner);
  {
    const std::scoped_lock guard(x.lock);
    x.concluded = true;
    x.unhooked = true;
  }
  inner.attention.fetch_or(bits::closed, std::memory_order_seq_cst);
}

// Removes `ended` from the chain of contexts above `kept`, which was opened in it and stays open. The pool to which the
// thread would have returned at the end of `ended` is passed on.
void bridge(scope& ended, scope& kept) {
  kept.outer = ended.outer;
  scope_extra* const x = extra_if_any(ended);
  if (x == nullptr || x->before == nullptr) {
    return;
  }
  scope_extra& after = extra_of(kept);
  if (kept.owner == ended.owner && after.before == nullptr) {
    after.before = std::exchange(x->before, nullptr);  // the thread stays in that pool
  } else if (after.before == ended.owner) {
    // `kept` is in another pool; at its end the thread returns to the pool further out.
    after.before = x->before;
  }
}

}  // namespace

void change_pool_back(scope& s) noexcept {
  record& from = record_of(*s.owner);
  if (detail::this_worker() == &from) {
    become(*extra_of(s).before);
  }
  from.current.store(detail::outside(), std::memory_order_relaxed);
  leave_pool(from);
}

bool is_open_here(const scope& s) noexcept {
  const context wanted = detail::body_of(const_cast<scope*>(&s));
  context at = detail::this_context();
  while (at != wanted) {
    if (at == detail::outside() || (at & detail::context_tag) != detail::in_body) {
      return false;
    }
    at = scope_of(at).outer;
  }
  return true;
}

std::string end_inner_scopes(scope& s) {
  std::string ended;
  scope* kept = nullptr;  // the outermost so far of those that go on
  for (context at = detail::this_context(); at != detail::body_of(&s);) {
    scope& inner = scope_of(at);
    at = inner.outer;
    if ((inner.attention.load(std::memory_order_relaxed) & bits::adopted) != 0) {
      kept = &inner;
      continue;
    }
    ended = in_words(inner);
    end_early(inner, s);
    replace_context(*inner.owner, detail::body_of(&inner), at);
    if (kept != nullptr) {
      bridge(inner, *kept);
    }
    if (extra_of(inner).before != nullptr) {
      change_pool_back(inner);
      extra_of(inner).before = nullptr;
    }
  }
  if (kept != nullptr) {
    bridge(s, *kept);  // clear() finds that `s` is not the innermost, and leaves `current` alone
  }
  return ended;
}

}  // namespace covey::runtime
