// SPDX-License-Identifier: Apache-2.0
// The nursery as a function: returns the body's value and keeps the body's own exception.
#pragma once

#include <covey/nursery.hpp>

#include <concepts>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

namespace covey {

namespace detail {
// Inside a handler: adds the body's exception to the children's failures, waits for all, throws the whole. Returns when
// the exception is a `cancelled` that obeys a stop which ends with this nursery.
COVEY_API void end_after_throw(scope& s);
// The same, but that `cancelled` is thrown again.
[[noreturn]] COVEY_API void end_without_value(scope& s);
}  // namespace detail

/// Opens a nursery, calls `body` with it, waits for every child, and returns what `body` returned.
/// Locals of the body are gone when the children are waited for: children may refer to what is declared outside of
/// `body`, and to its locals only when the body calls join(), or get() on their futures, before it returns.
/// @param body called with nursery&.
/// @throws as nursery::join(); an exception of the body joins those of the children in one composite_exception (it is
///         the last leaf), and stops the children. When the body lets a child's own exception pass, that child's leaf
///         stands for both. `cancelled` that obeys a stop of this nursery adds nothing.
/// Cancellation: the nursery's own stop, and its own deadline with on_timeout = return_partial, end with it: a body that
///         obeys them by throwing `cancelled` (this_task::checkpoint(), a sleep, a get()) is cut short there. If it returns
///         void, with_nursery() then returns. If it returns a value there is none: that `cancelled` is thrown, whose why()
///         has the kind explicit_stop or deadline; let out of a child, it is no failure of that child, which ends as
///         stopped. A stop from above passes through as `cancelled` of kind parent.
template <std::invocable<nursery&> Body>
std::invoke_result_t<Body, nursery&> with_nursery(const nursery_options& options,
                                                  Body&& body,
                                                  site where = site::current()) {
  nursery kids(options, where);
  using result = std::invoke_result_t<Body, nursery&>;
  try {
    if constexpr (std::is_void_v<result>) {
      std::invoke(std::forward<Body>(body), kids);
      kids.join();
    } else if constexpr (std::is_reference_v<result>) {
      result value = std::invoke(std::forward<Body>(body), kids);
      kids.join();
      return static_cast<result>(value);
    } else {
      result value = std::invoke(std::forward<Body>(body), kids);
      kids.join();
      return value;
    }
  } catch (...) {
    if constexpr (std::is_void_v<result>) {
      detail::end_after_throw(detail::nursery_access::of(kids));
    } else {
      detail::end_without_value(detail::nursery_access::of(kids));
    }
  }
}

template <std::invocable<nursery&> Body>
std::invoke_result_t<Body, nursery&> with_nursery(Body&& body, site where = site::current()) {
  return with_nursery(nursery_options{}, std::forward<Body>(body), where);
}

}  // namespace covey
