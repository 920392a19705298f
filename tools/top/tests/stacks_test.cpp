// SPDX-License-Identifier: Apache-2.0
// Stacks of processes: with debug information, without it, stripped, held by somebody else; and how they are read apart.

#include "stacks.hpp"

#include "apart.hpp"
#include "calls.hpp"
#include "file.hpp"
#include "programs.hpp"
#include "sanitized.hpp"
#include "stack_text.hpp"
#include "target.hpp"

#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

using top::say_function;
using top_test::deep_stack_in;
using top_test::ending;
using top_test::folder;
using top_test::has;
using top_test::resident;
using top_test::run_top;

TEST(apart, all_that_was_said_comes) {
  std::string whole;
  for (int i = 0; i < 20'000; ++i) {
    whole += "line " + std::to_string(i) + '\n';
  }
  const top::told result = top::tell_apart([&](const say_function& say) {
    say(whole);
    say("end");
  });
  EXPECT_EQ(result.text, whole + "end");
  EXPECT_EQ(result.trouble, "");
}

TEST(apart, what_is_thrown_is_the_trouble) {
  const top::told result = top::tell_apart([](const say_function& say) {
    say("before");
    throw std::runtime_error("the reason");
  });
  EXPECT_EQ(result.text, "before");
  EXPECT_EQ(result.trouble, "the reason");
}

// As when a program is written anew while libdw has it mapped.
TEST(apart, a_file_that_shrinks_while_it_is_mapped_is_told) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "a sanitizer has handlers of its own for this signal";
  }
  const folder place;
  top_test::write_file(place / "file", std::string(8192, 'x'));
  const top::told result = top::tell_apart([&](const say_function& say) {
    const int file = ::open((place / "file").c_str(), O_RDWR | O_CLOEXEC);
    const auto* const bytes =
        static_cast<const char*>(::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, file, 0));
    say(std::string(1, bytes[4096]));
    static_cast<void>(!::ftruncate(file, 0));
    say(std::string(1, const_cast<const volatile char*>(bytes)[4096]));
  });
  EXPECT_EQ(result.text, "x");
  EXPECT_TRUE(has(result.trouble, "SIGBUS")) << result.trouble;
}

[[gnu::noinline]] std::uintptr_t caller() {
  return reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)) - 1;
}
[[gnu::always_inline]] inline std::uintptr_t inlined_function() {
  const std::uintptr_t at = caller();
  asm volatile("" ::: "memory");
  return at;
}
[[gnu::noinline]] std::uintptr_t outer_function() {
  const std::uintptr_t at = inlined_function();
  asm volatile("" ::: "memory");
  return at;
}

TEST(calls, inlined_functions_are_calls_of_their_own) {
  const std::uintptr_t at = outer_function();
  const top::modules files = top::modules_of(::getpid(), top::debug_files::local);
  const std::vector<std::string> calls = top::calls_at(files.session(), at);
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_TRUE(has(calls[0], "(anonymous namespace)::inlined_function")) << calls[0];
  EXPECT_TRUE(has(calls[0], "stacks_test.cpp:")) << calls[0];
  EXPECT_TRUE(has(calls[1], "outer_function() at ")) << calls[1];
  EXPECT_TRUE(has(calls[1], "stacks_test.cpp:")) << calls[1];
  EXPECT_NE(calls[0].substr(calls[0].rfind(':')), calls[1].substr(calls[1].rfind(':')));
}

TEST(calls, an_address_without_a_file_is_shown) {
  const top::modules files = top::modules_of(::getpid(), top::debug_files::local);
  EXPECT_EQ(top::calls_at(files.session(), 1), std::vector<std::string>{"0x1 in no file"});
}

