// SPDX-License-Identifier: Apache-2.0
// The trace of real runs: what the file holds, what happens when it cannot be written, and where it ends.
#include "each_pool_size.hpp"
#include "trace_reader.hpp"

#include <covey/trace.hpp>
#include <covey/tracking.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using covey_test::gate;
using covey_test::trace_path;
using covey_test::trace_reader;
using namespace std::chrono_literals;

// @returns how many children the tree has.
int tree(covey::pool& pool, int depth) {
  covey::nursery kids{{.pool = &pool}};
  std::vector<covey::future<int>> below;
  for (int i = 0; i < 3; ++i) {
    below.push_back(kids.spawn([&pool, depth] { return depth > 1 ? tree(pool, depth - 1) : 0; }));
  }
  int sum = 3;
  for (auto& each : below) {
    sum += each.get();
  }
  kids.join();
  return sum;
}

class trace : public covey_test::each_pool_size {
 protected:
  void TearDown() override {
    std::remove(path.c_str());
    each_pool_size::TearDown();
  }
  [[nodiscard]] std::size_t count(trace_reader& file, const std::string& outcome) const {
    std::size_t found = 0;
    for (const auto& each : file.tasks()) {
      found += each["args"]["outcome"] == outcome ? 1U : 0U;
    }
    return found;
  }

  const std::string path = trace_path("spec");
};
INSTANTIATE_TEST_SUITE_P(pools, trace, testing::Values(1, 2, 8), covey_test::pool_size_name);

TEST_P(trace, has_a_slice_for_every_child_and_a_span_for_every_nursery) {
  covey::start_trace(path, {.flush = 1ms});
  EXPECT_TRUE(covey::trace_active());
  const int tasks = tree(pool(), 6);
  const covey::trace_result result = covey::stop_trace();
  EXPECT_FALSE(covey::trace_active());
  EXPECT_EQ(tasks, 1092);
  EXPECT_EQ(result.lost, 0U);
  EXPECT_GT(result.events, 3U * 1092U);
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.tasks().size(), 1092U);
  EXPECT_EQ(count(file, "done"), 1092U);
  EXPECT_EQ(file.of("s", "spawn").size(), 1092U);
  EXPECT_EQ(file.of("b", "nursery").size(), 364U);
}

TEST_P(trace, tells_the_family_the_place_and_the_outcome) {
  covey::start_trace(path);
  std::uint32_t line = 0;
  {
    covey::nursery kids{here({.name = "family", .policy = covey::policy::supervise})};
    kids.run("outer", [this] {
      covey::nursery inner{here()};
      inner.run("inner", [] {});
    });
    line = __LINE__ + 1;
    kids.run("bad", [] { throw std::runtime_error("as planned"); });
    EXPECT_THROW(kids.join(), covey::composite_exception);
  }
  covey::stop_trace();
  trace_reader file(path);
  file.expect_well_formed();
  const auto outer = file.named("outer").at(0);
  const auto inner = file.named("inner").at(0);
  const auto bad = file.named("bad").at(0);
  const auto family = file.named("family").at(0);
  EXPECT_EQ(inner["args"]["spawned_by"], outer["args"]["id"]);
  EXPECT_EQ(outer["args"]["spawned_by"], 0);
  EXPECT_EQ(outer["args"]["nursery"], family["id"]);
  EXPECT_EQ(bad["args"]["outcome"], "failed");
  const auto place = bad["args"]["site"].get<std::string>();
  EXPECT_NE(place.find("trace_test.cpp:" + std::to_string(line)), std::string::npos) << place;
}

TEST_P(trace, shows_stops_and_how_long_they_took) {
  covey::start_trace(path);
  {
    gate started;
    covey::nursery kids{here({.name = "to stop"})};
    kids.run("patient", [&] {
      started.open();
      while (!covey::this_task::stop_requested()) {
        std::this_thread::yield();
      }
      covey::this_task::checkpoint();
    });
    started.wait();
    kids.stop("enough");
    kids.join();
  }
  covey::stop_trace();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.named("stop request").size(), 1U);
  EXPECT_EQ(file.named("stop seen").size(), 1U);
  EXPECT_EQ(file.of("b", "stop").size(), 1U);
  EXPECT_EQ(count(file, "stopped"), 1U);
}

TEST_P(trace, has_no_slice_for_a_child_that_never_started) {
  covey::start_trace(path);
  {
    covey::nursery kids{here()};
    kids.stop();
    for (int i = 0; i < 10; ++i) {
      kids.run([] {});
    }
    kids.join();
  }
  covey::stop_trace();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.tasks().size(), 0U);
}

TEST_P(trace, counts_what_it_loses_and_the_results_are_all_there) {
  covey::start_trace(path, {.ring_events = 4});
  EXPECT_EQ(tree(pool(), 6), 1092);
  const covey::trace_result result = covey::stop_trace();
  EXPECT_GT(result.lost, 0U);
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.lost(), result.lost);
}

