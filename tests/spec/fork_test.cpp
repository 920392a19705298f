// SPDX-License-Identifier: Apache-2.0
// A fork in every place where covey calls user code: no lock of covey is held there, and none is waited for in the child.
#include "bounded.hpp"
#include "gate.hpp"
#include "leaves.hpp"

#include <covey/covey.hpp>
#include <covey/virtual_clock.hpp>
#include <covey/watchdog.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#if !COVEY_TSAN  // its runtime does not survive the fork of a process with other threads

namespace {

using covey_test::bounded;
using covey_test::gate;
using covey_test::throws_pool_error;
using namespace std::chrono_literals;

// What was open before the fork, in a pool whose other threads are busy; and what a forked child does with it.
class busy_pool {
 public:
  explicit busy_pool(int size)
      : pool(size),
        kids(std::make_unique<covey::nursery_box>(
            covey::nursery_options{.name = "left behind", .pool = &pool})) {
    const std::string large(4096, 'x');
    stuck = kids->spawn([this] {
      leave.wait_in_child();
      return 1;
    });
    // Too large for a worker's own memory.
    large_one = kids->spawn([this, copy = std::array<char, 2048>{}] {
      leave.wait_in_child();
      return static_cast<int>(copy[0]);
    });
    // Takes the locks of the pool, over and over, until the end.
    for (std::thread& each : noise) {
      each = std::thread([this] {
        while (!over.load(std::memory_order_relaxed)) {
          auto one = kids->spawn([] { return 1; });
          one.request_stop();
          static_cast<void>(kids->get_stop_token().stop_requested());
        }
      });
    }
  }
  busy_pool(const busy_pool&) = delete;
  busy_pool& operator=(const busy_pool&) = delete;
  ~busy_pool() {
    over = true;
    for (std::thread& each : noise) {
      each.join();
    }
    leave.open();
    kids.reset();
  }

  // Forks, tries everything in the child, which ends there, and keeps what it said for the test.
  void fork_here() {
    if (forked.exchange(true)) {
      return;
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::alarm(10 * bounded::patience());
      ::_exit(try_everything());
    }
    int state = 0;
    ::waitpid(pid, &state, 0);
    status = WIFEXITED(state) ? WEXITSTATUS(state) : 100 + WTERMSIG(state);
    done.open();
  }

  // @returns zero, or the number of what went wrong.
  int try_everything() {
    if (!throws_pool_error([&] { kids->run([] {}); })) {
      return 1;
    }
    if (!throws_pool_error([&] { static_cast<void>(kids->try_spawn([] {})); })) {
      return 2;
    }
    if (!throws_pool_error([&] { kids->join(); })) {
      return 3;
    }
    if (!throws_pool_error([&] { kids->wait_idle(); })) {
      return 4;
    }
    if (!throws_pool_error([&] { stuck.wait(); }) ||
        !throws_pool_error([&] { large_one.wait(); })) {
      return 5;
    }
    if (!throws_pool_error([&] { static_cast<void>(stuck.ready()); }) ||
        !throws_pool_error([&] { static_cast<void>(large_one.wait_for(1h)); })) {
      return 6;
    }
    stuck.request_stop();
    large_one.request_stop();
    if (!throws_pool_error([&] { stuck.get(); }) || !throws_pool_error([&] { large_one.get(); })) {
      return 7;
    }
    if (!throws_pool_error([&] {
          covey::nursery fresh{{.parent = covey::root, .pool = &pool}};
          fresh.run([] {});
        })) {
      return 8;
    }
    if (!a_new_pool_works()) {
      return 9;
    }
    static_cast<void>(covey::this_task::stop_requested());
    static_cast<void>(covey::this_task::name());
    static_cast<void>(kids->outcome());
    static_cast<void>(kids->pending());
    {
      const covey::stop_token token = kids->get_stop_token();
      const covey::stop_callback heard(token, [] {});
      static_cast<void>(std::stop_token(token).stop_requested());
    }
    kids->stop("in the forked child");
    kids.reset();
    pool.shutdown();
    return 0;
  }

  [[nodiscard]] static bool a_new_pool_works() {
    covey::pool fresh{2};
    covey::nursery kids{{.parent = covey::root, .pool = &fresh}};
    std::vector<covey::future<int>> all;
    for (int i = 0; i < 20; ++i) {
      all.push_back(kids.spawn([i] { return i; }));
    }
    int sum = 0;
    for (auto& each : all) {
      sum += each.get();
    }
    kids.join();
    return sum == 190 && fresh.describe().from_onetbb == 0;
  }

