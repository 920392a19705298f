// SPDX-License-Identifier: Apache-2.0
// A program and its plug-in share covey, and the plug-in goes (row 26 of the robustness table); or each has its own.
#include "bounded.hpp"

#include <covey/covey.hpp>

#include <cstdlib>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <vector>

namespace {

using covey_test::bounded;

TEST(plugin, row_26_the_program_goes_on_after_its_plug_in_was_unloaded) {
  const bounded bound;
  covey::pool pool{2};
  for (int round = 0; round < 20; ++round) {
    void* const plugin = ::dlopen(COVEY_TEST_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(plugin, nullptr) << ::dlerror();
    const auto leave_to_others = reinterpret_cast<int (*)(covey::pool&, int)>(
        ::dlsym(plugin, "covey_plugin_leave_to_others"));
    ASSERT_NE(leave_to_others, nullptr);
    covey::nursery outer{{.pool = &pool}};
    EXPECT_EQ(leave_to_others(pool, 300), 300);
    ASSERT_EQ(::dlclose(plugin), 0);
    ASSERT_EQ(::dlopen(COVEY_TEST_PLUGIN, RTLD_NOW | RTLD_NOLOAD), nullptr)
        << "the plug-in is still there: nothing is tested";
    // More children than there is memory for in stock: what others brought back is looked at.
    std::vector<covey::future<int>> values;
    for (int i = 0; i < 2000; ++i) {
      values.push_back(outer.spawn([i] { return i; }));
    }
    for (int i = 0; i < 2000; ++i) {
      EXPECT_EQ(values[static_cast<std::size_t>(i)].get(), i);
    }
  }
}

// For a process of its own: the plug-in with a copy of covey inside works beside the program's. @returns the exit status.
int use_both_copies() {
  covey::pool pool{1};
  void* const plugin = ::dlopen(COVEY_TEST_PLUGIN_INSIDE, RTLD_NOW | RTLD_LOCAL);
  if (plugin == nullptr) {
    return 2;
  }
  const auto use = reinterpret_cast<int (*)(int)>(::dlsym(plugin, "covey_plugin_use"));
  return use != nullptr && use(10) == 55 && use(4) == 10 ? 0 : 3;
}

class two_copies : public testing::Test {
 protected:
  two_copies() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(two_copies, in_one_process_are_named_once_on_stderr) {
  EXPECT_EXIT(
      {
        ::unsetenv("COVEY_COPIES");
        std::_Exit(use_both_copies());
      },
      testing::ExitedWithCode(0),
      "^covey: this process has 2 copies of covey: in [^\n]*libcovey_beside[^\n]*, "
      "[^\n]*libplugin_inside[^\n]*\n$");
}

TEST_F(two_copies, may_be_allowed) {
  EXPECT_EXIT(
      {
        ::setenv("COVEY_COPIES", "allowed", 1);
        std::_Exit(use_both_copies());
      },
      testing::ExitedWithCode(0),
      "^$");
}

}  // namespace
