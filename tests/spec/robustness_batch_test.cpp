// SPDX-License-Identifier: Apache-2.0
// Abuse and faults of batches, named by the rows of the robustness table that they share with nurseries.
#include "batches.hpp"
#include "each_pool_size.hpp"
#include "replace_new.hpp"
#include "sanitized.hpp"

#include <atomic>
#include <csignal>
#include <cstdint>
#include <limits>
#include <new>
#include <ranges>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using covey_test::contains;
using covey_test::counted;
using covey_test::failures_of;
using covey_test::in;
using covey_test::message_of;
using covey_test::numbers;
using covey_test::visits;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(robustness_batch);

// Runs `round` with the n-th allocation failing, for n from 1 on, until a round fails none.
template <class Round>
int fail_every_allocation(Round round) {
  int n = 1;
  for (bool hit = true; hit; ++n) {
    const covey_test::failing_allocation planted(n);
    round();
    covey_test::failing_allocation::disarm();
    hit = covey_test::failing_allocation::hit();
    if (n == 2000) {
      ADD_FAILURE() << "the allocations do not end";
      break;
    }
  }
  return n;
}

// What a batch may say about a failed allocation: itself, or in a composite of failures that are all bad_alloc.
template <class Batch>
bool fails_by_allocation_only(Batch batch) {
  try {
    batch();
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  } catch (const covey::composite_exception& all) {
    covey_test::failing_allocation::disarm();
    for (const covey::leaf& failed : all.leaves()) {
      EXPECT_THROW(std::rethrow_exception(failed.error()), std::bad_alloc);
    }
    return true;
  }
}

TEST_P(robustness_batch, row_01_an_allocation_that_fails_in_map_throws_or_does_not_matter) {
  const auto items = numbers(200);
  fail_every_allocation([&] {
    std::vector<counted> made;
    const bool failed = fails_by_allocation_only([&] {
      made = covey::map(
          items, [](int i) { return counted(i); }, in(pool(), {.name = "short of memory"}));
    });
    covey_test::failing_allocation::disarm();
    if (!failed) {
      ASSERT_EQ(made.size(), 200U);
      ASSERT_EQ(made[199].value(), 199);
    }
    made.clear();
    ASSERT_EQ(counted::alive(), 0);
  });
}

TEST_P(robustness_batch, row_01_an_allocation_that_fails_in_for_each_loses_no_item) {
  const auto items = numbers(300);
  fail_every_allocation([&] {
    std::atomic<int> ran{0};
    covey::batch_summary end;
    const bool failed = fails_by_allocation_only([&] {
      end = covey::for_each(
          items,
          [&](int) {
            ++ran;
            covey::blocking([] { std::this_thread::yield(); });
          },
          in(pool(), {.limit = 3, .progress = [](const auto&) {}}));
    });
    covey_test::failing_allocation::disarm();
    if (!failed) {
      ASSERT_EQ(ran.load(), 300);
      ASSERT_EQ(end.done, 300U);
    }
  });
}

TEST_P(robustness_batch, row_01_an_allocation_that_fails_in_map_outcomes_is_told) {
  const auto items = numbers(100);
  fail_every_allocation([&] {
    std::vector<covey::item_outcome<std::unique_ptr<int>>> all;
    const bool failed = fails_by_allocation_only([&] {
      all = covey::map_outcomes(
          items, [](int i) { return std::make_unique<int>(i); }, in(pool()));
    });
    covey_test::failing_allocation::disarm();
    if (!failed) {
      std::size_t lost = 0;
      for (const auto& one : all) {
        lost += static_cast<std::size_t>(!one.has_value());
      }
      ASSERT_LE(lost, 1U);
    }
  });
}