TEST(stacks, of_a_process_have_functions_files_and_lines) {
  resident target{{COVEY_TEST_REAL_TARGET, "full"}};
  const ending result = run_top({"--stacks", target.id()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_TRUE(has(result.out, "child 'deep child', blocking")) << result.out;
  EXPECT_TRUE(has(result.out, "\nthread " + target.id() + ", worker 1, in [outer nursery]"))
      << result.out;
  const std::string deep = deep_stack_in(result.out);
  EXPECT_TRUE(has(deep, "still_point::wait")) << result.out;
  EXPECT_TRUE(has(deep, "real_target.cpp:")) << deep;
  EXPECT_FALSE(has(result.out, "no more: ")) << result.out;
  EXPECT_EQ(target.end(), 0);  // it went on
}

TEST(stacks, without_debug_information_have_functions_and_places_in_files) {
  const resident target{{COVEY_TEST_REAL_PLAIN, "full"}};
  const std::string deep = deep_stack_in(run_top({"--stacks", target.id()}).out);
  EXPECT_TRUE(has(deep, "wait_below(")) << deep;
  EXPECT_TRUE(has(deep, std::string(" in ") + COVEY_TEST_REAL_PLAIN)) << deep;
  EXPECT_FALSE(has(deep, "real_target.cpp")) << deep;
}

TEST(stacks, of_a_stripped_program_have_places_in_files) {
  if (COVEY_TSAN != 0) {
    GTEST_SKIP() << "the map of a stripped program is looked for in ThreadSanitizer's gigabytes";
  }
  const resident target{{COVEY_TEST_REAL_STRIPPED, "full"}};
  const std::string deep = deep_stack_in(run_top({"--stacks", target.id()}).out);
  EXPECT_TRUE(has(deep, std::string(" in ") + COVEY_TEST_REAL_STRIPPED + " (+0x")) << deep;
  EXPECT_FALSE(has(deep, "wait_below")) << deep;
}

TEST(stacks, find_debug_information_that_lies_in_a_file_beside_the_program) {
  const folder place;
  const std::string program = place / "program";
  const std::string debug = place / "program.debug";
  std::filesystem::copy_file(COVEY_TEST_REAL_TARGET, program);
  if (top_test::run({"objcopy", "--only-keep-debug", program, debug}).status != 0) {
    GTEST_SKIP() << "there is no objcopy here";
  }
  ASSERT_EQ(
      top_test::run({"objcopy", "--strip-debug", "--add-gnu-debuglink=" + debug, program}).status,
      0);
  const resident target{{program, "full"}};
  const std::string deep = deep_stack_in(run_top({"--stacks", target.id()}).out);
  EXPECT_TRUE(has(deep, "real_target.cpp:")) << deep;
}

TEST(stacks, that_are_very_deep_are_cut) {
  const resident target{{COVEY_TEST_REAL_TARGET, "full", "0", "1000"}};
  const std::string deep = deep_stack_in(run_top({"--stacks", target.id()}).out);
  EXPECT_TRUE(has(deep, "  no more: it is deeper than 256 calls")) << deep;
}

TEST(stacks, of_a_process_that_a_debugger_holds_are_refused_and_the_tree_is_shown) {
  if (top_test::run({"gdb", "--version"}).status != 0) {
    GTEST_SKIP() << "there is no gdb here";
  }
  const resident target{{COVEY_TEST_REAL_TARGET, "full"}};
  const std::string look = std::string("shell ") + COVEY_TEST_TOP + " --stacks " + target.id();
  const ending result = top_test::run({"gdb",
                                       "-nx",
                                       "-batch",
                                       "-iex",
                                       "set debuginfod enabled off",
                                       "-p",
                                       target.id(),
                                       "-ex",
                                       look});
  EXPECT_TRUE(has(result.out, "child 'deep child', blocking")) << result.out << result.err;
  EXPECT_TRUE(has(result.out, "  no more: somebody else traces it")) << result.out << result.err;
}

// A process that has called vfork() sleeps so until the other one ends, which here is when its standard input ends.
class process_in_vfork {
 public:
  process_in_vfork() {
    static_cast<void>(!::pipe(ends_));
    process_ = ::fork();
    if (process_ == 0) {
      ::close(ends_[1]);
      // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork,clang-analyzer-unix.Vfork): it is what is looked at
      if (::vfork() == 0) {
        char byte = 0;
        static_cast<void>(!::read(ends_[0], &byte, 1));
      }
      ::_exit(0);
    }
    while (!has(top::text_of_proc(process_, "status"), "\nState:\tD")) {
      ::sched_yield();
    }
  }
  process_in_vfork(const process_in_vfork&) = delete;
  process_in_vfork& operator=(const process_in_vfork&) = delete;
  ~process_in_vfork() {
    ::close(ends_[0]);
    ::close(ends_[1]);
    ::waitpid(process_, nullptr, 0);
  }
  [[nodiscard]] pid_t id() const noexcept { return process_; }

 private:
  int ends_[2]{};
  pid_t process_ = -1;
};

TEST(stacks, of_a_thread_that_cannot_be_stopped_are_not_waited_for) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "sanitizers make a fork of vfork";
  }
  const process_in_vfork sleeper;
  top::options wanted;
  wanted.process = sleeper.id();
  const auto [text, trouble] = top::stacks_of(wanted, {});
  EXPECT_EQ(trouble, "");
  EXPECT_EQ(text,
            "\nthread " + std::to_string(sleeper.id()) +
                "\n  no more: it sleeps where nothing can stop it\n");
}

TEST(stacks, are_not_for_json_and_graphs) {
  EXPECT_EQ(run_top({"--stacks", "--json", "1"}).status, 2);
  EXPECT_EQ(run_top({"--stacks", "--dot", "1"}).status, 2);
}

}  // namespace
