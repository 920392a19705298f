// SPDX-License-Identifier: Apache-2.0
// Core files: written by the test, by gcore and by the kernel; whole, truncated and damaged.

#include "core_files.hpp"
#include "core_memory.hpp"
#include "image_reader.hpp"
#include "problem.hpp"
#include "programs.hpp"
#include "sanitized.hpp"
#include "seed.hpp"
#include "target.hpp"
#include "tracking/task_tree.hpp"

#include <covey/tracking.hpp>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <elf.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

using top::problem;
using top_test::core_of;
using top_test::ending;
using top_test::folder;
using top_test::piece_of;
using top_test::resident;
using top_test::run_top;
using top_test::small_core;

covey::task_tree tree_in(const std::string& path) {
  const top::target core = top::open_core(path, "");
  return tree_of(top::image_reader(core).read());
}

TEST(core, shows_the_tree_in_it) {
  for (const bool with_file_list : {true, false}) {
    const folder place;
    top_test::write_file(place / "core", small_core(with_file_list).bytes);
    const covey::task_tree tree = tree_in(place / "core");
    ASSERT_EQ(tree.nodes.size(), 5U);
    EXPECT_EQ(tree.nodes[0].name.view(), "fake nursery");
    EXPECT_EQ(tree.nodes[0].file, "source/fake.cpp");
  }
}

TEST(core, that_is_truncated_anywhere_is_told) {
  const folder place;
  const std::string whole = small_core().bytes;
  for (std::size_t size = 0; size < whole.size(); size += size < 1200 ? 1 : whole.size() / 50) {
    top_test::write_file(place / "core", whole.substr(0, size));
    EXPECT_THROW(static_cast<void>(tree_in(place / "core")), problem) << size;
  }
}

TEST(core, that_is_damaged_does_no_harm) {
  const folder place;
  covey_test::dice dice{covey_test::stress_seed()};
  const std::string whole = small_core().bytes;
  // No thread is in play here that ThreadSanitizer could watch, and it takes its time.
  constexpr int rounds = COVEY_TSAN != 0 ? 15 : 150;
  for (int round = 0; round < rounds; ++round) {
    std::string bytes = whole;
    for (int flip = 0; flip < 4; ++flip) {
      // The headers, the note, and the map behind them.
      const std::size_t at = dice.below(dice.one_in(2) ? 600 : 1200);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
    }
    top_test::write_file(place / "core", bytes);
    try {
      EXPECT_FALSE(to_text(tree_in(place / "core")).empty());
    } catch (const problem&) {
      // Told, as it should be.
    }
  }
}

TEST(core, memory_is_read_across_segments_and_not_beyond) {
  const folder place;
  const std::string text = "0123456789abcdef";
  const auto at = reinterpret_cast<std::uintptr_t>(text.data());
  top_test::write_file(place / "core", core_of({{at + 8, 8}, {at, 8}}, ""));
  const top::core_memory memory{place / "core"};
  char got[16];
  EXPECT_TRUE(memory.read(at, got, 16));
  EXPECT_EQ(std::string(got, 16), text);
  EXPECT_FALSE(memory.read(at + 1, got, 16));
  EXPECT_FALSE(memory.read(at - 1, got, 2));
  EXPECT_FALSE(memory.read(~std::uint64_t{0}, got, 2));
}

void expect_one_line(const ending& result, const std::string& part) {
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_NE(result.err.find(part), std::string::npos) << result.err;
}

TEST(core, files_that_are_none_are_told) {
  const folder place;
  top_test::write_file(place / "text", "no core");
  top_test::write_file(place / "short", small_core().bytes.substr(0, 50'000));
  top_test::write_file(place / "other", core_of({piece_of(&place)}, ""));
  expect_one_line(run_top({"--core", place / "missing"}), "No such file");
  expect_one_line(run_top({"--core", place.path()}), "not a regular file");
  expect_one_line(run_top({"--core", place / "text"}), "is not an ELF file");
  expect_one_line(run_top({"--core", COVEY_TEST_FAKE_TARGET}), "not a core file");
  expect_one_line(run_top({"--core", place / "short"}), "is truncated");
  expect_one_line(run_top({"--core", place / "other"}), "has no covey in it");
  expect_one_line(run_top({"--core", place / "other", place / "missing"}), "No such file");
}

TEST(core, of_another_machine_is_told) {
  const folder place;
  for (const std::size_t field : {std::size_t{EI_CLASS}, std::size_t{EI_DATA}}) {
    std::string bytes = small_core().bytes;
    bytes[field] = static_cast<char>(bytes[field] == 1 ? 2 : 1);
    top_test::write_file(place / "core", bytes);
    expect_one_line(run_top({"--core", place / "core"}), "another kind of machine");
  }
}

TEST(core, of_gcore_shows_the_tree_with_and_without_the_program) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "gcore would dump the terabytes that a sanitizer reserves";
  }
  const folder place;
  const std::string program = place / "moved";
  std::filesystem::copy_file(COVEY_TEST_REAL_TARGET, program);
  const resident target{{program, "full"}};
  const ending dumped = top_test::run({"gcore", "-o", place / "core", target.id()});
  if (dumped.status != 0) {
    GTEST_SKIP() << "gcore cannot dump here: " << dumped.err;
  }
  const std::string core = place / ("core." + target.id());
  const auto expect_tree = [](const ending& result) {
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("child 'deep child', blocking"), std::string::npos) << result.out;
  };
  expect_tree(run_top({"--core", core}));
  std::filesystem::rename(program, place / "elsewhere");
  expect_tree(run_top({"--core", core}));
  expect_tree(run_top({"--core", core, place / "elsewhere"}));
  expect_tree(run_top({"--core", core, COVEY_TEST_FAKE_TARGET}));
}

TEST(core, of_a_program_that_is_gone_shows_the_tree_without_symbols) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "gcore would dump the terabytes that a sanitizer reserves";
  }
  const folder place;
  const std::string program = place / "stripped";
  std::filesystem::copy_file(COVEY_TEST_FAKE_STRIPPED, program);
  const resident target{{program, "tree"}};
  const ending dumped = top_test::run({"gcore", "-o", place / "core", target.id()});
  if (dumped.status != 0) {
    GTEST_SKIP() << "gcore cannot dump here: " << dumped.err;
  }
  std::filesystem::remove(program);
  const ending result = run_top({"--core", place / ("core." + target.id())});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("nursery 'inner nursery'"), std::string::npos) << result.out;
}

TEST(core, of_the_kernel_shows_the_tree) {
  const folder place;
  resident target{{COVEY_TEST_FAKE_TARGET, "tree", "abort"}, place.path()};
  const std::string id = target.id();
  EXPECT_EQ(target.end(), 128 + SIGABRT);
  std::string core = place / "core";
  core = std::filesystem::exists(core) ? core : core + "." + id;
  if (!std::filesystem::exists(core)) {
    GTEST_SKIP() << "the kernel wrote no core file here: "
                 << top_test::contents("/proc/sys/kernel/core_pattern");
  }
  const ending result = run_top({"--core", core});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("nursery 'inner nursery'"), std::string::npos) << result.out;
}

}  // namespace
