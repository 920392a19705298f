// SPDX-License-Identifier: Apache-2.0
// What the engine hands over when children have failed, and how an exception is asked for its type.
#pragma once

#include <covey/config.hpp>
#include <covey/task_info.hpp>

#include <cstdint>
#include <exception>
#include <type_traits>

namespace covey {
class leaf;
class composite_exception;
}  // namespace covey

namespace covey::detail {

struct failure_node;
struct failure_branch;
struct leaf_routes;
struct tree_access;

/// One child that failed, as the engine recorded it.
struct failure {
  std::exception_ptr error;  ///< null is kept as a std::bad_exception: a foreign exception has none
  label task;
  site spawned_at;
  /// The engine's sorting key; make_composite() keeps the order it is given.
  std::uint64_t order = 0;
};

/// The nursery in which children failed.
struct scope_info {
  label name;
  site opened_at;
  stop_reason stop;            ///< what stopped the nursery, if anything did
  std::uint64_t not_kept = 0;  ///< failures beyond the nursery's `max_failures`: counted, not kept
  std::uint64_t never_started = 0;  ///< children that the stop left unrun
};

/// @returns true if `catch (const E&)` would take the exception; false for a null pointer.
/// A pointer type matches as a handler by value would.
template <class E>
[[nodiscard]] bool caught_as(const std::exception_ptr& error) {
  static_assert(std::is_object_v<E> && !std::is_array_v<E> && !std::is_const_v<E>,
                "covey: name the plain type of the exception, as in split<std::system_error>()");
  if (error == nullptr) {
    return false;
  }
  try {
    std::rethrow_exception(error);
  } catch (const E&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace covey::detail
