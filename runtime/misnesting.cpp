// SPDX-License-Identifier: Apache-2.0
// Nurseries that end in another order than they were opened.
#include "ending.hpp"
#include "execute.hpp"
#include "failures.hpp"
#include "stop.hpp"
#include "waiting.hpp"

#include <mutex>
#include <string>

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

}  // namespace

std::string end_inner_scopes(record& me, scope& s) {
  std::string ended;
  scope* kept = nullptr;  // the innermost so far that goes on
  for (context at = me.current.load(std::memory_order_relaxed); at != detail::body_of(&s);) {
    if (at == detail::outside() || (at & detail::context_tag) != detail::in_body) {
      return ended;  // not among the open ones: it was ended by an outer scope before
    }
    scope& inner = scope_of(at);
    at = inner.outer;
    if ((inner.attention.load(std::memory_order_relaxed) & bits::adopted) != 0) {
      kept = &inner;
      continue;
    }
    ended = in_words(inner);
    end_early(inner, s);
    if (kept != nullptr) {
      kept->outer = at;
    } else {
      me.current.store(at, std::memory_order_relaxed);
    }
  }
  if (kept != nullptr) {
    kept->outer =
        s.outer;  // clear() finds that `s` is not the innermost, and leaves `current` alone
  }
  return ended;
}

}  // namespace covey::runtime
