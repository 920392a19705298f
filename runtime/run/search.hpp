// SPDX-License-Identifier: Apache-2.0
// Where a worker loop looks for work.
#pragma once

#include "pool/crew.hpp"

#include <array>
#include <cstddef>

namespace covey::runtime {

// What a loop remembers between two looks for work.
struct search {
  std::array<frame*, 32> extra{};  // what came with the child that was found
  std::size_t taken = 0;           // how many of those
  record* last = nullptr;          // the last victim that had work
  bool shares = true;              // takes shares of batches, too
  bool saw_private = false;        // this time, and how often in a row
  unsigned private_looks = 0;
  unsigned empty_looks = 0;
};

// A child for the loop of `me`; null: none was found.
[[nodiscard]] frame* find_work(crew& of, record& me, search& in) noexcept;
// A searcher becomes busy. The last one sees to it that a free place does not sleep beside work.
void found_work(crew& of) noexcept;
// Publishes children of an owner that does not answer. @returns whether there was one.
[[nodiscard]] bool force_somebody(const crew& of, record& me) noexcept;

}  // namespace covey::runtime
