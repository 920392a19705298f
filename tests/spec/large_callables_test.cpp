// SPDX-License-Identifier: Apache-2.0
// Callables and results of any size and alignment: what a child holds is not cut short.
#include "each_pool_size.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace {

COVEY_EACH_POOL_SIZE(large_callables);

// Its move may throw, so that it stays in its frame until it has run, with the result behind it.
template <std::size_t Bytes>
struct stays {
  explicit stays(unsigned char first) { std::iota(bytes.begin(), bytes.end(), first); }
  stays(stays&& other) noexcept(false) : bytes(other.bytes) {}
  [[nodiscard]] std::uint64_t operator()() const {
    return std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
  }
  std::array<unsigned char, Bytes> bytes;
};

template <std::size_t Bytes>
void give_their_results(covey::nursery& kids) {
  const std::uint64_t expected = stays<Bytes>(7)();
  auto here = kids.spawn(stays<Bytes>(7));
  EXPECT_EQ(here.get(), expected);
  auto named = kids.spawn("large", stays<Bytes>(7));
  EXPECT_EQ(named.get(), expected);
  covey::future<std::uint64_t> there = kids.spawn(stays<Bytes>(7));
  covey::future<std::uint64_t> last = kids.spawn(stays<Bytes>(7));
  std::thread([&] { EXPECT_EQ(there.get(), expected); }).join();
  kids.wait_idle();
  EXPECT_EQ(last.get(), expected);
}

TEST_P(large_callables, that_may_throw_when_moved_give_their_results) {
  covey::nursery kids{here()};
  give_their_results<1000>(kids);
  give_their_results<(std::size_t{1} << 16U) - 100>(kids);
  give_their_results<(std::size_t{1} << 16U) + 100>(kids);
  give_their_results<300'000>(kids);
}

TEST_P(large_callables, that_may_throw_when_moved_deliver_their_failures) {
  struct fails : stays<100'000> {
    using stays::stays;
    void operator()() const { throw std::runtime_error("failed with " + std::to_string(bytes[3])); }
  };
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  auto failed = kids.spawn("large", fails(4));
  try {
    failed.get();
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "failed with 7");
  }
  kids.join();
}

template <std::size_t Align>
struct alignas(Align) wide {
  int value = 5;
  [[nodiscard]] bool is_aligned() const {
    return reinterpret_cast<std::uintptr_t>(this) % Align == 0;
  }
};

template <std::size_t Align>
void keep_alignment(covey::nursery& kids) {
  auto callable = kids.spawn([w = wide<Align>()] { return w.is_aligned() ? w.value : 0; });
  EXPECT_EQ(callable.get(), 5);
  auto result = kids.spawn([] { return wide<Align>{6}; });
  kids.wait_idle();
  const wide<Align> got = result.get();
  EXPECT_TRUE(got.is_aligned());
  EXPECT_EQ(got.value, 6);
}

TEST_P(large_callables, keep_their_alignment) {
  covey::nursery kids{here()};
  keep_alignment<4096>(kids);
  keep_alignment<std::size_t{1} << 15U>(kids);
  keep_alignment<std::size_t{1} << 16U>(kids);
  keep_alignment<std::size_t{1} << 17U>(kids);
}

}  // namespace
