// SPDX-License-Identifier: Apache-2.0
// Row 26 of the robustness table: a program and its plug-in share covey, and the plug-in goes.
#include "bounded.hpp"

#include <covey/covey.hpp>

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

}  // namespace
