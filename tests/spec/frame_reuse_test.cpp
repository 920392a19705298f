// SPDX-License-Identifier: Apache-2.0
// A child's captures, result and failure are its own, however soon the memory of a sibling or parent is used again.
#include "each_pool_size.hpp"
#include "seed.hpp"

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using covey_test::dice;
using covey_test::gate;
COVEY_EACH_POOL_SIZE(frame_reuse);

// Captures of different sizes and kinds, whose sum tells whether they are still what they were.
template <std::size_t Words>
struct words {
  std::array<std::uint64_t, Words> value;
  explicit words(std::uint64_t seed) {
    for (std::uint64_t& each : value) {
      each = seed++;
    }
  }
  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t total = 0;
    for (const std::uint64_t each : value) {
      total += each;
    }
    return total;
  }
  static std::uint64_t expected(std::uint64_t seed) {
    return Words * seed + Words * (Words - 1) / 2;
  }
};

struct alignas(128) far_apart {
  std::uint64_t value;
};

std::uint64_t grow(std::uint64_t seed, int depth);

// Spawns one child of a random kind. @returns what its get() will give.
std::uint64_t spawn_one(covey::nursery& kids,
                        std::vector<covey::future<std::uint64_t>>& futures,
                        dice& random,
                        int depth) {
  const std::uint64_t seed = random.below(1U << 20U);
  const auto below = [](std::uint64_t s, int d) { return grow(s, d - 1) - grow(s, d - 1); };
  switch (random.below(7)) {
    case 0:
      futures.push_back(kids.spawn([seed, depth, below] { return seed + below(seed, depth); }));
      return seed;
    case 1:
      futures.push_back(kids.spawn(
          [w = words<5>(seed), depth, below] { return below(w.value[0], depth) + w.sum(); }));
      return words<5>::expected(seed);
    case 2:  // too large for a copy on the stack
      futures.push_back(kids.spawn(
          [w = words<20>(seed), depth, below] { return below(w.value[0], depth) + w.sum(); }));
      return words<20>::expected(seed);
    case 3:  // too large for the lists of frames
      futures.push_back(kids.spawn(
          [w = words<200>(seed), depth, below] { return below(w.value[0], depth) + w.sum(); }));
      return words<200>::expected(seed);
    case 4:  // not just bytes
      futures.push_back(
          kids.spawn([text = std::to_string(seed) + std::string(40, '.'), depth, below] {
            return below(text.size(), depth) + std::uint64_t{std::stoull(text)};
          }));
      return seed;
    case 5:
      futures.push_back(kids.spawn(
          [far = far_apart{seed}, depth, below] { return below(far.value, depth) + far.value; }));
      return seed;
    default:
      futures.push_back(
          kids.spawn("named", [seed, depth, below] { return below(seed, depth) + seed; }));
      return seed;
  }
}

// A tree of nurseries whose results are taken in every order, or not at all. @returns the same for the same arguments.
std::uint64_t grow(std::uint64_t seed, int depth) {
  if (depth <= 0) {
    return seed;
  }
  dice random(seed * 31 + static_cast<std::uint64_t>(depth));
  covey::nursery kids;
  std::vector<covey::future<std::uint64_t>> futures;
  std::vector<std::uint64_t> expected;
  const std::uint64_t count = 1 + random.below(5);
  std::uint64_t total = 0;
  const auto take = [&](std::size_t which) {
    const std::uint64_t got = futures[which].get();
    EXPECT_EQ(got, expected[which]);
    total += got;
    futures.erase(futures.begin() + static_cast<std::ptrdiff_t>(which));
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(which));
  };
  for (std::uint64_t i = 0; i < count; ++i) {
    expected.push_back(spawn_one(kids, futures, random, depth));
    if (random.one_in(3)) {
      take(futures.size() - 1);
    } else if (random.one_in(6)) {
      take(random.below(futures.size()));
    }
  }
  const std::uint64_t order = random.below(4);
  while (!futures.empty() && order != 3) {
    take(order == 0 ? futures.size() - 1 : order == 1 ? 0 : random.below(futures.size()));
  }
  return total;  // order 3: the end of the nursery runs what is left
}

TEST_P(frame_reuse, keeps_every_capture_whole_in_every_order) {
  const std::uint64_t seed = covey_test::stress_seed();
  for (std::uint64_t round = 0; round < 40; ++round) {
    covey::nursery kids{here()};
    auto once = kids.spawn([seed, round] { return grow(seed + round, 4); });
    auto again = kids.spawn([seed, round] { return grow(seed + round, 4); });
    EXPECT_EQ(once.get(), again.get());
  }
}