  // Waits for the fork, and says what came of it.
  int outcome() {
    done.wait();
    return status;
  }

  covey::pool pool;
  std::unique_ptr<covey::nursery_box> kids;
  covey::future<int> stuck;
  covey::future<int> large_one;
  gate leave;
  gate done;
  std::atomic<bool> over{false};
  std::atomic<bool> forked{false};
  int status = -1;
  std::thread noise[2];
};

class fork_in : public testing::TestWithParam<int> {
 protected:
  bounded bound_;
  busy_pool busy_{GetParam()};

  [[nodiscard]] covey::nursery_options here(covey::nursery_options options = {}) {
    options.parent = covey::root;
    options.pool = &busy_.pool;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(pools, fork_in, testing::Values(1, 2, 8), [](const auto& each) {
  return "pool_of_" + std::to_string(each.param);
});

TEST_P(fork_in, a_child) {
  {
    covey::nursery kids{here()};
    kids.run("forks", [this] { busy_.fork_here(); });
  }
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, a_child_that_get_runs_in_place) {
  covey::nursery kids{here()};
  auto value = kids.spawn([this] {
    busy_.fork_here();
    return 1;
  });
  EXPECT_EQ(value.get(), 1);
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_stop_callback_of_an_explicit_stop) {
  covey::nursery kids{here()};
  const covey::stop_callback first(kids.get_stop_token(), [this] { busy_.fork_here(); });
  const covey::stop_callback second(kids.get_stop_token(), [] {});
  kids.stop("enough");
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_stop_callback_of_a_failure) {
  covey::nursery kids{here()};
  const covey::stop_callback heard(kids.get_stop_token(), [this] { busy_.fork_here(); });
  kids.run([] { throw std::runtime_error("stops the others"); });
  EXPECT_THROW(kids.join(), covey::composite_exception);
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_stop_callback_of_a_deadline) {
  covey::nursery kids{here({.timeout = 1ms, .on_timeout = covey::on_timeout::return_partial})};
  const covey::stop_callback heard(kids.get_stop_token(), [this] { busy_.fork_here(); });
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_stop_callback_of_a_deadline_of_a_virtual_clock) {
  covey::virtual_clock clock;
  covey::nursery kids{here({.timeout = 1h, .on_timeout = covey::on_timeout::return_partial})};
  const covey::stop_callback heard(kids.get_stop_token(), [this, &clock] {
    busy_.fork_here();
    static_cast<void>(clock.now());
  });
  clock.advance(2h);
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, a_callback_of_a_std_stop_token) {
  covey::nursery kids{here()};
  const std::stop_token token = kids.get_stop_token();
  const std::stop_callback heard(token, [this] { busy_.fork_here(); });
  kids.stop("enough");
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_stop_callback_of_a_single_child) {
  covey::nursery kids{here()};
  gate registered;
  auto one = kids.spawn([&](const covey::stop_token& token) {
    const covey::stop_callback heard(token, [this] { busy_.fork_here(); });
    registered.open();
    busy_.done.wait_in_child();
  });
  covey::blocking([&] { registered.wait(); });
  one.request_stop();
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_stop_callback_of_a_shutdown) {
  covey::pool other(GetParam());
  covey::nursery kids{{.parent = covey::root, .pool = &other}};
  const covey::stop_callback heard(kids.get_stop_token(), [this] { busy_.fork_here(); });
  other.shutdown();
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_handler_of_unhandled_failures) {
  const covey::failure_handler before = covey::set_unhandled_failure_handler(
      [this](const covey::composite_exception&) { busy_.fork_here(); });
  {
    covey::nursery_box box{here()};
    box.run([] { throw std::runtime_error("nobody receives it"); });
  }
  covey::set_unhandled_failure_handler(before);
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_report_of_a_watchdog) {
  covey::set_tracking(covey::tracking_level::full);
  {
    covey::nursery kids{here()};
    gate runs;
    kids.run("deaf", [&] {
      runs.open();
      busy_.done.wait();
    });
    covey::blocking([&] { runs.wait(); });
    kids.stop("now");
    covey::watchdog dog(
        {.patience = 1ms, .interval = 1ms, .report = [this](const auto&) { busy_.fork_here(); }});
    EXPECT_EQ(busy_.outcome(), 0);
  }
  covey::set_tracking(covey::tracking_level::off);
}

TEST_P(fork_in, an_item_and_the_progress_function_of_a_batch) {
  covey::batch_options options{.pool = &busy_.pool};
  options.parent = covey::root;
  options.progress = [this](const covey::batch_progress& now) {
    if (now.done == 0) {
      busy_.fork_here();
    }
  };
  covey::for_each(
      std::vector<int>(100), [this](int) { busy_.fork_here(); }, options);
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_last_call_of_a_progress_function) {
  covey::batch_options options{.pool = &busy_.pool};
  options.parent = covey::root;
  options.progress = [this](const covey::batch_progress& now) {
    if (now.done == 100) {
      busy_.fork_here();
    }
  };
  covey::for_each(
      std::vector<int>(100), [](int) {}, options);
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_iterator_of_an_input_range_and_the_sink_of_a_stream) {
  for (const bool pulled : {true, false}) {
    busy_pool fresh(GetParam());
    covey::batch_options options{.pool = &fresh.pool};
    options.parent = covey::root;
    struct source {
      busy_pool* at;
      bool forks;
      int next = 0;
      struct iterator {
        using value_type = int;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;
        source* of;
        int operator*() const { return of->next; }
        iterator& operator++() {
          if (++of->next == 20 && of->forks) {
            of->at->fork_here();
          }
          return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return of->next >= 40; }
      };
      iterator begin() { return {this}; }
      std::default_sentinel_t end() const { return {}; }
    } items{&fresh, pulled};
    covey::stream(
        items,
        [](int i) { return i; },
        [&](int i) {
          if (!pulled && i == 20) {
            fresh.fork_here();
          }
        },
        options);
    EXPECT_EQ(fresh.outcome(), 0);
  }
}

TEST_P(fork_in, the_weight_of_an_item) {
  covey::batch_options options{.pool = &busy_.pool, .budget = 10};
  options.parent = covey::root;
  covey::for_each(std::vector<int>(20),
                  covey::weighted([](int) {},
                                  [this](int) {
                                    busy_.fork_here();
                                    return 1;
                                  }),
                  options);
  EXPECT_EQ(busy_.outcome(), 0);
}

// Forks when it is moved or destroyed, as asked.
struct forking_value {
  busy_pool* at = nullptr;
  bool when_moved = false;
  forking_value(busy_pool& where, bool moved) : at(&where), when_moved(moved) {}
  forking_value(forking_value&& other) noexcept
      : at(std::exchange(other.at, nullptr)),
        when_moved(other.when_moved) {
    if (at != nullptr && when_moved) {
      at->fork_here();
    }
  }
  forking_value& operator=(forking_value&&) = delete;
  ~forking_value() {
    if (at != nullptr && !when_moved) {
      at->fork_here();
    }
  }
};

TEST_P(fork_in, the_move_of_a_callable) {
  covey::nursery kids{here()};
  kids.run([value = forking_value(busy_, true)] {});
  kids.join();
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_destructor_of_a_callable_that_never_starts) {
  {
    covey::nursery_box box{here()};
    box.stop("before");
    box.run([value = forking_value(busy_, false)] {});
  }
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_destructor_of_a_callable_that_a_closed_pool_refuses) {
  std::optional<covey::nursery> kids;
  covey::pool other(GetParam());
  covey::nursery closed{{.parent = covey::root, .pool = &other}};
  other.shutdown();
  for (int i = 0; i < 2; ++i) {
    try {
      closed.run([value = forking_value(busy_, false)] {});
    } catch (const covey::pool_error&) {
    }
  }
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_destructor_of_a_result) {
  {
    covey::nursery kids{here()};
    auto value = kids.spawn([this] { return std::make_unique<forking_value>(busy_, false); });
    covey::blocking([&] { value.wait(); });
  }
  EXPECT_EQ(busy_.outcome(), 0);
}

TEST_P(fork_in, the_destructor_of_an_exception) {
  struct forking_failure : std::runtime_error {
    explicit forking_failure(busy_pool& where)
        : std::runtime_error("forks at its end"),
          value(std::make_shared<forking_value>(where, false)) {}
    std::shared_ptr<forking_value> value;
  };
  {
    // More failures than are kept: those beyond are dropped by the children.
    covey::nursery kids{here({.policy = covey::policy::supervise, .max_failures = 1})};
    for (int i = 0; i < 3; ++i) {
      kids.run([this] { throw forking_failure(busy_); });
    }
    EXPECT_THROW(kids.join(), covey::composite_exception);
  }
  EXPECT_EQ(busy_.outcome(), 0);
}

// --- The forked process comes back from the user code --------------------------------------------------------------

// @returns the status of a process forked now, in which `work` may go on after a second fork inside it.
template <class Work>
int in_a_process(Work&& work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(10 * bounded::patience());
    ::_exit(work());
  }
  int state = 0;
  ::waitpid(pid, &state, 0);
  return WIFEXITED(state) ? WEXITSTATUS(state) : 100 + WTERMSIG(state);
}

// Forks; in the forked child it returns, so that covey goes on there.
pid_t fork_and_go_on() {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::alarm(10 * bounded::patience());
  }
  return pid;
}

int status_of(pid_t pid) {
  int state = 0;
  ::waitpid(pid, &state, 0);
  return WIFEXITED(state) ? WEXITSTATUS(state) : 100 + WTERMSIG(state);
}

TEST(fork_returns, into_a_join_that_ran_the_child_and_throws_pool_error) {
  const bounded bound;
  covey::pool pool{1};
  std::atomic<pid_t> forked{-1};
  std::atomic<int> later{0};
  bool refused = false;
  covey::nursery kids{{.parent = covey::root, .pool = &pool}};
  kids.run([&] { ++later; });
  kids.run([&] { forked = fork_and_go_on(); });
  try {
    kids.join();
  } catch (const covey::pool_error&) {
    refused = true;
  }
  if (forked == 0) {
    ::_exit(refused && later == 0 ? 0 : 1);
  }
  EXPECT_FALSE(refused);
  EXPECT_EQ(later, 1);
  EXPECT_EQ(status_of(forked), 0);
}

TEST(fork_returns, into_a_destructor_that_returns) {
  const bounded bound;
  covey::pool pool{1};
  std::atomic<pid_t> forked{-1};
  {
    covey::nursery kids{{.parent = covey::root, .pool = &pool}};
    kids.run([] {});
    kids.run([&] { forked = fork_and_go_on(); });
  }
  if (forked == 0) {
    ::_exit(0);
  }
  EXPECT_EQ(status_of(forked), 0);
}

TEST(fork_returns, into_stop_which_returns_and_calls_no_further_callback) {
  const bounded bound;
  covey::pool pool{2};
  std::atomic<pid_t> forked{-1};
  std::atomic<int> later{0};
  covey::nursery kids{{.parent = covey::root, .pool = &pool}};
  const covey::stop_callback first(kids.get_stop_token(), [&] { forked = fork_and_go_on(); });
  const covey::stop_callback second(kids.get_stop_token(), [&] { ++later; });
  kids.stop("enough");
  if (forked == 0) {
    ::_exit(later == 0 ? 0 : 1);
  }
  EXPECT_EQ(later, 1);
  EXPECT_EQ(status_of(forked), 0);
}

TEST(fork_returns, into_a_batch_that_starts_no_further_item_and_throws_pool_error) {
  const bounded bound;
  covey::pool pool{1};
  std::atomic<pid_t> forked{-1};
  std::atomic<int> items{0};
  bool refused = false;
  try {
    covey::for_each(std::vector<int>(100),
                    [&](int) {
                      if (++items == 10) {
                        forked = fork_and_go_on();
                      }
                    },
                    {.pool = &pool, .grain = 1});
  } catch (const covey::pool_error&) {
    refused = true;
  }
  if (forked == 0) {
    ::_exit(refused && items == 10 ? 0 : 1);
  }
  EXPECT_EQ(items, 100);
  EXPECT_EQ(status_of(forked), 0);
}

TEST(fork_returns, into_a_worker_which_ends_the_process_and_says_why) {
  const bounded bound;
  covey::pool pool{2};
  std::atomic<pid_t> forked{-1};
  int text[2];
  ASSERT_EQ(::pipe(text), 0);
  {
    covey::nursery_box box{{.pool = &pool}};
    box.run([&] {
      const pid_t pid = ::fork();
      if (pid == 0) {
        ::alarm(10 * bounded::patience());
        ::dup2(text[1], STDERR_FILENO);
        return;
      }
      forked = pid;
    });
  }
  ::close(text[1]);
  std::string said(1000, '\0');
  const ssize_t length = ::read(text[0], said.data(), said.size());
  ::close(text[0]);
  said.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  EXPECT_EQ(status_of(forked), EXIT_FAILURE);
  EXPECT_NE(said.find("a child forked, and returned"), std::string::npos) << said;
}

TEST(fork_returns, a_process_that_forked_before_it_used_covey_uses_it_as_any_other) {
  const bounded bound;
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const int status = in_a_process([] {
          covey::pool pool{2};
          covey::nursery kids{{.timeout = 1h, .pool = &pool}};
          return kids.spawn([] { return 1; }).get() == 1 ? 0 : 1;
        });
        std::exit(status);
      },
      testing::ExitedWithCode(0),
      "");
}

}  // namespace

#endif
