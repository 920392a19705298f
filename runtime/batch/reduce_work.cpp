// SPDX-License-Identifier: Apache-2.0
// How large the leaves of a reduction are, and how its parts are called.
#include <covey/batch.hpp>
#include <covey/detail/batch/reduce_work.hpp>
#include <covey/task_info.hpp>

#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace covey::detail {

std::uint64_t leaf_size(const batch_options& options, std::uint64_t items) {
  constexpr std::uint64_t most_leaves = 4096;
  if (options.budget.given()) {
    throw std::invalid_argument(
        "covey: batch_options::budget means nothing to reduce(): its items have no weights");
  }
  return options.grain.given() ? static_cast<std::uint64_t>(options.grain.value())
                               : items / most_leaves + (items % most_leaves != 0 || items == 0);
}

label name_of_items(std::uint64_t first, std::uint64_t last) noexcept {
  std::array<char, label::capacity> room{};
  static_cast<void>(
      std::snprintf(room.data(), room.size(), "items %" PRIu64 " to %" PRIu64, first, last));
  return label(std::string_view(room.data()));
}

}  // namespace covey::detail
