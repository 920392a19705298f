// SPDX-License-Identifier: Apache-2.0
// What a running child can ask about itself, and how it stops, sleeps and blocks well.
#pragma once

#include <covey/config.hpp>
#include <covey/policy.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace covey {

/// Functions about the innermost task of the calling thread: the child that runs, or the body of the innermost nursery.
/// Outside any task there is no stop and no deadline, and sleeping is plain sleeping.
namespace this_task {

/// @returns whether this task, its nursery or any nursery above was asked to stop. A few nanoseconds.
[[nodiscard]] COVEY_API bool stop_requested() noexcept;
/// @throws cancelled, with the reason, when stop_requested().
COVEY_API void checkpoint();
/// Sleeps; wakes at once on a stop. The worker's permit is lent to a substitute meanwhile, so that sleeping children
/// do not hold the others up.
/// @throws cancelled on a stop, also one that came before; std::invalid_argument for NaN.
COVEY_API void sleep_for(time_limit length);
COVEY_API void sleep_until(clock::time_point when);
/// @returns the time until the earliest deadline up the tree (negative when past); nullopt: there is none.
[[nodiscard]] COVEY_API std::optional<clock::duration> remaining() noexcept;
/// @returns the name that the running child was spawned with; empty for unnamed children and outside.
[[nodiscard]] COVEY_API label name() noexcept;
/// @returns the token of this task; one without a state outside any task. @throws std::bad_alloc
[[nodiscard]] COVEY_API covey::stop_token get_stop_token();

}  // namespace this_task

namespace detail {
COVEY_API bool lend_this_permit() noexcept;  // false: this thread holds no permit
COVEY_API void take_this_permit_back() noexcept;
}  // namespace detail

/// Calls `work`, which may block (I/O, a lock, another process), while a substitute thread has this worker's permit.
/// At most pool_options::max_substitutes threads stand in at once. Beyond that, queued children wait until a thread comes
/// back: if `work` waits for one of them, it waits for ever, and a message on stderr says so (see covey::pool).
/// @returns what `work` returns. @throws what it throws.
/// Cancellation: none by itself; pass `work` what it needs to notice a stop.
template <class Work>
std::invoke_result_t<Work> blocking(Work&& work) {
  struct lent_permit {
    bool lent = detail::lend_this_permit();
    lent_permit() = default;
    lent_permit(const lent_permit&) = delete;
    lent_permit& operator=(const lent_permit&) = delete;
    ~lent_permit() {
      if (lent) {
        detail::take_this_permit_back();
      }
    }
  } const guard;
  return std::invoke(std::forward<Work>(work));
}

}  // namespace covey
