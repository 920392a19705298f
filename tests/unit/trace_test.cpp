// SPDX-License-Identifier: Apache-2.0
// The trace without the hooks: rings, the story made of events, the file, and a session fed by hand.
#include "bounded.hpp"
#include "gate.hpp"
#include "observe/trace_events.hpp"
#include "observe/trace_ring.hpp"
#include "trace/trace_clock.hpp"
#include "trace/trace_file.hpp"
#include "trace/trace_session.hpp"
#include "trace/trace_story.hpp"
#include "trace_reader.hpp"

#include <covey/covey.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>

namespace {

using covey::runtime::ticks;
using covey::runtime::trace;
using covey::runtime::trace_event;
using covey::runtime::trace_kind;
using covey::runtime::trace_ring;
using covey::runtime::trace_session;
using covey::runtime::trace_story;
using covey_test::bounded;
using covey_test::trace_path;
using covey_test::trace_reader;

TEST(trace_ring, gives_events_in_order_and_counts_those_that_find_it_full) {
  trace_ring ring(4);
  for (std::uint64_t i = 1; i <= 6; ++i) {
    EXPECT_EQ(ring.push({.id = i}), i <= 4);
  }
  std::vector<std::uint64_t> seen;
  ring.drain([&](const trace_event& each) { seen.push_back(each.id); });
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3, 4}));
  EXPECT_EQ(ring.lost(), 2U);
  EXPECT_TRUE(ring.push({.id = 7}));
  seen.clear();
  ring.drain([&](const trace_event& each) { seen.push_back(each.id); });
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{7}));
}

TEST(trace_ring, loses_nothing_silently_between_two_threads) {
  const bounded bound;
  constexpr std::uint64_t count = 200'000;
  trace_ring ring(64);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (std::uint64_t i = 1; i <= count; ++i) {
      ring.push({.id = i, .other = 3 * i});
    }
    done.store(true);
  });
  std::uint64_t seen = 0;
  std::uint64_t last = 0;
  for (bool end = false; !end;) {
    end = done.load();
    ring.drain([&](const trace_event& each) {
      EXPECT_GT(each.id, last);
      EXPECT_EQ(each.other, 3 * each.id);
      last = each.id;
      ++seen;
    });
  }
  writer.join();
  EXPECT_EQ(seen + ring.lost(), count);
}

// A story told by hand: (kind, time, id, other).
class story : public testing::Test {
 protected:
  void SetUp() override { tell(trace_kind::owner, 0, 77, 4); }
  void tell(trace_kind kind, std::uint64_t ns, std::uint64_t id = 0, std::uint64_t other = 0) {
    told.tell({.id = id, .other = other, .kind = kind}, ns, source);
  }
  [[nodiscard]] std::size_t slices() const { return count("\"cat\":\"task\""); }
  [[nodiscard]] std::size_t count(const std::string& part) const {
    std::size_t found = 0;
    const std::string& text = const_cast<trace_story&>(told).text();
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) {
      ++found;
    }
    return found;
  }

  trace_story told{8};
  std::size_t source = 0;
};

TEST_F(story, drops_a_finish_without_a_start_and_a_start_without_a_finish) {
  tell(trace_kind::finish, 10, 1);
  tell(trace_kind::start, 20, 2, 9);
  tell(trace_kind::start, 30, 3, 9);  // its finish is lost
  tell(trace_kind::start, 40, 4, 9);
  tell(trace_kind::finish, 50, 4);
  tell(trace_kind::finish, 60, 2);
  told.end(70);
  EXPECT_EQ(slices(), 2U);
  EXPECT_EQ(count("unfinished"), 0U);
}

TEST_F(story, cuts_what_is_open_at_the_end) {
  tell(trace_kind::nursery_open, 10, 9);
  tell(trace_kind::start, 20, 1, 9);
  tell(trace_kind::wait_begin, 30, 2);
  told.end(70);
  EXPECT_EQ(count("\"outcome\":\"unfinished\""), 1U);
  EXPECT_EQ(count("\"state\":\"unfinished\""), 1U);
  EXPECT_EQ(count("\"dur\":0.040"), 1U);
}

TEST_F(story, draws_an_arrow_only_when_both_ends_are_known) {
  tell(trace_kind::spawn, 10, 1, 9);
  tell(trace_kind::spawn, 11, 2, 9);
  tell(trace_kind::start, 20, 1, 9);
  tell(trace_kind::finish, 25, 1);
  tell(trace_kind::finish, 30, 2, 3);  // it never started
  told.end(70);
  EXPECT_EQ(count("\"ph\":\"s\""), 1U);
  EXPECT_EQ(count("\"ph\":\"f\""), 1U);
  EXPECT_EQ(slices(), 1U);
}

