// SPDX-License-Identifier: Apache-2.0
// What the sink of failures that nobody can receive promises.
#include "leaves.hpp"
#include "make_failures.hpp"

#include <covey/unhandled_failure.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <latch>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using covey::composite_exception;
using covey::set_unhandled_failure_handler;
using covey::detail::report_unhandled;
using covey_test::composite;
using covey_test::contains;
using covey_test::runtime_failure;

composite_exception one_failure() {
  return composite("frame", runtime_failure("bad tile"));
}

class unhandled_failure : public testing::Test {
 protected:
  void TearDown() override { set_unhandled_failure_handler({}); }
};

/// @returns what `call` writes to stderr, one string for each write.
template <class Call>
std::vector<std::string> writes_of(Call&& call) {
  std::array<int, 2> ends{};
  // A socket of packets keeps each write apart.
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()), 0);
  const int before = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  call();
  dup2(before, STDERR_FILENO);
  close(before);
  std::vector<std::string> out;
  std::array<char, 65536> buffer{};
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    out.emplace_back(buffer.data(), static_cast<std::size_t>(got));
  }
  close(ends[0]);
  return out;
}

TEST_F(unhandled_failure, is_written_to_stderr_as_one_block_in_one_write) {
  const auto failures = one_failure();
  const auto writes = writes_of([&] { report_unhandled(failures); });
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_EQ(writes[0], std::string("covey: unhandled ") + failures.what() + "\n");
}

TEST_F(unhandled_failure, goes_to_the_handler_that_is_set_and_to_it_alone) {
  std::vector<std::string> seen;
  set_unhandled_failure_handler(
      [&](const composite_exception& failures) { seen = covey_test::messages(failures); });
  EXPECT_TRUE(writes_of([] { report_unhandled(one_failure()); }).empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"bad tile"}));
}

TEST_F(unhandled_failure, handler_is_replaced_and_given_back) {
  int first = 0;
  int second = 0;
  EXPECT_FALSE(set_unhandled_failure_handler([&](const composite_exception&) { ++first; }));
  auto before = set_unhandled_failure_handler([&](const composite_exception&) { ++second; });
  ASSERT_TRUE(before);
  report_unhandled(one_failure());
  EXPECT_TRUE(set_unhandled_failure_handler(std::move(before)));
  report_unhandled(one_failure());
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
  EXPECT_TRUE(set_unhandled_failure_handler({}));
  EXPECT_FALSE(set_unhandled_failure_handler({}));
}

TEST_F(unhandled_failure, is_written_to_stderr_when_the_handler_throws) {
  set_unhandled_failure_handler([](const composite_exception&) { throw 1; });
  const auto writes = writes_of([] { report_unhandled(one_failure()); });
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_TRUE(contains(writes[0], "bad tile"));
  EXPECT_TRUE(contains(writes[0], "because the failure handler threw"));
}

TEST_F(unhandled_failure, a_forced_unwind_of_the_handler_ends_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        set_unhandled_failure_handler([](const composite_exception&) { pthread_exit(nullptr); });
        report_unhandled(one_failure());
        std::_Exit(0);
      },
      "");
}

TEST_F(unhandled_failure, inside_the_handler_is_written_to_stderr) {
  int calls = 0;
  set_unhandled_failure_handler([&](const composite_exception& failures) {
    ++calls;
    report_unhandled(failures);
  });
  const auto writes = writes_of([] { report_unhandled(one_failure()); });
  EXPECT_EQ(calls, 1);
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_TRUE(contains(writes[0], "inside the failure handler"));
}

TEST_F(unhandled_failure, handler_may_set_another_handler) {
  int calls = 0;
  set_unhandled_failure_handler([&](const composite_exception&) {
    set_unhandled_failure_handler([&](const composite_exception&) { ++calls; });
  });
  report_unhandled(one_failure());
  report_unhandled(one_failure());
  EXPECT_EQ(calls, 1);
}

TEST_F(unhandled_failure, leaves_errno_alone_and_survives_a_closed_stderr) {
  const int before = dup(STDERR_FILENO);
  close(STDERR_FILENO);
  errno = ERANGE;
  report_unhandled(one_failure());
  EXPECT_EQ(errno, ERANGE);
  dup2(before, STDERR_FILENO);
  close(before);
}

TEST_F(unhandled_failure, is_written_whole_although_the_pipe_takes_it_in_pieces) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  fcntl(ends[1], F_SETPIPE_SZ, 4096);
  const auto failures = composite("n",
                                  runtime_failure(std::string(1500, 'x')),
                                  runtime_failure(std::string(1500, 'y')),
                                  runtime_failure(std::string(1500, 'z')));
  std::string got;
  std::thread reader([&] {
    std::array<char, 100> buffer{};
    for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;) {
      got.append(buffer.data(), static_cast<std::size_t>(size));
    }
  });
  const int before = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  close(ends[1]);
  report_unhandled(failures);
  dup2(before, STDERR_FILENO);
  close(before);
  reader.join();
  close(ends[0]);
  EXPECT_EQ(got, std::string("covey: unhandled ") + failures.what() + "\n");
}

TEST_F(unhandled_failure, handler_may_be_set_and_called_by_many_threads) {
  constexpr int threads_each = 2;
  constexpr int rounds = 200;
  std::atomic<int> calls = 0;
  const auto count = [&](const composite_exception&) { ++calls; };
  set_unhandled_failure_handler(count);
  std::latch ready(2 * threads_each);
  std::vector<std::thread> threads;
  const auto failures = one_failure();
  for (int i = 0; i < threads_each; ++i) {
    threads.emplace_back([&] {
      ready.arrive_and_wait();
      for (int k = 0; k < rounds; ++k) {
        set_unhandled_failure_handler(count);
      }
    });
    threads.emplace_back([&] {
      ready.arrive_and_wait();
      for (int k = 0; k < rounds; ++k) {
        report_unhandled(failures);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(calls, threads_each * rounds);
}

}  // namespace
