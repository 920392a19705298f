// SPDX-License-Identifier: Apache-2.0
// ELF files and lists of mappings, whole, truncated and damaged.

#include "file.hpp"
#include "mapping.hpp"
#include "modules.hpp"
#include "problem.hpp"
#include "programs.hpp"
#include "seed.hpp"

#include <algorithm>
#include <cstdint>
#include <elf.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace {

using top::file;
using top::mapping;
using top::modules;
using top::parse_maps;
using top::problem;
using top_test::folder;

constexpr const char* symbol = "covey_tracking_map";

TEST(maps, a_line_gives_its_parts) {
  const std::vector<mapping> all = parse_maps(
      "563b5dadc000-563b5dadd000 r--p 00001000 fe:00 11232809                   /tmp/a program\n"
      "563b5dadd000-563b5dade000 rw-p 00000000 00:00 0 \n"
      "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]\n");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].begin, 0x563b5dadc000U);
  EXPECT_EQ(all[0].end, 0x563b5dadd000U);
  EXPECT_EQ(all[0].offset, 0x1000U);
  EXPECT_FALSE(all[0].writable);
  EXPECT_EQ(all[0].path, "/tmp/a program");
  EXPECT_TRUE(all[0].has_file());
  EXPECT_TRUE(all[1].writable);
  EXPECT_EQ(all[1].path, "");
  EXPECT_FALSE(all[2].has_file());
}

TEST(maps, a_line_end_in_a_path_is_read_back) {
  const std::vector<mapping> all = parse_maps("1000-2000 r--p 00000000 fe:00 1 /tmp/a\\012b\n");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].path, "/tmp/a\nb");
}

TEST(maps, lines_that_are_none_are_passed_over) {
  EXPECT_TRUE(parse_maps("").empty());
  EXPECT_TRUE(parse_maps("\n\n-\nabc\n1000-\n2000-1000 r--p 0 0 0\n1000-2000\n").empty());
  EXPECT_TRUE(parse_maps("1000-2000 rw 0 fe:00 1 /x\nzzzz-2000 rw-p 0 fe:00 1 /x").empty());
}

/// The modules of a process that has nothing but that file in its memory.
modules modules_of(const std::string& path, std::uint64_t begin = 0x5555'5555'0000) {
  std::ostringstream maps;
  maps << std::hex << begin << '-' << begin + 0x1000'0000
       << " r-xp 00000000 fe:00 1 /of/the/test\n";
  return {maps.str(),
          [path, begin](std::uint64_t at) { return at == begin ? file(path).release() : -1; }};
}

TEST(elf, the_symbol_is_found_where_the_file_is_mapped) {
  const std::vector<std::uint64_t> here = modules_of(COVEY_TEST_FAKE_TARGET).addresses_of(symbol);
  const std::vector<std::uint64_t> there =
      modules_of(COVEY_TEST_FAKE_TARGET, 0x7777'0000'0000).addresses_of(symbol);
  ASSERT_EQ(here.size(), 1U);
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(there[0] - here[0], 0x7777'0000'0000U - 0x5555'5555'0000U);
  EXPECT_GT(here[0], 0x5555'5555'0000U);
}

TEST(elf, other_symbols_are_not_taken_for_it) {
  const modules all = modules_of(COVEY_TEST_FAKE_TARGET);
  for (const std::string& name :
       {std::string("covey_tracking_ma"), std::string(), std::string(1000, 'x')}) {
    EXPECT_TRUE(all.addresses_of(name).empty()) << name;
  }
  EXPECT_TRUE(modules_of(COVEY_TEST_FAKE_STRIPPED).addresses_of(symbol).empty());
}

TEST(elf, a_module_has_its_name_where_it_lies_and_nowhere_else) {
  const modules all = modules_of(COVEY_TEST_FAKE_TARGET);
  EXPECT_EQ(all.name_at(0x5555'5555'0000), "/of/the/test");
  EXPECT_EQ(all.name_at(0x5555'5554'0000), "");
}

TEST(elf, what_is_no_file_is_told) {
  const folder place;
  EXPECT_THROW(file("/dev/zero"), problem);
  EXPECT_THROW(file(place.path()), problem);
  EXPECT_THROW(file(place / "missing"), problem);
  EXPECT_TRUE(modules_of(place / "missing").addresses_of(symbol).empty());
}

TEST(elf, what_is_no_elf_file_has_no_symbols) {
  const folder place;
  for (const std::string& bytes : {std::string(), std::string("\177EL"), std::string(4096, 'x')}) {
    top_test::write_file(place / "file", bytes);
    EXPECT_TRUE(modules_of(place / "file").addresses_of(symbol).empty());
  }
}

TEST(elf, a_truncated_file_is_read_as_far_as_it_goes) {
  const folder place;
  const std::string whole = top_test::contents(COVEY_TEST_FAKE_TARGET);
  const auto found_in = [&](std::size_t size) {
    top_test::write_file(place / "file", whole.substr(0, size));
    return modules_of(place / "file").addresses_of(symbol).size();
  };
  for (std::size_t size = 0; size < std::min<std::size_t>(whole.size(), 1000); ++size) {
    EXPECT_EQ(found_in(size), 0U) << size;
  }
  for (std::size_t part = 1; part < 64; ++part) {
    EXPECT_LE(found_in(whole.size() / 64 * part), 1U) << part;
  }
}

TEST(elf, a_damaged_file_is_read_without_harm) {
  const folder place;
  covey_test::dice dice{covey_test::stress_seed()};
  const std::string whole = top_test::contents(COVEY_TEST_FAKE_TARGET);
  Elf64_Ehdr head{};
  std::copy_n(whole.data(), sizeof head, reinterpret_cast<char*>(&head));
  for (int round = 0; round < 200; ++round) {
    std::string bytes = whole;
    for (int flip = 0; flip < 8; ++flip) {
      // Where it hurts: the header, the program headers and the section headers.
      const std::uint64_t at = dice.one_in(2)
                                   ? dice.below(1024)
                                   : head.e_shoff + dice.below(bytes.size() - head.e_shoff);
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << dice.below(8)));
    }
    top_test::write_file(place / "file", bytes);
    EXPECT_LE(modules_of(place / "file").addresses_of(symbol).size(), 2U);
  }
}

}  // namespace