TEST_F(story, shows_the_stop_latency_until_the_last_child_has_finished) {
  tell(trace_kind::nursery_open, 1000, 9);
  tell(trace_kind::start, 2000, 1, 9);
  tell(trace_kind::stop_request, 3000, 9, 1);
  tell(trace_kind::stop_request, 3500, 9, 1);
  tell(trace_kind::finish, 8000, 1, 2);
  tell(trace_kind::nursery_end, 9000, 9);
  EXPECT_EQ(count(R"("ts":3.000,"name":"stop of)"), 1U);
  EXPECT_EQ(count(R"("ts":8.000,"name":"stop of)"), 1U);
  EXPECT_EQ(count(R"("outcome":"stopped")"), 1U);
}

TEST_F(story, shows_a_body_that_was_blocked_between_two_readings_of_its_processor_time) {
  tell(trace_kind::cpu_time, 1'000'000, 0, 500);
  tell(trace_kind::cpu_time, 9'000'000, 0, 1'000'500);
  EXPECT_EQ(count(R"("blocked")"), 1U);
}

TEST_F(story, takes_no_body_for_blocked_that_was_in_something_at_the_first_reading) {
  tell(trace_kind::join_begin, 1'000'000, 9);
  tell(trace_kind::cpu_time, 2'000'000, 0, 500);
  tell(trace_kind::join_end, 8'000'000, 9);
  tell(trace_kind::cpu_time, 9'000'000, 0, 600);
  EXPECT_EQ(count(R"("blocked")"), 0U);
}

TEST_F(story, joins_by_an_arrow_from_the_child_that_was_waited_for) {
  tell(trace_kind::nursery_open, 1000, 9);
  tell(trace_kind::join_begin, 4000, 9);
  source = 1;
  tell(trace_kind::owner, 0, 78, 8);
  tell(trace_kind::start, 2000, 1, 9);
  tell(trace_kind::finish, 5000, 1);
  source = 0;
  tell(trace_kind::join_end, 6000, 9);
  EXPECT_EQ(count(R"("tid":78,"ts":4.999,"name":"join")"), 1U);
  EXPECT_EQ(count(R"("tid":77,"ts":4.999,"name":"join")"), 1U);
}

TEST_F(story, stays_small_when_every_finish_is_lost) {
  for (std::uint64_t id = 1; id <= 100; ++id) {
    tell(trace_kind::spawn, id, id, 9);
  }
  EXPECT_GE(told.forgotten(), 100U - 8U);
}

TEST_F(story, counts_sleeping_workers_even_when_a_wake_is_lost) {
  tell(trace_kind::sleep_begin, 1'000'000);
  tell(trace_kind::owner, 0, 79, 4);  // another thread has the ring now
  told.end(9'000'000);
  EXPECT_EQ(count(R"("workers":1)"), 1U);
  EXPECT_EQ(count(R"("workers":0)"), 1U);
}

TEST(trace_file, is_json_after_every_append) {
  const std::string path = trace_path();
  covey::runtime::trace_file file(path, R"({"traceEvents":[{"ph":"M","name":"first"})");
  for (int i = 0; i < 3; ++i) {
    trace_reader now(path);
    EXPECT_EQ(now.of("X").size(), static_cast<std::size_t>(i));
    std::string more = ",\n{\"ph\":\"X\",\"name\":\"a\"}";
    file.append(more);
  }
  file.close();
  std::remove(path.c_str());
}

// What the hooks do, by hand.
std::atomic<std::uint64_t> next_id{1};

void tell(trace_kind kind, std::uint64_t id = 0, std::uint64_t other = 0) {
  trace(covey::runtime::this_record(), {ticks(), id, other, 0, kind});
}

template <class Body>
void traced_child(covey::nursery& kids, std::uint64_t nursery, Body body) {
  const std::uint64_t id = next_id.fetch_add(1);
  tell(trace_kind::spawn, id, nursery);
  kids.run([=] {
    tell(trace_kind::start, id, nursery);
    body();
    tell(trace_kind::finish, id);
  });
}

void traced_tree(covey::pool& pool, int depth) {
  const std::uint64_t nursery = next_id.fetch_add(1);
  covey::nursery kids{{.pool = &pool}};
  tell(trace_kind::nursery_open, nursery);
  for (int i = 0; i < 3; ++i) {
    traced_child(kids, nursery, [&pool, depth] {
      if (depth > 1) {
        traced_tree(pool, depth - 1);
      }
    });
  }
  tell(trace_kind::join_begin, nursery);
  kids.join();
  tell(trace_kind::join_end, nursery);
  tell(trace_kind::nursery_end, nursery);
}

class trace_by_hand : public testing::TestWithParam<int> {
 protected:
  const bounded bound;
  covey::pool pool{static_cast<std::size_t>(GetParam())};
};
INSTANTIATE_TEST_SUITE_P(pools, trace_by_hand, testing::Values(1, 2, 8));

TEST_P(trace_by_hand, tells_every_task_once_and_is_well_formed) {
  const std::string path = trace_path();
  trace_session session(path, {.flush = std::chrono::milliseconds(1)});
  traced_tree(pool, 6);
  const covey::trace_result result = session.stop();
  trace_reader file(path);
  file.expect_well_formed();
  const std::size_t tasks = 3 + 9 + 27 + 81 + 243 + 729;
  constexpr int nurseries = 1 + 3 + 9 + 27 + 81 + 243;
  EXPECT_EQ(file.tasks().size(), tasks);
  EXPECT_EQ(file.of("s", "spawn").size(), tasks);
  EXPECT_EQ(file.of("b", "nursery").size(), nurseries);
  // The engine tells of its own waits, too; their ids are 0, as nothing is tracked.
  const auto joins = file.of("X", "wait");
  EXPECT_EQ(
      std::count_if(
          joins.begin(), joins.end(), [](const auto& each) { return each["args"]["id"] != 0; }),
      nurseries);
  EXPECT_GE(result.events, 3 * tasks + 4 * nurseries);
  EXPECT_EQ(result.lost, 0U);
  std::remove(path.c_str());
}

TEST_P(trace_by_hand, says_how_much_was_lost_and_stays_well_formed) {
  const std::string path = trace_path();
  trace_session session(path, {.ring_events = 4});
  traced_tree(pool, 7);
  const covey::trace_result result = session.stop();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_GT(result.lost, 0U);
  EXPECT_EQ(file.lost(), result.lost);
  std::remove(path.c_str());
}

TEST_P(trace_by_hand, can_be_begun_again_with_another_size) {
  for (const int events : {1 << 10, 1 << 12, 1 << 12}) {
    const std::string path = trace_path();
    trace_session session(path, {.ring_events = events});
    traced_tree(pool, 3);
    session.stop();
    trace_reader file(path);
    file.expect_well_formed();
    EXPECT_EQ(file.tasks().size(), 39U);
    std::remove(path.c_str());
  }
}

TEST_P(trace_by_hand, goes_on_while_workers_run_and_stops_among_them) {
  for (int i = 0; i < 10; ++i) {
    const std::string path = trace_path();
    covey_test::gate begun;
    std::atomic<bool> end{false};
    std::thread work([&] {
      begun.open();
      while (!end.load()) {
        traced_tree(pool, 4);
      }
    });
    begun.wait();
    {
      trace_session session(path, {.ring_events = 256, .flush = std::chrono::milliseconds(1)});
      traced_tree(pool, 4);
      session.stop();
    }
    end.store(true);
    work.join();
    trace_reader file(path);
    file.expect_well_formed();
    std::remove(path.c_str());
  }
}

TEST_P(trace_by_hand, takes_events_of_threads_without_a_record) {
  const std::string path = trace_path();
  trace_session session(path, {});
  covey::runtime::trace_name(nullptr, 9, covey::label("box"));
  trace(nullptr, {ticks(), 9, 0, 0, trace_kind::nursery_open});
  std::thread other([] { trace(nullptr, {ticks(), 9, 0, 0, trace_kind::stop_request}); });
  other.join();
  trace(nullptr, {ticks(), 9, 0, 0, trace_kind::nursery_end});
  session.stop();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.of("b", "nursery").size(), 1U);
  EXPECT_EQ(file.of("i", "stop").size(), 1U);
  EXPECT_EQ(file.named("box").size(), 2U);
  std::remove(path.c_str());
}

TEST(trace_names, are_escaped_and_come_back_as_they_were) {
  const bounded bound;
  const std::string path = trace_path();
  const std::string odd = "a \"b\" \\ \n\t\x01 'c' \xC3\xA4";
  const std::string broken = "x\xFFy";
  trace_session session(path, {});
  covey::pool pool{1};
  covey::nursery kids{{.pool = &pool}};
  for (const std::string& name : {odd, broken}) {
    const std::uint64_t id = next_id.fetch_add(1);
    covey::runtime::trace_name(covey::runtime::this_record(), id, covey::label(name));
    tell(trace_kind::start, id);
    tell(trace_kind::finish, id);
  }
  kids.join();
  session.stop();
  trace_reader file(path);
  file.expect_well_formed();
  EXPECT_EQ(file.named(odd).size(), 1U);
  EXPECT_EQ(file.named("x\\xffy").size(), 1U);
  std::remove(path.c_str());
}

#if !COVEY_TSAN  // its runtime does not survive the fork of a process with other threads
TEST(trace_killed, leaves_a_file_that_is_json_up_to_its_last_write) {
  const bounded bound;
  const std::string path = trace_path();
  int pipe[2] = {};
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    trace_session session(path, {.flush = std::chrono::milliseconds(1)});
    covey::pool pool{2};
    for (bool told = false;; traced_tree(pool, 3)) {
      if (!told && std::filesystem::file_size(path) > 100'000) {
        told = ::write(pipe[1], "x", 1) == 1;
      }
    }
  }
  ::close(pipe[1]);
  char told = 0;
  EXPECT_EQ(::read(pipe[0], &told, 1), 1);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(pipe[0]);
  trace_reader file(path, true);
  file.expect_well_formed();
  EXPECT_GT(file.tasks().size(), 0U);
  std::remove(path.c_str());
}
#endif

}  // namespace
