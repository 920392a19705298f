// SPDX-License-Identifier: Apache-2.0
// A small tree as the tracker's records would say it: one nursery with two children, one of which has a nursery.
#pragma once

#include "worker/tracking_map.hpp"

#include <covey/tracking.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace top_test {

using covey::runtime::child_entry;
using covey::runtime::chunk_entries;
using covey::runtime::nursery_entry;
using covey::runtime::site_entry;
using covey::runtime::tracking_map;
using covey::runtime::worker_card;

struct fake_records {
  child_entry children[chunk_entries];
  nursery_entry nurseries[chunk_entries];
  site_entry sites[chunk_entries];
  worker_card cards[2];
  std::atomic<std::uint64_t> ran{77};

  /// Fills the records, and makes the map show them.
  void attach(tracking_map& map) {
    fill();
    map.bytes = sizeof map;
    map.level = static_cast<std::uint32_t>(covey::tracking_level::full);
    map.process = 4711;
    map.next_id = 6;
    map.clock.first_ticks = 1000;
    map.clock.first_ns = 1000;
    map.clock.last_ticks = 5'000'000'000;
    map.clock.last_ns = 5'000'000'000;
    map.workers = &cards[0];
    map.site_count = 2;
    map.children.chunk[0] = children;
    map.children.chunks = 1;
    map.nurseries.chunk[0] = nurseries;
    map.nurseries.chunks = 1;
    map.sites.chunk[0] = sites;
    map.sites.chunks = 1;
    map.magic[1] = covey::runtime::map_magic[1];
    map.magic[0] = covey::runtime::map_magic[0];
  }

 private:
  void fill() {
    using covey::runtime::life;
    static constexpr std::string_view file = "source/fake.cpp";
    static constexpr std::string_view function = "make()";
    sites[1].file = file.data();
    sites[1].file_bytes = static_cast<std::uint32_t>(file.size());
    sites[1].function = function.data();
    sites[1].function_bytes = static_cast<std::uint32_t>(function.size());
    sites[1].line = 17;
    cards[0].next = &cards[1];
    for (std::uint32_t i = 0; i < 2; ++i) {
      cards[i].ran = &ran;
      cards[i].number = i;
      cards[i].thread = 100 + i;
    }
    fill(nurseries[1], life::waiting, 1, "fake nursery");
    fill(children[1], life::blocking, 2, "fake child");
    children[1].parent = 1;
    children[1].parent_at = 1;
    children[1].done = 3;
    children[1].total = 10;
    fill(children[2], life::running, 3, "busy child");
    children[2].parent = 1;
    children[2].parent_at = 1;
    fill(nurseries[2], life::running, 4, "inner nursery");
    nurseries[2].parent = 3;
    nurseries[2].parent_at = 2;
    fill(children[3], life::queued, 5, "queued child");
    children[3].parent = 4;
    children[3].parent_at = 2;
  }

  template <class Entry>
  static void fill(Entry& record,
                   covey::runtime::life state,
                   std::uint64_t id,
                   std::string_view name) {
    record.id = id;
    record.site = 1;
    record.worker = 1;
    record.born = 1'000'000'000;
    record.since = 2'000'000'000;
    const covey::label text{name};
    std::uint64_t words[covey::runtime::label_words];
    static_assert(sizeof words == sizeof text);
    std::memcpy(words, &text, sizeof words);
    std::copy(std::begin(words), std::end(words), std::begin(record.name));
    if constexpr (requires { record.deadline; }) {
      record.deadline = ~std::uint64_t{0};
      record.spawned = 2;
    }
    record.life = covey::runtime::life_step + static_cast<std::uint64_t>(state);
  }
};

}  // namespace top_test
