// SPDX-License-Identifier: Apache-2.0
// Images of records that are right, wrong, changing and damaged, read from memory of the test's own.

#include "fake_records.hpp"
#include "image_reader.hpp"
#include "problem.hpp"
#include "seed.hpp"
#include "ticks.hpp"
#include "totals.hpp"
#include "tracking/task_tree.hpp"

#include <covey/tracking.hpp>

#include <cstdint>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace {

using covey::runtime::tracking_image;
using covey::runtime::tracking_map;
using top_test::fake_records;

/// Some pieces of memory; all else is not mapped.
class pieces final : public top::memory_source {
 public:
  void add(const void* begin, std::size_t bytes) {
    all_.emplace_back(reinterpret_cast<std::uintptr_t>(begin), bytes);
  }
  bool read(std::uint64_t address, void* to, std::size_t bytes) const override {
    before_reading(address);
    for (const auto& [begin, size] : all_) {
      if (address >= begin && address - begin <= size && bytes <= size - (address - begin)) {
        // NOLINTNEXTLINE(performance-no-int-to-ptr)
        std::memcpy(to, reinterpret_cast<const void*>(address), bytes);
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool frozen() const noexcept override { return still; }

  bool still = true;
  std::function<void(std::uint64_t)> before_reading = [](std::uint64_t) {};

 private:
  std::vector<std::pair<std::uint64_t, std::size_t>> all_;
};

/// A process of the test's own.
struct subject {
  subject() {
    records->attach(*map);
    auto memory = std::make_unique<pieces>();
    memory->add(map.get(), sizeof *map);
    memory->add(records.get(), sizeof *records);
    const auto& place = records->sites[1];
    memory->add(place.file.load(), place.file_bytes);
    memory->add(place.function.load(), place.function_bytes);
    pieces_of = memory.get();
    target.memory = std::move(memory);
    target.map = reinterpret_cast<std::uintptr_t>(map.get());
  }
  [[nodiscard]] tracking_image image() const { return top::image_reader(target).read(); }

  std::unique_ptr<tracking_map> map = std::make_unique<tracking_map>();
  std::unique_ptr<fake_records> records = std::make_unique<fake_records>();
  pieces* pieces_of = nullptr;
  top::target target{"the test", nullptr, 0};
};

template <class Read>
std::string complaint(const Read& read) {
  try {
    static_cast<void>(read());
  } catch (const top::problem& error) {
    return error.what();
  }
  return "none";
}

TEST(image, shows_what_the_records_say) {
  const subject one;
  const covey::task_tree tree = tree_of(one.image());
  ASSERT_EQ(tree.nodes.size(), 5U);
  EXPECT_EQ(tree.process, 4711U);
  EXPECT_EQ(tree.level, covey::tracking_level::full);
  EXPECT_EQ(tree.nodes[0].name.view(), "fake nursery");
  EXPECT_EQ(tree.nodes[0].file, "source/fake.cpp");
  EXPECT_EQ(tree.nodes[0].function, "make()");
  EXPECT_EQ(tree.nodes[0].line, 17U);
  EXPECT_EQ(tree.nodes[1].progress.done, 3U);
  // The core's clock stands at five seconds, and its ticks are nanoseconds.
  EXPECT_EQ(tree.nodes[1].age, std::chrono::seconds(4));
  EXPECT_EQ(tree.nodes[1].age_in_state, std::chrono::seconds(3));
  EXPECT_EQ(tree.workers.size(), 2U);
  EXPECT_EQ(tree.workers[0].ran, 77U);
}

TEST(image, of_living_memory_is_the_same_where_nothing_changes) {
  const subject one;
  one.pieces_of->still = false;
  EXPECT_EQ(tree_of(one.image()).nodes.size(), 5U);
}

TEST(image, a_record_that_goes_to_another_task_meanwhile_is_left_out) {
  const subject one;
  one.pieces_of->still = false;
  const auto children = reinterpret_cast<std::uintptr_t>(one.records->children);
  one.pieces_of->before_reading = [&](std::uint64_t address) {
    if (address == children) {
      one.records->children[1].life += covey::runtime::life_step;
    }
  };
  const tracking_image image = one.image();
  EXPECT_EQ(image.children[1].life, 0U);
  EXPECT_NE(image.children[2].life, 0U);
}

TEST(image, a_record_that_enters_another_state_meanwhile_is_shown) {
  const subject one;
  one.pieces_of->still = false;
  const auto children = reinterpret_cast<std::uintptr_t>(one.records->children);
  one.pieces_of->before_reading = [&](std::uint64_t address) {
    if (address == children) {
      one.records->children[1].life ^= 1U;  // blocking and waiting differ in more than a bit
    }
  };
  one.records->children[1].life = covey::runtime::life_step + 2;
  EXPECT_NE(one.image().children[1].life, 0U);
}

TEST(image, of_another_version_is_refused_with_both_versions) {
  const subject one;
  one.map->version = 2;
  const std::string said = complaint([&] { return one.image(); });
  EXPECT_NE(said.find("version 2,"), std::string::npos) << said;
  EXPECT_NE(said.find("version 1;"), std::string::npos) << said;
}

TEST(image, of_other_sizes_is_refused_with_both_sizes) {
  subject one;
  one.map->bytes = 64;
  const std::string map = complaint([&] { return one.image(); });
  EXPECT_NE(map.find("64 bytes"), std::string::npos) << map;
  EXPECT_NE(map.find(std::to_string(sizeof(tracking_map))), std::string::npos) << map;
  one.map->bytes = sizeof(tracking_map);
  one.map->nurseries.entry_bytes = 8;
  const std::string records = complaint([&] { return one.image(); });
  EXPECT_NE(records.find("nurseries of 8 bytes"), std::string::npos) << records;
}

TEST(image, of_a_map_that_was_overwritten_is_refused) {
  const subject one;
  one.map->magic[0] = 0;
  EXPECT_NE(complaint([&] { return one.image(); }).find("lost its tracking map"),
            std::string::npos);
}

TEST(image, counts_without_bounds_are_cut) {
  const subject one;
  one.map->children.chunks = ~0U;
  one.map->nurseries.chunks = ~0U;
  one.map->sites.chunks = ~0U;
  one.map->site_count = ~0U;
  const tracking_image image = one.image();
  EXPECT_EQ(image.child_count, covey::runtime::most_chunks * covey::runtime::chunk_entries);
  EXPECT_EQ(image.sites.size(), covey::runtime::most_chunks * covey::runtime::chunk_entries);
  EXPECT_EQ(tree_of(image).nodes.size(), 5U);
}

TEST(image, a_ring_of_workers_is_gone_round_once) {
  const subject one;
  one.records->cards[1].next = &one.records->cards[0];
  EXPECT_EQ(one.image().workers.size(), 2U);
}

TEST(image, texts_that_are_too_long_or_not_there_are_empty) {
  const subject one;
  one.records->sites[1].file_bytes = 4097;
  EXPECT_EQ(one.image().sites[1].file, "");
  one.records->sites[1].function = nullptr;
  EXPECT_EQ(one.image().sites[1].function, "");
}

void flip(covey_test::dice& dice, void* where, std::size_t bytes) {
  auto* const all = static_cast<unsigned char*>(where);
  const std::size_t at = dice.below(bytes);
  all[at] = static_cast<unsigned char>(all[at] ^ (1U << dice.below(8)));
}

TEST(image, damaged_records_do_no_harm_and_give_valid_json) {
  covey_test::dice dice{covey_test::stress_seed()};
  int read = 0;
  // No thread is in play here that ThreadSanitizer could watch, and it takes its time.
  constexpr int rounds = COVEY_TSAN != 0 ? 30 : 300;
  for (int round = 0; round < rounds; ++round) {
    const subject one;
    for (std::uint64_t flips = 1 + dice.below(40); flips != 0; --flips) {
      switch (dice.below(8)) {
        case 0:  // the clock, the counts and the addresses, but not what says that this is a map
          flip(dice, &one.map->level, sizeof *one.map - offsetof(tracking_map, level));
          break;
        case 1:
          flip(dice, one.records->cards, sizeof one.records->cards);
          break;
        case 2:
          flip(dice, &one.records->sites[1], sizeof one.records->sites[1]);
          break;
        case 3:
        case 4:
          flip(dice, &one.records->nurseries[1], 2 * sizeof one.records->nurseries[1]);
          break;
        default:
          flip(dice, &one.records->children[1], 3 * sizeof one.records->children[1]);
      }
    }
    one.pieces_of->still = dice.one_in(2);
    try {
      const tracking_image image = one.image();
      EXPECT_LE(top::totals_of(image).sleeping, top::totals_of(image).workers);
      const covey::task_tree tree = tree_of(image);
      EXPECT_TRUE(nlohmann::json::accept(to_json(tree)));
      EXPECT_FALSE(to_text(tree).empty());
      EXPECT_FALSE(to_dot(tree).empty());
      ++read;
    } catch (const top::problem&) {
      // A size was hit.
    }
  }
  EXPECT_GT(read, rounds / 3);
}

TEST(ticks, that_are_nanoseconds_need_no_guess) {
  const top::clock_readings known{1000, 1000, 2000, 2000};
  EXPECT_EQ(top::ticks_at(known, 5'000'000), 5'000'000U);
}

TEST(ticks, go_on_as_fast_as_they_did) {
  // Three a nanosecond, over a second.
  const top::clock_readings known{3'000, 1'000, 3'000'003'000, 1'000'001'000};
  EXPECT_EQ(top::ticks_at(known, 2'000'001'000), 6'000'003'000U);
}

TEST(ticks, stand_still_where_nothing_says_how_fast_they_go) {
  EXPECT_EQ(top::ticks_at({5, 7, 5, 7}, 1'000'000'000), 5U);
  EXPECT_EQ(top::ticks_at({5, 7, 3, 2'000'000'000}, 3'000'000'000), 3U);
  EXPECT_EQ(top::ticks_at({5, 7, 50, 60}, 1'000'000'000), 50U);
}

TEST(ticks, of_a_core_go_on_to_what_was_recorded_last) {
  const subject one;
  one.records->children[2].since = 8'000'000'000;
  const covey::task_tree tree = tree_of(one.image());
  ASSERT_EQ(tree.nodes.size(), 5U);
  EXPECT_EQ(tree.nodes[1].age_in_state, std::chrono::seconds(6));
  EXPECT_EQ(tree.nodes[2].age_in_state, std::chrono::seconds(0));
}

TEST(ticks, of_a_core_with_one_reading_are_as_long_as_those_here) {
  const subject one;
  one.map->clock.first_ns = 7;
  one.map->clock.last_ns = 7;
  one.map->clock.last_ticks = 1000;
  one.records->children[2].since = 8'000'000'000;
  const covey::task_tree tree = tree_of(one.image());
  ASSERT_EQ(tree.nodes.size(), 5U);
#if defined(__x86_64__)
  // Between a tenth of a gigahertz and ten.
  EXPECT_GT(tree.nodes[1].age_in_state, std::chrono::milliseconds(600));
  EXPECT_LT(tree.nodes[1].age_in_state, std::chrono::seconds(60));
#endif
}

TEST(totals, rates_are_what_happened_by_time) {
  const top::totals before{1'000'000'000, 0, 100, 10, 0, 2, 0};
  const top::totals after{3'000'000'000, 2'000'000'000, 300, 30, 1'000'000'000, 2, 0};
  const auto speed = top::rates_between(before, after);
  ASSERT_TRUE(speed);
  EXPECT_DOUBLE_EQ(speed->tasks, 100);
  EXPECT_DOUBLE_EQ(speed->steals, 10);
  EXPECT_DOUBLE_EQ(speed->idle, 0.25);
  EXPECT_FALSE(top::rates_between(after, after));
  EXPECT_FALSE(top::rates_between(after, before));
}

}  // namespace
