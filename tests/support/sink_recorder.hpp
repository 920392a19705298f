// SPDX-License-Identifier: Apache-2.0
// Records what reaches the handler of unhandled failures, for the length of a scope.
#pragma once

#include "leaves.hpp"

#include <covey/composite_exception.hpp>
#include <covey/covey.hpp>

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace covey_test {

class sink_recorder {
 public:
  sink_recorder()
      : before_(covey::set_unhandled_failure_handler(
            [this](const covey::composite_exception& failures) { record(failures); })) {}
  sink_recorder(const sink_recorder&) = delete;
  sink_recorder& operator=(const sink_recorder&) = delete;
  ~sink_recorder() { covey::set_unhandled_failure_handler(std::move(before_)); }

  /// @returns the messages of all leaves that came, and forgets them.
  [[nodiscard]] std::vector<std::string> take() {
    const std::lock_guard hold(mutex_);
    return std::exchange(messages_, {});
  }

 private:
  void record(const covey::composite_exception& failures) {
    auto came = messages(failures);
    const std::lock_guard hold(mutex_);
    messages_.insert(messages_.end(), came.begin(), came.end());
  }
  std::mutex mutex_;
  std::vector<std::string> messages_;
  covey::failure_handler before_;
};

}  // namespace covey_test
