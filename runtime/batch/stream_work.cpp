// SPDX-License-Identifier: Apache-2.0
// The window of a stream.
#include <covey/batch.hpp>
#include <covey/detail/batch/stream_work.hpp>

#include <stdexcept>
#include <string>

namespace covey::detail {

batch_options without_window(const batch_options& options) {
  if (options.window.given() && options.window.value() < 1) {
    throw std::invalid_argument("covey: batch_options::window must be at least 1, not " +
                                std::to_string(options.window.value()));
  }
  batch_options others = options;
  others.window = {};
  return others;
}

}  // namespace covey::detail
