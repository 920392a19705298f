// SPDX-License-Identifier: Apache-2.0
// The result of a child in its frame, for code that does not know the callable.
#pragma once

#include <covey/detail/compiled/futures.hpp>
#include <covey/detail/task/child_traits.hpp>
#include <covey/detail/task/frame.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/worker.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace covey::detail {

// What an untyped future knows about the child: the result type.
template <class T>
struct result_ops : frame_ops {
  T (*invoke)(worker&, frame*);  // runs a claimed child on this stack and returns its value
};

template <class T>
[[nodiscard]] stored_t<T>* stored_result(frame* f) noexcept {
  return std::launder(
      reinterpret_cast<stored_t<T>*>(reinterpret_cast<std::byte*>(f) + f->ops->storage));
}

// Moves a result out of its frame and gives the frame up.
template <class T>
T take_result(frame* f) {
  struct leaving {
    frame* f = nullptr;
    ~leaving() {
      if constexpr (!std::is_void_v<T>) {
        std::destroy_at(stored_result<T>(f));
      }
      end_future(f);
    }
  } const guard{f};
  if constexpr (std::is_reference_v<T>) {
    return static_cast<T>(**stored_result<T>(f));
  } else if constexpr (!std::is_void_v<T>) {
    return std::move(*stored_result<T>(f));
  }
}

}  // namespace covey::detail
