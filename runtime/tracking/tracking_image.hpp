// SPDX-License-Identifier: Apache-2.0
// A copy of the tracker's entries, of this process or of another one; task_tree makes the tree of it.
#pragma once

#include "worker/tracking_map.hpp"

#include <covey/tracking.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace covey::runtime {

// Entries whose `life` changed while they were copied have life 0 here.
struct tracking_image {
  struct site_copy {
    std::string file;
    std::string function;
    std::uint32_t line = 0;
  };
  struct worker {
    std::uint32_t number = 0;
    std::uint32_t thread = 0;
    std::uint32_t pool = 0;
    std::uint32_t kind = 0;
    std::uint32_t child = 0;
    std::uint32_t sleeping = 0;
    std::uint64_t ran = 0;
    std::uint64_t steals = 0;
    std::uint64_t lends = 0;
    std::uint64_t sleeps = 0;
    std::uint64_t slept = 0;        // ticks
    std::uint64_t fell_asleep = 0;  // ticks
  };

  std::uint32_t level = 0;
  std::uint32_t process = 0;
  std::uint64_t not_shown = 0;
  // The clock: a pair of readings far back, and one from just before the copy was begun.
  std::uint64_t first_ticks = 0;
  std::uint64_t first_ns = 0;
  std::uint64_t now_ticks = 0;
  std::uint64_t now_ns = 0;
  std::uint64_t deadline_ns = 0;  // now, by the clock of the deadlines; 0: the same as now_ns
  std::unique_ptr<child_entry[]> children;
  std::size_t child_count = 0;
  std::unique_ptr<nursery_entry[]> nurseries;
  std::size_t nursery_count = 0;
  std::vector<site_copy> sites;  // by index; [0] is empty
  std::vector<worker> workers;
};

// @throws std::bad_alloc
[[nodiscard]] COVEY_API tracking_image copy_of_this_process();

}  // namespace covey::runtime
