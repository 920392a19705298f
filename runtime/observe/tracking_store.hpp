// SPDX-License-Identifier: Apache-2.0
// A worker's share of the tracker's memory: free entries, ids, a cache of sites.
#pragma once

#include "worker/record.hpp"

#include <array>
#include <cstdint>
#include <mutex>

namespace covey::runtime {

// Guards all lists and tables that are not a worker's own.
extern constinit std::mutex tables_lock;

// A list of free entries, linked by next_free.
struct free_list {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  template <class Entry>
  [[nodiscard]] std::uint32_t pop(Entry& (*at)(std::uint32_t)) noexcept {
    const std::uint32_t index = first;
    first = at(index).next_free.load(std::memory_order_relaxed);
    --count;
    return index;
  }
  template <class Entry>
  void push(Entry& (*at)(std::uint32_t), std::uint32_t index) noexcept {
    at(index).next_free.store(first, std::memory_order_relaxed);
    first = index;
    ++count;
  }
};

// Of one worker. Owner only.
struct tracking_store {
  free_list children;
  free_list nurseries;
  std::uint64_t next_id = 0;
  std::uint64_t last_id = 0;
  struct known_site {
    const char* file = nullptr;
    const char* function = nullptr;
    std::uint32_t line = 0;
    std::uint32_t number = 0;
  };
  std::array<known_site, 64> sites{};
};

// Null without a worker, or without memory.
[[nodiscard]] tracking_store* store_of(record* me) noexcept;

}  // namespace covey::runtime
