// SPDX-License-Identifier: Apache-2.0
// Crews serve one pool after the other, and none while somebody may still come to it.
#include "bounded.hpp"
#include "each_pool_size.hpp"
#include "pool/crew.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace {

using covey::runtime::crew;

class crews : public testing::TestWithParam<int> {
 private:
  covey_test::bounded bound_;
};

void use(covey::pool& pool) {
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < 10; ++i) {
    kids.run([] {});
  }
}

TEST_P(crews, serve_one_pool_after_the_other) {
  std::set<std::uint16_t> used;
  for (int i = 0; i < 200; ++i) {
    covey::pool pool{GetParam() + i % 2};
    use(pool);
    used.insert(covey::detail::pool_access::crew_of(pool).id());
  }
  // More than one where a thread of oneTBB was late; never one each.
  EXPECT_LE(used.size(), 8U);
}

TEST_P(crews, are_what_the_next_pool_asks_for) {
  { covey::pool first{{.threads = GetParam(), .name = "first", .max_substitutes = 3}}; }
  covey::pool second{{.threads = GetParam() + 1, .name = "second", .max_substitutes = 4}};
  const covey::pool_description what = second.describe();
  EXPECT_EQ(what.name.view(), "second");
  EXPECT_EQ(what.size, static_cast<std::size_t>(GetParam()) + 1);
  EXPECT_EQ(what.max_substitutes, 4U);
  use(second);
}

TEST_P(crews, do_not_serve_another_pool_while_a_box_is_open) {
  std::optional<covey::pool> first(std::in_place, GetParam());
  crew* const its = &covey::detail::pool_access::crew_of(*first);
  auto box = std::make_unique<covey::nursery_box>(covey::nursery_options{.pool = &*first});
  first.reset();
  for (int i = 0; i < 10; ++i) {
    covey::pool other{GetParam()};
    EXPECT_NE(&covey::detail::pool_access::crew_of(other), its);
  }
  box.reset();
}

TEST_P(crews, do_not_serve_another_pool_while_a_guest_is_there) {
  std::optional<covey::pool> first(std::in_place, GetParam());
  crew* const its = &covey::detail::pool_access::crew_of(*first);
  std::optional<crew::guest> guest(*its);
  first.reset();
  for (int i = 0; i < 10; ++i) {
    covey::pool other{GetParam()};
    use(other);
    EXPECT_NE(&covey::detail::pool_access::crew_of(other), its);
  }
  guest.reset();
}

TEST_P(crews, leave_futures_behind_that_can_be_read_while_others_use_them) {
  std::vector<covey::future<int>> late;
  for (int i = 0; i < 100; ++i) {
    covey::pool pool{GetParam()};
    covey::nursery kids{{.pool = &pool}};
    late.push_back(kids.spawn([i] { return i; }));
  }
  covey::pool pool{GetParam()};
  covey::nursery kids{{.pool = &pool}};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(late[static_cast<std::size_t>(i)].get(), i);
  }
}

TEST_P(crews, come_and_go_on_many_threads_at_once) {
  std::vector<std::thread> users;
  std::atomic<int> ran{0};
  for (int t = 0; t < 4; ++t) {
    users.emplace_back([&ran] {
      for (int i = 0; i < 50; ++i) {
        covey::pool pool{GetParam()};
        covey::nursery kids{{.pool = &pool}};
        for (int k = 0; k < 20; ++k) {
          kids.run([&ran] { ran.fetch_add(1, std::memory_order_relaxed); });
        }
      }
    });
  }
  for (std::thread& each : users) {
    each.join();
  }
  EXPECT_EQ(ran.load(), 4 * 50 * 20);
}

// A remote spawn and a wait from outside touch the pool after what they came for may have ended.
TEST_P(crews, are_not_disturbed_by_those_who_come_late) {
  for (int i = 0; i < 100; ++i) {
    std::thread reader;
    std::thread writer;
    {
      covey::pool pool{GetParam()};
      covey::nursery kids{{.pool = &pool}};
      covey::door way = kids.open_door();
      writer = std::thread([in = std::move(way)]() mutable {
        in.run([] {});
        in.close();
      });
      reader = std::thread(
          [value = kids.spawn([] { return 1; })]() mutable { EXPECT_EQ(value.get(), 1); });
      kids.join();
    }
    covey::pool next{GetParam()};
    EXPECT_EQ(next.size(), static_cast<std::size_t>(GetParam()));
    use(next);
    reader.join();
    writer.join();
  }
}

INSTANTIATE_TEST_SUITE_P(pools, crews, testing::Values(1, 2, 8), covey_test::pool_size_name);

}  // namespace