TEST_P(robustness_batch, row_01_a_failure_is_kept_while_memory_is_short) {
  const auto items = numbers(30);
  fail_every_allocation([&] {
    std::atomic<int> thrown{0};
    bool whole = false;
    try {
      covey::for_each(
          items,
          [&](int i) {
            if (i % 10 == 3) {
              ++thrown;
              throw i;
            }
          },
          in(pool(), {.policy = covey::policy::supervise}));
    } catch (const std::bad_alloc&) {  // before the first item, or for the composite
    } catch (const covey::composite_exception& all) {
      covey_test::failing_allocation::disarm();
      whole = all.leaves().size() == 3;
      EXPECT_TRUE(whole || contains(all.what(), "not kept") || contains(all.what(), "more"))
          << all.what();
    }
    covey_test::failing_allocation::disarm();
    ASSERT_TRUE(thrown.load() == 0 || thrown.load() == 3);
  });
}

TEST_P(robustness_batch, row_03_every_item_that_throws_is_reported_in_order) {
  strings expected;
  for (int i = 0; i < 900; ++i) {
    expected.push_back(std::to_string(i));
  }
  const auto all = [&] {
    covey::for_each(
        numbers(900),
        [](int i) { throw std::runtime_error(std::to_string(i)); },
        in(pool(), {.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(all), expected);
}

TEST_P(robustness_batch, row_04_items_that_throw_anything_are_kept) {
  const auto all = [&] {
    covey::for_each(
        numbers(2),
        [](int i) {
          if (i == 0) {
            throw 42;
          }
          throw "text";
        },
        in(pool(), {.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(all), (strings{"int 42", "something else"}));
}

TEST_P(robustness_batch, row_05_a_function_whose_copy_throws_is_never_copied) {
  const auto work = [payload = counted(3)](int i) { return i + payload.value(); };
  counted::throw_on_copy(1);
  EXPECT_EQ(covey::map(numbers(5), work, in(pool())), (std::vector<int>{3, 4, 5, 6, 7}));
}

TEST_P(robustness_batch, row_18_numbers_out_of_range_are_refused_before_anything_is_allocated) {
  constexpr auto huge = std::numeric_limits<std::size_t>::max();
  const auto items = numbers(3);
  const auto work = [](int) { FAIL() << "ran"; };
  for (const covey::amount bad : {covey::amount{0}, covey::amount{-1}, covey::amount{huge}}) {
    const auto refused = [&](const covey::batch_options& options, const char* name) {
      const std::uint64_t before = covey_test::allocations_here;
      std::uint64_t after = 0;
      try {
        covey::for_each(items, work, options);
        ADD_FAILURE() << name << " was taken";
      } catch (const std::invalid_argument& error) {
        after = covey_test::allocations_here;
        EXPECT_TRUE(contains(error.what(), name)) << error.what();
        EXPECT_TRUE(contains(error.what(), "1 … ")) << error.what();
        EXPECT_TRUE(contains(error.what(), std::to_string(bad.value()))) << error.what();
      }
      // The exception itself and its text.
      EXPECT_LE(after, before + 10);
    };
    refused(in(pool(), {.limit = bad}), "limit");
    refused(in(pool(), {.grain = bad}), "grain");
    refused(in(pool(), {.budget = bad}), "budget");
    refused(in(pool(), {.progress_rate = bad}), "progress_rate");
  }
}

TEST_P(robustness_batch, row_18_a_result_for_every_item_of_a_huge_range_is_refused_not_attempted) {
  if (covey_test::sanitized) {
    return;  // they end the process at such an allocation
  }
  const auto huge = std::views::iota(std::int64_t{0}, std::int64_t{1} << 61U);
  const auto work = [](std::int64_t i) { return std::to_string(i); };
  EXPECT_ANY_THROW(static_cast<void>(covey::map(huge, work, in(pool()))));
  EXPECT_ANY_THROW(static_cast<void>(covey::map_outcomes(huge, work, in(pool()))));
}

// A range of 0 … size - 1 whose size can be taken away, and whose iterators can throw.
class shaky {
 public:
  class iterator {
   public:
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    using reference = int;
    using pointer = const int*;
    using iterator_category = std::random_access_iterator_tag;
    iterator() = default;
    iterator(const shaky* of, difference_type at) : of_(of), at_(at) {}
    int operator*() const { return (*of_).get(at_); }
    int operator[](difference_type i) const { return (*of_).get(at_ + i); }
    iterator& operator++() { return *this += 1; }
    iterator operator++(int) { return std::exchange(*this, *this + 1); }
    iterator& operator--() { return *this += -1; }
    iterator operator--(int) { return std::exchange(*this, *this + -1); }
    iterator& operator+=(difference_type n) {
      at_ += n;
      return *this;
    }
    iterator& operator-=(difference_type n) { return *this += -n; }
    friend iterator operator+(iterator a, difference_type n) { return a += n; }
    friend iterator operator+(difference_type n, iterator a) { return a += n; }
    friend iterator operator-(iterator a, difference_type n) { return a -= n; }
    friend difference_type operator-(const iterator& a, const iterator& b) { return a.at_ - b.at_; }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }
    friend auto operator<=>(const iterator& a, const iterator& b) { return a.at_ <=> b.at_; }

   private:
    const shaky* of_ = nullptr;
    difference_type at_ = 0;
  };

  explicit shaky(int size) : size_(size) {}
  [[nodiscard]] iterator begin() const { return {this, 0}; }
  [[nodiscard]] iterator end() const { return {this, size_.load()}; }
  [[nodiscard]] std::size_t size() const {
    if (size_throws) {
      throw std::domain_error("no size");
    }
    return static_cast<std::size_t>(size_.load());
  }
  void shrink_to(int size) { size_ = size; }
  std::atomic<bool> size_throws{false};
  int throws_at = -1;

 private:
  [[nodiscard]] int get(std::ptrdiff_t at) const {
    if (at == throws_at) {
      throw std::range_error("item " + std::to_string(at) + " cannot be read");
    }
    if (at >= size_.load()) {
      throw std::logic_error("read behind the end");
    }
    return static_cast<int>(at);
  }
  std::atomic<int> size_;
};
static_assert(std::ranges::random_access_range<const shaky&>);

TEST_P(robustness_batch, a_range_that_shrinks_is_a_structure_error_and_nothing_is_lost) {
  for (const auto policy : {covey::policy::fail_fast, covey::policy::supervise}) {
    shaky range(100'000);
    visits seen(100'000);
    covey_test::gate shrunk;
    std::string text;
    try {
      covey::for_each(
          range,
          [&](int i) {
            seen(static_cast<std::size_t>(i));
            if (i == 1000) {
              range.shrink_to(50'000);
              shrunk.open();
            } else if (i >= 50'000) {
              shrunk.wait();  // else all could be done before
            }
          },
          in(pool(), {.policy = policy, .grain = 16}));
      ADD_FAILURE() << "nothing was thrown";
    } catch (const covey::composite_exception& all) {
      for (const covey::leaf& failed : all.leaves()) {
        text += covey_test::message(failed.error());
      }
    }
    EXPECT_TRUE(contains(text, "shrank from 100000 to 50000")) << text;
    EXPECT_TRUE(seen.none_twice());
  }
}

TEST_P(robustness_batch,
       a_range_that_shrinks_under_a_budget_is_noticed_before_its_items_are_weighed) {
  shaky range(1000);
  const auto all = [&] {
    covey::for_each(range,
                    covey::weighted([&](int) { range.shrink_to(10); }, [](int i) { return i; }),
                    in(pool(), {.policy = covey::policy::supervise, .budget = 1}));
  };
  EXPECT_EQ(covey_test::failed_names(all), strings{"range"});
}

TEST_P(robustness_batch, a_range_that_shrinks_under_map_outcomes_is_a_structure_error_too) {
  shaky range(10'000);
  const auto all = [&] {
    static_cast<void>(covey::map_outcomes(
        range,
        [&](int i) {
          range.shrink_to(10);
          return i;
        },
        in(pool())));
  };
  EXPECT_EQ(covey_test::failed_names(all), strings{"range"});
}

TEST_P(robustness_batch, a_range_whose_size_throws_fails_the_batch) {
  shaky range(1000);
  range.size_throws = true;
  EXPECT_THROW(covey::for_each(
                   range, [](int) {}, in(pool())),
               std::domain_error);
  range.size_throws = false;
  const auto all = [&] {
    covey::for_each(
        range, [&](int) { range.size_throws = true; }, in(pool(), {.grain = 10}));
  };
  EXPECT_EQ(failures_of(all), strings{"no size"});
}

TEST_P(robustness_batch, an_iterator_that_throws_fails_its_item) {
  shaky range(1000);
  range.throws_at = 77;
  std::atomic<int> ran{0};
  const auto all = [&] {
    covey::for_each(
        range, [&](int) { ++ran; }, in(pool(), {.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(all), strings{"item 77 cannot be read"});
  EXPECT_EQ(covey_test::failed_names(all), strings{"item 77"});
  EXPECT_EQ(ran.load(), 2 * 999);
  auto outcomes = covey::map_outcomes(
      range, [](int i) { return i; }, in(pool()));
  EXPECT_THROW(static_cast<void>(outcomes[77].value()), std::range_error);
  EXPECT_EQ(outcomes[78].value(), 78);
}

TEST_P(robustness_batch, row_14_batches_in_items_of_batches_finish_on_every_pool) {
  std::atomic<int> ran{0};
  covey::for_each(
      numbers(20),
      [&](int) {
        covey::nursery kids;
        for (int k = 0; k < 3; ++k) {
          kids.run([&] {
            const auto all = covey::map(numbers(20), [](int i) { return i; }, {.limit = 2});
            ran += static_cast<int>(all.size());
          });
        }
      },
      in(pool()));
  EXPECT_EQ(ran.load(), 1200);
}

TEST_P(robustness_batch, row_22_stops_from_many_sides_end_a_batch_once) {
  for (int round = 0; round < 50; ++round) {
    covey::nursery outer{here()};
    std::atomic<bool> started{false};
    std::thread stopper([&] {
      while (!started) {
        std::this_thread::yield();
      }
      outer.stop("thread");
    });
    const auto all = [&] {
      covey::for_each(
          std::views::iota(0, 1'000'000'000),
          [&](int i) {
            started = true;
            if (i == round * 100) {
              outer.stop("item");
            }
          },
          in(pool(), {.limit = round % 2 == 0 ? covey::amount{} : covey::amount{2}}));
    };
    EXPECT_THROW(all(), covey::cancelled);
    stopper.join();
  }
}

TEST_P(robustness_batch, row_25_a_batch_in_a_forked_child_ends_in_pool_error) {
  if (covey_test::sanitized) {
    return;  // their own threads do not survive a fork
  }
  std::atomic<int> exit_status{-1};
  std::atomic<bool> forked{false};
  const pid_t parent = ::getpid();
  // By an item on the thread that called for_each(): the forked process has no other, and returns from there.
  const std::thread::id caller = std::this_thread::get_id();
  const auto batch = [&] {
    covey::for_each(
        numbers(10'000),
        [&](int /*i*/) {
          if (std::this_thread::get_id() != caller || forked.exchange(true)) {
            return;
          }
          const pid_t child = ::fork();
          if (child != 0) {
            int status = 0;
            ::waitpid(child, &status, 0);
            exit_status = status;
          } else {
            ::alarm(20);
          }
        },
        in(pool()));
    if (::getpid() != parent) {
      ::_exit(2);
    }
  };
  try {
    while (!forked) {  // thieves may have been faster with every item
      batch();
    }
  } catch (const covey::pool_error&) {
    ::_exit(::getpid() != parent ? 0 : 3);
  } catch (...) {
    if (::getpid() != parent) {
      ::_exit(4);
    }
    throw;
  }
  EXPECT_EQ(exit_status.load(), 0);
}

}  // namespace
