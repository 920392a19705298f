// SPDX-License-Identifier: Apache-2.0
// The store of static memory for failures: all of it can be taken, none of it twice.
#include "failures/emergency_store.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <thread>
#include <utility>
#include <vector>

namespace {

using covey::runtime::emergency_allocate;
using covey::runtime::emergency_capacity;
using covey::runtime::emergency_in_use;
using covey::runtime::emergency_release;

TEST(emergency_store, gives_all_of_it_in_one_piece_and_takes_it_back) {
  void* const all = emergency_allocate(emergency_capacity);
  ASSERT_NE(all, nullptr);
  std::memset(all, 1, emergency_capacity);
  EXPECT_EQ(emergency_in_use(), emergency_capacity);
  EXPECT_EQ(emergency_allocate(1), nullptr);
  emergency_release(all, emergency_capacity);
  EXPECT_EQ(emergency_in_use(), 0U);
}

TEST(emergency_store, refuses_what_is_larger_than_itself) {
  EXPECT_EQ(emergency_allocate(emergency_capacity + 1), nullptr);
  EXPECT_EQ(emergency_allocate(SIZE_MAX), nullptr);
}

TEST(emergency_store, gives_distinct_aligned_pieces_also_of_no_size) {
  void* const a = emergency_allocate(0);
  void* const b = emergency_allocate(65);
  void* const c = emergency_allocate(1);
  EXPECT_NE(a, b);
  EXPECT_GE(static_cast<std::byte*>(c) - static_cast<std::byte*>(b), 65);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b) % alignof(std::max_align_t), 0U);
  emergency_release(b, 65);
  EXPECT_EQ(emergency_allocate(128), b) << "the first gap that is large enough";
  emergency_release(b, 128);
  emergency_release(a, 0);
  emergency_release(c, 1);
  EXPECT_EQ(emergency_in_use(), 0U);
}

TEST(emergency_store, serves_many_threads) {
  std::vector<std::thread> threads;
  for (unsigned id = 0; id < 4; ++id) {
    threads.emplace_back([id] {
      for (std::size_t round = 0; round < 500; ++round) {
        const std::size_t bytes = 1 + (round * 37 + id * 101) % 3000;
        auto* const memory = static_cast<unsigned char*>(emergency_allocate(bytes));
        ASSERT_NE(memory, nullptr);
        std::memset(memory, static_cast<int>(id), bytes);
        EXPECT_TRUE(
            std::all_of(memory, memory + bytes, [id](unsigned char byte) { return byte == id; }));
        emergency_release(memory, bytes);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(emergency_in_use(), 0U);
}

}  // namespace
