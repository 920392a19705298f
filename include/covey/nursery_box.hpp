// SPDX-License-Identifier: Apache-2.0
// The nursery for members and the heap: any thread may use and destroy it; its destructor never throws.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/compiled/ending.hpp>
#include <covey/detail/compiled/opening.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/nursery_base.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

namespace covey {

/// A nursery that may be a member or live on the heap, and be used and destroyed by any thread.
///
/// Every spawn goes through the pool's common queue (some 100 ns instead of some ns). Its parent is none, unless
/// options name one: its life is not tied to a block. Its policy is supervise unless options say fail_fast, after which it
/// refuses everything once a child has failed: try_run() and stop_requested() tell, and on_failure when it happens.
/// join() throws as nursery::join(); the destructor waits, never throws, and gives failures that nobody received to the
/// handler of unhandled failures.
/// Children may refer to what outlives the box: of the members of a class, those that are declared before it.
/// A box that is destroyed while the process exits (a static object, say) stops its children (kind shutdown) and waits for
/// them at most 2 s, and never for the child that exits; see pool::default_pool().
/// Thread safety: all members but the destructor may be called from any thread at any time.
class nursery_box : private detail::scope, public nursery_base<nursery_box> {
 public:
  /// @throws as nursery's.
  explicit nursery_box(site where = site::current()) : nursery_box(nursery_options{}, where) {}
  /// The same with options. @throws as nursery's.
  explicit nursery_box(const nursery_options& options, site where = site::current())
      : scope(where) {
    detail::open_with_options(*this, options, true);
  }
  nursery_box(nursery_box&&) = delete;
  nursery_box& operator=(nursery_box&&) = delete;
  /// Waits for every child; gives failures that nobody received to the handler of unhandled failures.
  ~nursery_box() { detail::end_boxed(*this); }

 private:
  friend class spawner<nursery_box>;

  [[nodiscard]] detail::scope& into() noexcept { return *this; }
  [[nodiscard]] const detail::scope& into() const noexcept { return *this; }
};

}  // namespace covey