TEST_P(trace, takes_part_of_a_run_that_began_before_and_goes_on_after) {
  gate traced;
  gate done;
  covey::nursery kids{here()};
  kids.run([&] {
    traced.wait_in_child();
    tree(pool(), 3);
    done.open();
  });
  std::thread stopper([&] {
    covey::start_trace(path, {.flush = 1ms});
    traced.open();
    done.wait();
    covey::stop_trace();
  });
  kids.join();
  stopper.join();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_GE(file.tasks().size(), 39U);
}

TEST_P(trace, of_a_batch_is_well_formed) {
  covey::start_trace(path, {.flush = 1ms});
  std::vector<int> items(1000);
  std::iota(items.begin(), items.end(), 0);
  std::atomic<int> sum{0};
  covey::for_each(items, [&](int item) { sum += item; }, {.pool = &pool()});
  covey::stop_trace();
  EXPECT_EQ(sum, 499500);
  trace_reader file(path);
  file.expect_well_formed();
}

// @returns how many items the slices of batches say were finished.
std::uint64_t items_in(trace_reader& file) {
  std::uint64_t sum = 0;
  for (const auto& each : file.of("X", "items")) {
    sum += each["args"]["items"].get<std::uint64_t>();
  }
  return sum;
}

TEST_P(trace, has_slices_for_the_items_of_a_batch_whoever_worked_on_them) {
  covey::start_trace(path, {.flush = 1ms});
  std::vector<int> items(100'000);
  covey::for_each(items, [](int& item) { item = 1; }, {.name = "many", .pool = &pool()});
  std::vector<int> few(20);
  covey::for_each(few,
                  [](int& item) {
                    const auto end = std::chrono::steady_clock::now() + 1ms;
                    while (std::chrono::steady_clock::now() < end) {
                    }
                    item = 1;
                  },
                  {.name = "few", .pool = &pool()});
  covey::stop_trace();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(items_in(file), 100'020U);
  // Tiny ones are told together, long ones one by one.
  EXPECT_LT(file.of("X", "items").size(), 10'000U);
  EXPECT_GE(file.named("1 item of few").size(), 18U);
  const auto batch = file.named("few");
  ASSERT_FALSE(batch.empty());
  for (const auto& each : file.named("1 item of few")) {
    EXPECT_EQ(each["args"]["nursery"], batch[0]["id"]);
    EXPECT_NE(each["args"]["site"].get<std::string>().find("trace_test.cpp:"), std::string::npos);
  }
}

TEST_P(trace, shows_no_place_inside_of_the_library) {
  covey::start_trace(path, {.flush = 1ms});
  std::vector<int> items(100);
  covey::for_each(items,
                  [](int&) { std::this_thread::yield(); },
                  {.pool = &pool(), .progress = [](const covey::batch_progress&) {}});
  static_cast<void>(covey::spawn_and_wait([] { return 1; }, [] { return 2; }));
  covey::stop_trace();
  trace_reader file(path);
  for (const char* folder : {"runtime/", "include/covey"}) {
    EXPECT_EQ(file.text().find(folder), std::string::npos);
  }
}

TEST_P(trace, tells_that_a_body_was_blocked_in_something_unseen) {
  covey::start_trace(path, {.flush = 1ms});
  {
    covey::nursery kids{here({.name = "family"})};
    std::thread other([] { std::this_thread::sleep_for(50ms); });
    other.join();
    kids.join();
  }
  covey::stop_trace();
  trace_reader file(path);
  file.expect_well_formed();
  const auto blocked = file.named("blocked");
  // On a loaded machine a thread that was switched out looks the same.
  EXPECT_TRUE(std::any_of(blocked.begin(), blocked.end(), [](const auto& each) {
    return each["dur"].template get<double>() > 25'000;
  }));
}

TEST_P(trace, escapes_names_so_that_they_come_back_as_they_were) {
  const std::string odd = "a \"b\" \\ \n\t\x01 'c' \xC3\xA4";
  covey::start_trace(path);
  {
    covey::nursery kids{here({.name = "n\xFF"})};
    kids.run(odd, [] {});
    kids.join();
  }
  covey::stop_trace();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.named(odd).size(), 1U);
  EXPECT_EQ(file.named("n\\xff").size(), 2U);
}

TEST_P(trace, raises_the_level_of_tracking_and_puts_it_back) {
  covey::set_tracking(covey::tracking_level::counters);
  covey::start_trace(path);
  EXPECT_EQ(covey::tracking(), covey::tracking_level::full);
  covey::stop_trace();
  EXPECT_EQ(covey::tracking(), covey::tracking_level::counters);
  covey::set_tracking(covey::tracking_level::off);
}

TEST_P(trace, is_one_at_a_time) {
  covey::start_trace(path);
  EXPECT_THROW(covey::start_trace(path + ".second"), covey::trace_error);
  EXPECT_FALSE(std::filesystem::exists(path + ".second"));
  covey::stop_trace();
  EXPECT_EQ(covey::stop_trace().events, 0U);
  EXPECT_THROW(covey::start_trace(path, {.ring_events = 3}), std::invalid_argument);
  EXPECT_THROW(covey::start_trace(path, {.flush = 0ms}), std::invalid_argument);
}

int code_of_start(const std::string& path) {
  try {
    covey::start_trace(path);
  } catch (const covey::trace_error& error) {
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
    return error.code().value();
  }
  return 0;
}

TEST_P(trace, that_cannot_be_written_says_so_at_once) {
  EXPECT_EQ(code_of_start("/no/such/folder/trace.json"), ENOENT);
  EXPECT_EQ(code_of_start("/dev/full"), EINVAL);  // a device, see trace_file_test.cpp
  EXPECT_FALSE(covey::trace_active());
  EXPECT_EQ(covey::tracking(), covey::tracking_level::off);
  covey::start_trace(path);
  covey::stop_trace();
}

// The runtime of ThreadSanitizer does not survive the fork of a process with other threads, and the allocator of
// AddressSanitizer hangs in the child if another thread is in it at the fork (g++ 12).
#if !COVEY_TSAN && !COVEY_ASAN
// @returns the exit status of a forked child that runs `work` and exits with its result.
template <class Work>
int in_forked_child(Work&& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(40);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST_P(trace, belongs_to_its_process_and_a_forked_child_leaves_it_alone) {
  covey::start_trace(path, {.flush = 1ms});
  EXPECT_EQ(tree(pool(), 3), 39);
  const int status = in_forked_child([&] {
    if (covey::trace_active() || covey::stop_trace().events != 0) {
      return 1;
    }
    covey::start_trace(path + ".child");
    return covey::trace_active() && covey::stop_trace().lost == 0 ? 0 : 2;
  });
  EXPECT_EQ(status, 0);
  EXPECT_EQ(tree(pool(), 3), 39);
  covey::stop_trace();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.tasks().size(), 78U);
  trace_reader of_child(path + ".child");
  EXPECT_EQ(of_child.tasks().size(), 0U);
  std::remove((path + ".child").c_str());
}

TEST_P(trace, may_be_made_by_a_child_that_was_forked_at_any_time) {
  covey::start_trace(path, {.flush = 1ms});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(tree(pool(), 3), 39);
    EXPECT_EQ(in_forked_child([&] {
                covey::start_trace(path + ".child");
                covey::pool own({.threads = 1});
                const int sum = tree(own, 3);
                return covey::stop_trace().lost == 0 && sum == 39 ? 0 : 1;
              }),
              0);
  }
  covey::stop_trace();
  std::remove((path + ".child").c_str());
}

#endif

// Processes of their own, which find the file's name in the environment.
class trace_of_process : public trace {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    trace::SetUp();
    ::setenv(covey_test::trace_path_variable, path.c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv(covey_test::trace_path_variable);
    trace::TearDown();
  }
};
INSTANTIATE_TEST_SUITE_P(pools,
                         trace_of_process,
                         testing::Values(1, 2, 8),
                         covey_test::pool_size_name);

// @returns 0 if a trace on a disk that becomes full says so, and all results are there.
int fill_the_disk(covey::pool& pool, const std::string& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{100'000, 100'000};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  covey::start_trace(path, {.flush = 1ms});
  for (int i = 0; i < 5; ++i) {
    if (tree(pool, 6) != 1092) {
      return 1;
    }
  }
  try {
    covey::stop_trace();
  } catch (const covey::trace_error& error) {
    return error.code().value() == EFBIG ? 0 : 2;
  }
  return 3;
}

TEST_P(trace_of_process, whose_disk_becomes_full_is_still_json_and_the_results_are_all_there) {
  EXPECT_EXIT(::_exit(fill_the_disk(pool(), path)), testing::ExitedWithCode(0), "");
  trace_reader file(path);
}

[[noreturn]] void trace_until_killed(covey::pool& pool, const std::string& path) {
  covey::start_trace(path, {.flush = 1ms});
  for (;;) {
    tree(pool, 4);
    if (std::filesystem::file_size(path) > 200'000) {
      ::kill(::getpid(), SIGKILL);
    }
  }
}

TEST_P(trace_of_process, that_is_killed_is_json_up_to_its_last_write) {
  EXPECT_EXIT(trace_until_killed(pool(), path), testing::KilledBySignal(SIGKILL), "");
  trace_reader file(path, true);
  file.expect_well_formed();
  EXPECT_GT(file.tasks().size(), 0U);
}

}  // namespace
