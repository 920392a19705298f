// SPDX-License-Identifier: Apache-2.0
// Where a worker loop looks for work.
#pragma once

#include "pool/crew.hpp"

#include <array>
#include <cstddef>

namespace covey::runtime {

// What a loop stores between two rounds of its search.
struct search {
  std::array<frame*, 32> surplus{};  // what came with the child that was found
  std::size_t taken = 0;             // how many of those
  record* last = nullptr;            // the last victim that had work
  bool shares = true;                // takes shares of batches, too
  bool saw_private = false;          // this time, and how often in a row
  unsigned private_rounds = 0;
  unsigned empty_rounds = 0;
};

// A child for the loop of `me`; null: none was found.
[[nodiscard]] frame* find_work(crew& of, record& me, search& in) noexcept;
// Ends the search of a loop that found work. The last searcher wakes a worker if a permit is free and there is more work.
void found_work(crew& of) noexcept;
// Forces one deque with private children. @returns whether there was one.
[[nodiscard]] bool force_somebody(const crew& of, record& me) noexcept;

}  // namespace covey::runtime
