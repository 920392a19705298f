// SPDX-License-Identifier: Apache-2.0
// One failure in the tree of a composite_exception: the exception, and the way to it.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/failure/failure.hpp>
#include <covey/task_info.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace covey {

/// One level on the way to a failure: the child that failed and the nursery in which it ran.
struct path_step {
  label task;       ///< the child's name; empty when it has none
  site spawned_at;  ///< where the child was spawned
  label nursery;    ///< the name of the nursery that held the child; empty when it has none
  site opened_at;   ///< where that nursery was opened
};

/// One exception that left one child, with the way to it. A small value; keeps its composite alive.
/// Thread safety: distinct objects are independent, a shared one may be read from any thread; the exception itself is
/// shared by all who hold it, as with any std::exception_ptr.
class COVEY_API leaf {
 public:
  /// @returns the exception as the child threw it; never null, never a composite_exception.
  [[nodiscard]] std::exception_ptr error() const noexcept;
  /// @returns the child that threw, with its nursery: the last step of path(). Complexity: constant.
  [[nodiscard]] path_step where() const noexcept;
  /// @returns the way to the exception, from the outermost nursery to the innermost; never empty.
  /// @throws std::bad_alloc. Complexity: linear in the depth.
  [[nodiscard]] std::vector<path_step> path() const;
  /// @returns the demangled type of the exception, such as "std::runtime_error" or "int". @throws std::bad_alloc.
  [[nodiscard]] std::string type_name() const;
  /// @returns what() of a std::exception, message() of a covey::cancelled, a fixed text in brackets for anything else.
  /// @throws std::bad_alloc.
  [[nodiscard]] std::string message() const;
  /// Throws the exception as the child threw it: the same object, not a copy.
  [[noreturn]] void rethrow() const;
  /// @returns true if `catch (const E&)` would take the exception.
  template <class E>
  [[nodiscard]] bool is() const {
    return detail::caught_as<E>(error());
  }

 private:
  friend struct detail::tree_access;
  leaf(std::shared_ptr<const detail::leaf_routes> routes,
       std::size_t scope,
       const detail::failure_branch* branch) noexcept
      : routes_(std::move(routes)),
        scope_(scope),
        branch_(branch) {}

  std::shared_ptr<const detail::leaf_routes> routes_;
  std::size_t scope_;
  const detail::failure_branch* branch_;
};

/// @returns the entry of what() for one failure: type, message and, a line each, the chain of sites.
[[nodiscard]] COVEY_API std::string to_string(const leaf& failed);

}  // namespace covey