// A child whose own children use its memory again before it fails.
[[noreturn]] void fail_late(int which) {
  covey::nursery inner;
  auto a = inner.spawn([which] { return which; });
  auto b = inner.spawn([which] { return which * 2; });
  const int sum = b.get() + a.get();
  throw std::out_of_range("child " + std::to_string(sum / 3));
}

TEST_P(frame_reuse, names_the_place_of_a_child_that_failed_after_its_own_children_ran) {
  covey::nursery kids{here()};
  auto fails = kids.spawn([] { fail_late(7); });
  const std::uint32_t line = __LINE__ - 1;
  EXPECT_EQ(covey_test::message_of<std::out_of_range>([&] { fails.get(); }), "child 7");
  try {
    kids.join();
    FAIL() << "the join did not report the failure";
  } catch (const covey::composite_exception& all) {
    ASSERT_EQ(all.leaves().size(), 1U);
    EXPECT_EQ(all.leaves().front().where().spawned_at.line(), line);
  }
}

TEST_P(frame_reuse, keeps_the_order_of_a_child_that_failed_after_its_own_children_ran) {
  if (size() < 2) {
    GTEST_SKIP() << "needs two children at once";
  }
  covey::nursery kids{here()};
  gate started;
  gate failed;
  kids.run([&] {
    started.open();
    failed.wait();
    throw std::out_of_range(
        "child 0");  // the nursery is stopped: children of this child would not start
  });
  started.wait();
  auto later = kids.spawn([] { fail_late(1); });
  EXPECT_THROW(later.get(), std::out_of_range);
  failed.open();
  std::string order;
  try {
    kids.join();
  } catch (const covey::composite_exception& all) {
    for (const covey::leaf& each : all.leaves()) {
      order += each.message() + ";";
    }
  }
  EXPECT_EQ(order, "child 0;child 1;");
}

// A callable that opens a nursery, and spawns into the same one, whenever it is copied or moved.
class spawns_when_moved {
 public:
  spawns_when_moved(covey::nursery& kids, int value) : kids_(&kids), value_(value) {}
  spawns_when_moved(const spawns_when_moved& other) : kids_(other.kids_), value_(other.value_) {
    work();
  }
  spawns_when_moved(spawns_when_moved&& other) noexcept(false)
      : kids_(other.kids_),
        value_(other.value_) {
    work();
  }
  spawns_when_moved& operator=(const spawns_when_moved&) = delete;
  spawns_when_moved& operator=(spawns_when_moved&&) = delete;
  ~spawns_when_moved() = default;
  int operator()() const { return value_; }

 private:
  void work() const {
    covey::nursery inner;
    auto a = inner.spawn([value = value_] { return value; });
    auto b = kids_->spawn([value = value_] { return value + 1; });
    EXPECT_EQ(a.get() + b.get(), 2 * value_ + 1);
    kids_->run([] {});
  }
  covey::nursery* kids_;
  int value_;
};

// Just bytes, but not to be copied.
struct only_moved {
  explicit only_moved(int given) : value(given) {}
  only_moved(const only_moved&) = delete;
  only_moved(only_moved&&) = default;
  only_moved& operator=(const only_moved&) = delete;
  only_moved& operator=(only_moved&&) = default;
  ~only_moved() = default;
  int operator()() const { return value; }
  int value;
};
static_assert(std::is_trivially_copyable_v<only_moved>);

TEST_P(frame_reuse, a_callable_of_plain_bytes_need_not_be_copyable) {
  covey::nursery kids{here()};
  auto one = kids.spawn(only_moved(1));
  auto two = kids.spawn([bytes = only_moved(2)] { return bytes.value; });
  EXPECT_EQ(two.get(), 2);
  EXPECT_EQ(one.get(), 1);
}

TEST_P(frame_reuse, a_callable_may_spawn_while_it_is_copied) {
  covey::nursery kids{here()};
  for (int i = 0; i < 50; ++i) {
    auto made = kids.spawn(spawns_when_moved(kids, i));
    auto small = kids.spawn([i] { return i; });
    if (i % 2 == 0) {
      EXPECT_EQ(made.get(), i);
      EXPECT_EQ(small.get(), i);
    } else {
      EXPECT_EQ(small.get(), i);
      EXPECT_EQ(made.get(), i);
    }
  }
}

TEST_P(frame_reuse, a_full_nursery_runs_others_before_it_takes_a_child) {
  covey::nursery kids{here({.limit = 2})};
  std::vector<covey::future<std::uint64_t>> parts;
  for (std::uint64_t i = 0; i < 300; ++i) {
    parts.push_back(kids.spawn([i] {
      covey::nursery inner;
      auto a = inner.spawn([i] { return i; });
      return a.get() + i;
    }));
  }
  for (std::uint64_t i = 0; i < 300; ++i) {
    EXPECT_EQ(parts[i].get(), 2 * i);
  }
}

}  // namespace
