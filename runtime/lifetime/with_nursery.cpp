// SPDX-License-Identifier: Apache-2.0
// The end of a nursery whose body, a function, threw.
#include "lifetime/conclusion.hpp"
#include "outcome/ended_stop.hpp"
#include "outcome/failures.hpp"
#include "outcome/stop.hpp"

#include <covey/detail/compiled/ending.hpp>
#include <covey/with_nursery.hpp>

#include <mutex>

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

namespace {

// If the exception of the body is that of a child (a get() threw it), marks that failure as undelivered, so that it is a
// leaf also under supervise. @returns whether it is.
[[nodiscard]] bool give_leaf_back(scope_extra& x, const std::exception_ptr& thrown) noexcept {
  bool known = false;
  const std::scoped_lock guard(x.lock);
  for (kept_failure* kept = x.first; kept != nullptr; kept = kept->next) {
    if (same_exception(kept->what.error, thrown)) {
      kept->delivered.store(false, std::memory_order_release);
      known = true;
    }
  }
  return known;
}

// Inside a handler, after the join returned. @returns whether the exception obeys a stop that ends here: the scope's own,
// or its deadline, when that returns what there is.
[[nodiscard]] bool ends_here(scope& s) noexcept {
  scope_extra* const x = extra_if_any(s);
  if (x == nullptr) {
    return false;
  }
  try {
    throw;
  } catch (const cancelled& c) {
    const std::scoped_lock guard(x->lock);
    const bool own = x->why.kind == stop_kind::explicit_stop || x->why.kind == stop_kind::deadline;
    return own && x->conclusion == nullptr && same_cause(c.why(), x->why);
  } catch (...) {
    return false;
  }
}

}  // namespace

// Inside the handler of with_nursery().
void end_after_throw(scope& s) {
  const std::exception_ptr thrown = std::current_exception();
  if (thrown == nullptr) {
    throw;  // a forced unwind goes on; the nursery's destructor waits
  }
  if (!concluded(s)) {
    scope_extra& x = extra_of(s);
    const bool known = give_leaf_back(x, thrown);
    stop_reason inner;
    const absorbed own = ended_in_here(inner);
    if (!known && own != absorbed::stop && !obeys_stop(s, false)) {
      keep_own_failure(s, own == absorbed::deadline ? timeout_of(inner) : thrown, label("body"));
    }
    stop_reason why;
    why.kind = stop_kind::failure;
    why.scope = x.name;
    why.site = s.opened_at;
    why.text = label("the body threw");
    request_stop(s, why);
    join_scope(s);
  }
  if (!ends_here(s)) {
    throw;  // what join() said; or a `cancelled` that leaves nothing to report
  }
}

void end_without_value(scope& s) {
  end_after_throw(s);
  throw;  // there is nothing to return
}

}  // namespace covey::detail
