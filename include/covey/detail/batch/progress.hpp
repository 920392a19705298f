// SPDX-License-Identifier: Apache-2.0
// The child of a batch that calls its progress function, and how a batch runs beside it.
#pragma once

#include <covey/batch.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/item_room.hpp>
#include <covey/detail/batch/share_work.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/future.hpp>
#include <covey/nursery.hpp>

#include <optional>

namespace covey::detail {

// The throttle that the options ask for: the user's, one of its own, or none.
class batch_throttle {
 public:
  explicit batch_throttle(const batch_options& options) {
    if (options.limit.given() || options.budget.given()) {
      own_.emplace(options.limit, options.budget);
    }
    used_ = own_ ? &*own_ : options.throttle;
  }
  [[nodiscard]] throttle* get() noexcept { return used_; }

 private:
  std::optional<throttle> own_;
  throttle* used_ = nullptr;
};

// Calls options.progress now and then, in a child of `kids`, until end().
class COVEY_API progress_reports {
 public:
  // @throws as nursery::spawn()
  progress_reports(nursery& kids,
                   spread& of,
                   const batch_options& options,
                   std::optional<std::uint64_t> total);
  progress_reports(progress_reports&&) = delete;
  progress_reports& operator=(progress_reports&&) = delete;
  ~progress_reports() = default;
  // No item is worked on any more: one last report, by this thread.
  void end();

 private:
  // @returns whether to call again.
  [[nodiscard]] bool report() noexcept;

  spread& of_;
  const batch_options& options_;
  const std::optional<std::uint64_t> total_;
  const clock::time_point start_;
  bool go_on_ = true;  // belongs to the child until it has finished
  future<void> child_;
};

// Works a batch off and joins its nursery. @throws as nursery::join()
template <spreads_items Work>
batch_summary run_batch(nursery& kids,
                        Work& work,
                        const batch_options& options,
                        batch_throttle& bound) {
  detail::set_throttle(work, bound.get());
  progress_reports reports(kids, work, options, work.known_total());
  work_all(work);
  reports.end();
  kids.join();
  return work.summary();
}

}  // namespace covey::detail
