// SPDX-License-Identifier: Apache-2.0
// Row 16 of the robustness table: nesting that would exhaust the stack ends in an error before the guard page. Built
// once without and once with optimisation: frames differ in size.
#include "bounded.hpp"
#include "leaves.hpp"

#include <covey/covey.hpp>

#include <cstddef>
#include <exception>
#include <gtest/gtest.h>
#include <pthread.h>
#include <string>
#include <vector>

namespace {

using covey_test::bounded;
using covey_test::contains;

constexpr std::size_t kib = 1024;
constexpr int deep = 1'000'000;

/// Runs `work` on a thread with a stack of that size. @returns what left it: null or an exception.
template <class Work>
std::exception_ptr on_stack_of(std::size_t bytes, Work work) {
  struct job {
    Work& work;
    std::exception_ptr thrown;
  } todo{work, nullptr};
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  EXPECT_EQ(::pthread_attr_setstacksize(&attributes, bytes), 0);
  pthread_t thread{};
  const auto body = [](void* arg) -> void* {
    auto& mine = *static_cast<job*>(arg);
    try {
      mine.work();
    } catch (...) {
      mine.thrown = std::current_exception();
    }
    return nullptr;
  };
  EXPECT_EQ(::pthread_create(&thread, &attributes, body, &todo), 0);
  ::pthread_attr_destroy(&attributes);
  ::pthread_join(thread, nullptr);
  return todo.thrown;
}

/// @returns the text of the structure_error in `thrown`, however deep it lies; "" if there is none.
std::string structure_error_in(const std::exception_ptr& thrown) {
  if (thrown == nullptr) {
    return "";
  }
  try {
    std::rethrow_exception(thrown);
  } catch (const covey::structure_error& error) {
    return error.what();
  } catch (const covey::composite_exception& all) {
    return all.size() == 1 ? structure_error_in(all.leaves().front().error()) : "";
  } catch (...) {
    return "another exception";
  }
}

// At most the opening thread, one of the pool and one beyond its size: no relay of fresh stacks can carry a million
// levels.
covey::pool_options narrow() {
  return {.threads = 1, .max_substitutes = 0};
}

// Nursery in the body of a nursery: all on one stack.
int nest_bodies(covey::pool& pool, int depth) {
  if (depth == 0) {
    return 0;
  }
  covey::nursery kids{{.pool = &pool}};
  return nest_bodies(pool, depth - 1) + 1;
}

int nest_plain_bodies(int depth) {
  if (depth == 0) {
    return 0;
  }
  covey::nursery kids;
  return nest_plain_bodies(depth - 1) + 1;
}

// Nursery in a child of a nursery, whose parent waits for it.
int nest_children(covey::pool& pool, int depth) {
  if (depth == 0) {
    return 0;
  }
  covey::nursery kids{{.policy = covey::policy::supervise, .pool = &pool}};
  auto deeper = kids.spawn([&pool, depth] { return nest_children(pool, depth - 1); });
  return deeper.get() + 1;
}

// The same on the fast paths, in the pool of the enclosing nursery; every level wraps the failure once more.
int nest_plain_children(int depth) {
  if (depth == 0) {
    return 0;
  }
  covey::nursery kids;
  auto deeper = kids.spawn("deeper", [depth] { return nest_plain_children(depth - 1); });
  kids.join();
  return deeper.get() + 1;
}

int nest_in(covey::pool& pool) {
  covey::nursery outermost{{.pool = &pool}};
  return nest_plain_children(deep);
}

class robustness_stack : public testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] static std::size_t stack() { return GetParam() * kib; }
  bounded bound;
};

TEST_P(robustness_stack, row_16_bodies_a_million_deep_are_a_structure_error) {
  covey::pool pool{narrow()};
  const auto thrown = on_stack_of(stack(), [&] { nest_bodies(pool, deep); });
  EXPECT_TRUE(contains(structure_error_in(thrown), "stack")) << structure_error_in(thrown);
}

TEST_P(robustness_stack, row_16_plain_bodies_a_million_deep_are_a_structure_error) {
  const auto thrown = on_stack_of(stack(), [] { nest_plain_bodies(deep); });
  EXPECT_TRUE(contains(structure_error_in(thrown), "stack")) << structure_error_in(thrown);
}

TEST_P(robustness_stack, row_16_children_a_million_deep_are_a_structure_error) {
  covey::pool pool{narrow()};
  const auto thrown = on_stack_of(stack(), [&] { nest_children(pool, deep); });
  EXPECT_TRUE(contains(structure_error_in(thrown), "stack")) << structure_error_in(thrown);
}

TEST_P(robustness_stack, row_16_plain_children_a_million_deep_are_a_structure_error) {
  covey::pool pool{narrow()};
  const auto thrown = on_stack_of(stack(), [&] { nest_in(pool); });
  EXPECT_TRUE(contains(structure_error_in(thrown), "stack")) << structure_error_in(thrown);
}

TEST_P(robustness_stack, row_16_the_thread_can_use_covey_again_afterwards) {
  covey::pool pool{narrow()};
  int value = 0;
  const auto thrown = on_stack_of(stack(), [&] {
    EXPECT_THROW(nest_children(pool, deep), covey::structure_error);
    covey::nursery kids{{.pool = &pool}};
    value = kids.spawn([] { return 5; }).get();
  });
  EXPECT_EQ(thrown, nullptr);
  EXPECT_EQ(value, 5);
}

std::string stack_name(const testing::TestParamInfo<std::size_t>& info) {
  return "stack_of_" + std::to_string(info.param) + "_kib";
}

// Half of a small stack is kept back for unwinding and the report, which sanitizers make several times larger.
INSTANTIATE_TEST_SUITE_P(stacks,
                         robustness_stack,
                         testing::ValuesIn(covey_test::sanitized
                                               ? std::vector<std::size_t>{2048}
                                               : std::vector<std::size_t>{128, 256, 1024, 8192}),
                         stack_name);

}  // namespace
