// SPDX-License-Identifier: Apache-2.0
// No frame is lost: each one is in use, in a free list, on its way home, or waits in the slot that it names.
#include "bounded.hpp"
#include "worker/record.hpp"

#include <covey/covey.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace {

using covey::detail::frame;
using covey::detail::slot;
using covey::runtime::record;

std::size_t length_of(const frame* list) {
  std::size_t count = 0;
  for (; list != nullptr; list = list->next) {
    ++count;
  }
  return count;
}

std::size_t frames_made(const record& r) {
  std::size_t count = 0;
  for (const record::slab* each = r.slabs; each != nullptr; each = each->next) {
    count += each->frames;
  }
  return count;
}

std::size_t frames_waiting(const record& r) {
  std::size_t count = 0;
  for (const slot* at = r.base + 1; at < r.end + covey::runtime::deque_slack; ++at) {
    const frame* const f = at->load();
    if (f == nullptr) {
      continue;
    }
    ++count;
    EXPECT_GE(at, r.sp.load());
    EXPECT_EQ(f->home, &r);
    EXPECT_EQ(f->queue_position.load(), reinterpret_cast<std::uintptr_t>(at));
    EXPECT_EQ(f->flags.load(), 0U);
    EXPECT_EQ(f->phase.load(), covey::detail::phase::queued);
    EXPECT_EQ(f->holder.load(), 0U);
    EXPECT_EQ(f->marks.load(), covey::detail::class_mark(covey::detail::class_of(f)));
  }
  return count;
}

std::size_t frames_free(const record& r) {
  std::size_t count = frames_waiting(r) + length_of(r.freed_elsewhere.load());
  for (const frame* const list : r.free) {
    count += length_of(list);
  }
  return count;
}

// Opens nurseries on this thread, with children of many kinds, run in place, at the join and by thieves.
// @returns the record that it used for them.
const record& work(covey::pool& pool) {
  const covey::nursery around{
      {.pool = &pool}};  // between nurseries, a thread may change its record for another one
  const record* mine = nullptr;
  for (int round = 0; round < 30; ++round) {
    covey::nursery kids{{.pool = &pool}};
    EXPECT_TRUE(mine == nullptr || mine == covey::runtime::this_record());
    mine = covey::runtime::this_record();
    std::vector<covey::future<std::size_t>> later;
    for (std::size_t i = 0; i < 60; ++i) {
      auto small = kids.spawn([i] { return i; });
      auto wide = kids.spawn([i, more = std::array<std::size_t, 6>{}] { return i + more[0]; });
      auto large = kids.spawn([i, more = std::array<std::size_t, 30>{}] { return i + more[0]; });
      auto text = kids.spawn([text = std::string(50, '.')] { return text.size(); });
      EXPECT_EQ(text.get(), 50U);
      if (i % 3 == 0) {
        EXPECT_EQ(small.get(), i);
      }
      if (i % 2 == 0) {
        EXPECT_EQ(wide.get(), i);
      }
      if (i % 5 != 0) {
        later.push_back(std::move(large));
      }
      kids.run([] { std::this_thread::yield(); });
    }
    for (auto& each : later) {
      static_cast<void>(each.get());
    }
  }
  return *mine;
}

class frames : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(pools, frames, testing::Values(1, 2, 8));

TEST_P(frames, are_all_there_when_nothing_runs) {
  const covey_test::bounded bound;
  covey::pool pool{static_cast<std::size_t>(GetParam())};
  const record& mine = work(pool);
  const std::size_t made = frames_made(mine);
  EXPECT_GT(made, 0U);
  // A thief gives memory back just after it has told the nursery.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (frames_free(mine) != made && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_EQ(frames_free(mine), made);
}

TEST(frames, move_to_the_free_lists_when_the_thread_ends) {
  const covey_test::bounded bound;
  covey::pool pool{2};
  const record* there = nullptr;
  std::thread([&] { there = &work(pool); }).join();
  ASSERT_NE(there, nullptr);
  pool.shutdown();
  EXPECT_EQ(frames_waiting(*there), 0U);
  EXPECT_EQ(frames_free(*there), frames_made(*there));
}

}  // namespace
