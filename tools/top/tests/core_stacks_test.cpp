// SPDX-License-Identifier: Apache-2.0
// Stacks in core files: whole, of programs that have moved, and of files that are truncated, damaged or lie.

#include "core_files.hpp"
#include "programs.hpp"
#include "sanitized.hpp"
#include "seed.hpp"
#include "stack_text.hpp"
#include "stacks.hpp"

#include <covey/config.hpp>

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

namespace {

using top_test::deep_stack_in;
using top_test::ending;
using top_test::folder;
using top_test::has;
using top_test::resident;
using top_test::run_top;

class stacks_of_core : public testing::Test {
 protected:
  void SetUp() override {
    if (covey_test::sanitized) {
      GTEST_SKIP() << "gcore would dump the terabytes that a sanitizer reserves";
    }
    std::filesystem::copy_file(COVEY_TEST_REAL_TARGET, program);
    const resident target{{program, "full"}};
    const ending dumped = top_test::run({"gcore", "-o", place / "core", target.id()});
    if (dumped.status != 0) {
      GTEST_SKIP() << "gcore cannot dump here: " << dumped.err;
    }
    core = place / ("core." + target.id());
  }

  // Whatever the program has become, the tree is shown, and nothing has crashed that the user would see.
  void expect_tree_with(const std::string& bytes) const {
    top_test::write_file(place / "other", bytes);
    const ending result = run_top({"--core", core, place / "other"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(has(result.out, "child 'deep child', blocking")) << result.out;
  }

  folder place;
  std::string program = place / "program";
  std::string core;
};

TEST_F(stacks_of_core, are_shown_without_being_asked_for) {
  const ending result = run_top({"--core", core});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(has(deep_stack_in(result.out), "real_target.cpp:")) << result.out;
  EXPECT_EQ(run_top({"--core", core, "--stacks"}).out, result.out);
  EXPECT_FALSE(has(run_top({"--core", core, "--json"}).out, "real_target.cpp:2"));
}

TEST_F(stacks_of_core, are_shown_of_a_program_that_has_moved) {
  std::filesystem::rename(program, place / "elsewhere");
  const ending result = run_top({"--core", core, place / "elsewhere"});
  EXPECT_TRUE(has(deep_stack_in(result.out), "real_target.cpp:")) << result.out;
}

TEST_F(stacks_of_core, whose_program_is_truncated_do_no_harm) {
  const std::string whole = top_test::contents(program);
  std::filesystem::remove(program);
  for (std::size_t part = 0; part < 8; ++part) {
    expect_tree_with(whole.substr(0, whole.size() / 8 * part));
  }
}

TEST_F(stacks_of_core, whose_program_is_damaged_do_no_harm) {
  const std::string whole = top_test::contents(program);
  std::filesystem::remove(program);
  covey_test::dice dice{covey_test::stress_seed()};
  for (int round = 0; round < 8; ++round) {
    std::string bytes = whole;
    // Beyond the header, so that it still is the program; with so many, the tables of lines and of frames are hit.
    for (int flip = 0; flip < 2000; ++flip) {
      const std::size_t at = 4096 + dice.below(bytes.size() - 4096);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
    }
    expect_tree_with(bytes);
  }
}

top::told stacks_in(const folder& place, const std::string& bytes) {
  top_test::write_file(place / "core", bytes);
  top::options wanted;
  wanted.core = place / "core";
  return top::stacks_of(wanted, {});
}

TEST(stacks_of_small_core, are_those_of_its_threads) {
  const folder place;
  const std::string notes = top_test::process_note(4711) + top_test::thread_note(4711, 0x1234, 0) +
                            top_test::thread_note(4712, 0x5678, 0);
  const auto [text, trouble] = stacks_in(place, top_test::small_core(true, notes).bytes);
  EXPECT_EQ(trouble, "");
  EXPECT_TRUE(has(text, "\nthread 4711\n  #0 0x1234 in no file\n")) << text;
  EXPECT_TRUE(has(text, "\nthread 4712\n  #0 0x5678 in no file\n")) << text;
}

TEST(stacks_of_small_core, without_threads_are_told) {
  const folder place;
  top_test::write_file(place / "core", top_test::small_core().bytes);
  const ending silent = run_top({"--core", place / "core"});
  EXPECT_EQ(silent.status, 0);
  EXPECT_TRUE(has(silent.out, "nursery 'fake nursery'")) << silent.out;
  EXPECT_TRUE(has(silent.err, "shows no threads")) << silent.err;
  const ending asked = run_top({"--core", place / "core", "--stacks"});
  EXPECT_EQ(asked.status, 1);
  EXPECT_EQ(asked.out, silent.out);
  EXPECT_TRUE(has(asked.err, "shows no threads")) << asked.err;
}

TEST(stacks_of_small_core, that_is_damaged_do_no_harm) {
  const folder place;
  covey_test::dice dice{covey_test::stress_seed()};
  const std::string notes =
      top_test::process_note(4711) + top_test::thread_note(4711, 0x1234, 0x5678);
  const std::string whole = top_test::small_core(true, notes).bytes;
  constexpr int rounds = COVEY_TSAN != 0 ? 15 : 150;
  int told = 0;
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = whole;
    for (int flip = 0; flip < 4; ++flip) {
      const std::size_t at = dice.below(1000);  // the headers and the notes
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
    }
    const top::told result = stacks_in(place, bytes);
    told += result.text.empty() && result.trouble.empty() ? 0 : 1;
  }
  EXPECT_EQ(told, rounds);  // a stack, or why there is none
}

}  // namespace
