// SPDX-License-Identifier: Apache-2.0
// What covey::stacks promises: every leaf of a composite knows the calls that led to its throw.
#include "each_pool_size.hpp"

#include <covey/stacks.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// Functions with names of their own in the reports: not inlined, and not the last thing that their caller does.
struct thrower {
  [[gnu::noinline]] static int throws_first(int n);
  [[gnu::noinline]] static int throws_second(int n);
  [[gnu::noinline]] static int rethrows(const std::exception_ptr& error);
  // NOLINTNEXTLINE(misc-no-recursion)
  [[gnu::noinline]] static int throws_at_depth(int n);
};

int thrower::throws_first(int n) {
  if (n >= 0) {
    throw std::runtime_error("first");
  }
  return n;
}
int thrower::throws_second(int n) {
  if (n >= 0) {
    throw n;
  }
  return n;
}
int thrower::rethrows(const std::exception_ptr& error) {
  std::rethrow_exception(error);
}
// NOLINTNEXTLINE(misc-no-recursion)
int thrower::throws_at_depth(int n) {
  return n == 0 ? throws_first(0) : throws_at_depth(n - 1) + 1;
}

namespace {

using covey::throw_stack;
using covey_test::contains;
using covey_test::counted;
COVEY_EACH_POOL_SIZE(stacks);

// @returns the leaves of the composite that `scope` throws.
template <class Scope>
std::vector<covey::leaf> leaves_of(Scope&& scope) {
  try {
    scope();
  } catch (const covey::composite_exception& failures) {
    return failures.leaves();
  }
  ADD_FAILURE() << "no composite_exception was thrown";
  return {};
}

template <class Call>
std::exception_ptr thrown_by(Call&& call) {
  try {
    call();
  } catch (...) {
    return std::current_exception();
  }
  ADD_FAILURE() << "nothing was thrown";
  return nullptr;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

TEST_P(stacks, show_where_each_child_threw) {
  ASSERT_TRUE(covey::notes_stacks());
  const auto leaves = leaves_of([&] {
    covey::nursery kids{here({.policy = covey::policy::supervise})};
    kids.run([] { thrower::throws_first(1); });
    kids.run([] { thrower::throws_second(1); });
    kids.join();
  });
  ASSERT_EQ(leaves.size(), 2U);
  const auto first = throw_stack(leaves[0]);
  const auto second = throw_stack(leaves[1]);
  EXPECT_TRUE(contains(first_line(to_string(first)), "#0 thrower::throws_first(int)+0x"))
      << to_string(first);
  EXPECT_TRUE(contains(first_line(to_string(second)), "#0 thrower::throws_second(int)+0x"))
      << to_string(second);
  EXPECT_GT(first.size(), 1U);
  EXPECT_EQ(first, throw_stack(leaves[0].error()));
  EXPECT_NE(first, second);
}

TEST_P(stacks, are_in_the_report_after_the_chain_of_sites) {
  try {
    covey::nursery kids{here({.name = "frame"})};
    kids.run("tile", [] { thrower::throws_at_depth(20); });
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& failures) {
    const std::string report = failures.what();
    const std::size_t chain = report.find("thrown in 'tile'");
    const std::size_t stack = report.find("\n     #0 thrower::throws_first(int)+0x");
    ASSERT_NE(chain, std::string::npos) << report;
    ASSERT_NE(stack, std::string::npos) << report;
    EXPECT_LT(chain, stack);
    EXPECT_TRUE(contains(report, "\n     #15 ")) << report;
    EXPECT_FALSE(contains(report, "\n     #16 ")) << report;
    EXPECT_TRUE(contains(report, "calls left out")) << report;
  }
}

TEST_P(stacks, stay_those_of_the_first_throw) {
  const std::exception_ptr original = thrown_by([] { thrower::throws_first(1); });
  const auto stack = throw_stack(original);
  ASSERT_FALSE(stack.empty());
  // Rethrown on another thread, out of a nested nursery, and by `throw;`.
  const auto leaves = leaves_of([&] {
    covey::nursery outer{here()};
    outer.run([&] {
      covey::nursery inner;
      inner.run([&] {
        try {
          thrower::rethrows(original);
        } catch (const std::runtime_error&) {
          throw;
        }
      });
      inner.join();
    });
    outer.join();
  });
  ASSERT_EQ(leaves.size(), 1U);
  EXPECT_EQ(throw_stack(leaves[0]), stack);
  EXPECT_EQ(throw_stack(std::exception_ptr(original)), stack);
}

TEST_P(stacks, of_a_child_that_get_runs_in_place) {
  const auto leaves = leaves_of([&] {
    covey::with_nursery(here(), [](covey::nursery& kids) {
      kids.spawn([] { return thrower::throws_first(1); }).get();
    });
  });
  ASSERT_EQ(leaves.size(), 1U);
  EXPECT_TRUE(contains(first_line(to_string(throw_stack(leaves[0]))), "throws_first"));
}

TEST_P(stacks, are_kept_apart_in_many_children) {
  constexpr int n = 200;
  const auto leaves = leaves_of([&] {
    covey::nursery kids{here({.policy = covey::policy::supervise})};
    for (int i = 0; i < n; ++i) {
      kids.run([i] { thrower::throws_at_depth(i % 7); });
    }
    kids.join();
  });
  ASSERT_EQ(leaves.size(), static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::string text = to_string(throw_stack(leaves[i]));
    std::size_t calls = 0;
    for (std::size_t at = 0; (at = text.find("throws_at_depth", at)) != std::string::npos; ++at) {
      ++calls;
    }
    EXPECT_EQ(calls, i % 7 + 1) << text;
  }
}

TEST(stacks_of_throws, are_cut_off_at_64_calls) {
  EXPECT_EQ(throw_stack(thrown_by([] { thrower::throws_at_depth(200); })).size(),
            covey::stack_trace::most);
}

TEST(stacks_of_throws, are_not_there_for_what_was_never_thrown) {
  EXPECT_TRUE(throw_stack(std::make_exception_ptr(1)).empty());
  EXPECT_TRUE(throw_stack(std::exception_ptr()).empty());
}

TEST(stacks_of_throws, belong_to_the_outer_and_to_the_nested_exception) {
  const std::exception_ptr outer = thrown_by([] {
    try {
      thrower::throws_first(1);
    } catch (...) {
      std::throw_with_nested(std::logic_error("outer"));
    }
  });
  EXPECT_FALSE(contains(to_string(throw_stack(outer)), "throws_first"));
  EXPECT_FALSE(throw_stack(outer).empty());
  try {
    std::rethrow_exception(outer);
  } catch (const std::nested_exception& both) {
    EXPECT_TRUE(contains(to_string(throw_stack(both.nested_ptr())), "throws_first"));
  }
}

struct with_counted : std::exception {
  counted value;
};

TEST(stacks_of_throws, are_forgotten_with_the_exception_and_leave_its_destructor_to_run) {
  const int alive = counted::alive();
  // More of them than the table holds, one after the other.
  for (int i = 0; i < 10'000; ++i) {
    const std::exception_ptr error = thrown_by([] { throw with_counted(); });
    ASSERT_EQ(counted::alive(), alive + 1);
    ASSERT_FALSE(throw_stack(error).empty()) << i;
  }
  EXPECT_EQ(counted::alive(), alive);
}

TEST(stacks_of_throws, are_empty_when_too_many_exceptions_live_at_once) {
  std::vector<std::exception_ptr> all;
  all.reserve(5000);
  for (int i = 0; i < 5000; ++i) {
    all.push_back(thrown_by([i] { throw i; }));
  }
  const auto kept = std::count_if(all.begin(), all.end(), [](const std::exception_ptr& error) {
    return !throw_stack(error).empty();
  });
  EXPECT_GT(kept, 2000);
  EXPECT_LE(kept, 4096);
  all.clear();
  EXPECT_FALSE(throw_stack(thrown_by([] { throw 1; })).empty());
}

TEST(stacks_of_throws, do_not_mix_between_threads) {
  std::array<std::thread, 4> all;
  for (std::size_t t = 0; t < all.size(); ++t) {
    all[t] = std::thread([t] {
      for (int i = 0; i < 2000; ++i) {
        const auto error =
            thrown_by([t] { t % 2 == 0 ? thrower::throws_first(1) : thrower::throws_second(1); });
        const auto stack = throw_stack(error);
        ASSERT_FALSE(stack.empty());
        if (i % 100 == 0) {
          ASSERT_TRUE(contains(first_line(to_string(stack)), t % 2 == 0 ? "first" : "second"));
        }
      }
    });
  }
  for (std::thread& each : all) {
    each.join();
  }
}

// What a shell command prints.
std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  std::string out;
  std::array<char, 256> part{};
  while (pipe != nullptr && std::fgets(part.data(), part.size(), pipe.get()) != nullptr) {
    out += part.data();
  }
  return out;
}

TEST(stacks_of_throws, say_file_and_offset_for_addr2line) {
  if (output_of("addr2line --version 2>/dev/null").empty()) {
    GTEST_SKIP() << "there is no addr2line";
  }
  const std::string line =
      first_line(to_string(throw_stack(thrown_by([] { thrower::throws_first(1); }))));
  const std::size_t file = line.rfind(" in ");
  const std::size_t offset = line.rfind("(+");
  ASSERT_TRUE(file != std::string::npos && offset != std::string::npos && file < offset) << line;
  const std::string found =
      output_of("addr2line -Cfe '" + line.substr(file + 4, offset - file - 4) + "' " +
                line.substr(offset + 2, line.size() - offset - 3));
  EXPECT_TRUE(contains(found, "thrower::throws_first")) << found;
  EXPECT_TRUE(contains(found, "stacks_test.cpp:")) << found;
}

}  // namespace
