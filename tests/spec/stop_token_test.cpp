// SPDX-License-Identifier: Apache-2.0
// The promises of stop_token and stop_callback: std's interface, the cause of the stop, and life after the scope.
#include <covey/stop_token.hpp>

#include <atomic>
#include <concepts>
#include <functional>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using covey::stop_callback;
using covey::stop_kind;
using covey::stop_reason;
using covey::stop_token;

// Stands for a scope: holds the state, and ends it.
class scope {
 public:
  explicit scope(const scope* parent = nullptr)
      : state_(covey::detail::stop_state::make(parent != nullptr ? parent->state_ : nullptr)) {}
  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;
  ~scope() {
    state_->detach();
    state_->release();
  }
  [[nodiscard]] stop_token token() const { return covey::detail::stop_access::token_of(state_); }
  bool stop(std::string_view text = {}) const {  // NOLINT(modernize-use-nodiscard)
    stop_reason why;
    why.kind = stop_kind::explicit_stop;
    why.scope = covey::label("the scope");
    why.text = covey::label(text);
    return state_->request(why);
  }

 private:
  covey::detail::stop_state* state_;
};

static_assert(std::regular<stop_token>);
static_assert(std::is_nothrow_copy_constructible_v<stop_token>);
static_assert(std::is_nothrow_move_constructible_v<stop_token>);
static_assert(std::is_nothrow_swappable_v<stop_token>);
static_assert(std::convertible_to<stop_token, std::stop_token>);
static_assert(!std::convertible_to<covey::detail::stop_state*, stop_token>);
static_assert(sizeof(stop_token) == sizeof(void*));
static_assert(!std::is_move_constructible_v<stop_callback<void (*)()>>);
static_assert(!std::is_copy_assignable_v<stop_callback<void (*)()>>);
static_assert(std::same_as<stop_callback<void (*)()>::callback_type, void (*)()>);
static_assert(std::is_nothrow_constructible_v<stop_callback<void (*)()>, stop_token, void (*)()>);
static_assert(!std::is_constructible_v<stop_callback<void (*)()>, stop_token, std::string>);

TEST(stop_token, without_a_state_knows_of_no_stop) {
  const stop_token none;
  EXPECT_FALSE(none.stop_requested());
  EXPECT_FALSE(none.stop_possible());
  EXPECT_EQ(none.why().kind, stop_kind::none);
  EXPECT_EQ(none, stop_token{});
  EXPECT_FALSE(std::stop_token(none).stop_possible());
}

TEST(stop_token, sees_the_stop_of_its_scope_and_keeps_seeing_it) {
  const scope kids;
  const stop_token token = kids.token();
  EXPECT_TRUE(token.stop_possible());
  EXPECT_FALSE(token.stop_requested());
  EXPECT_EQ(token.why().kind, stop_kind::none);
  EXPECT_TRUE(kids.stop());
  EXPECT_TRUE(token.stop_requested());
  EXPECT_TRUE(token.stop_possible());
}

TEST(stop_token, says_the_first_cause) {
  const scope kids;
  EXPECT_TRUE(kids.stop("first"));
  EXPECT_FALSE(kids.stop("second"));
  const stop_reason why = kids.token().why();
  EXPECT_EQ(why.kind, stop_kind::explicit_stop);
  EXPECT_EQ(why.scope.view(), "the scope");
  EXPECT_EQ(why.text.view(), "first");
}

TEST(stop_token, hears_the_stop_of_an_enclosing_scope_as_one_of_its_parent) {
  const scope outer;
  const scope inner(&outer);
  outer.stop("enough");
  EXPECT_EQ(inner.token().why().kind, stop_kind::parent);
  EXPECT_EQ(inner.token().why().text.view(), "enough");
  const scope late(&outer);
  EXPECT_TRUE(late.token().stop_requested());
  EXPECT_EQ(late.token().why().kind, stop_kind::parent);
}

TEST(stop_token, outlives_its_scope) {
  stop_token quiet;
  stop_token stopped;
  {
    const scope first;
    const scope second;
    quiet = first.token();
    stopped = second.token();
    second.stop("kept");
  }
  EXPECT_FALSE(quiet.stop_requested());
  EXPECT_FALSE(quiet.stop_possible());
  EXPECT_TRUE(stopped.stop_requested());
  EXPECT_EQ(stopped.why().text.view(), "kept");
}

TEST(stop_token, copies_moves_and_swaps_as_std_does) {
  const scope one;
  const scope other;
  stop_token a = one.token();
  stop_token b = other.token();
  EXPECT_NE(a, b);
  swap(a, b);
  EXPECT_EQ(a, other.token());
  a.swap(b);
  EXPECT_EQ(a, one.token());
  stop_token moved = std::move(a);
  EXPECT_EQ(moved, one.token());
  EXPECT_EQ(a, stop_token{});  // NOLINT(bugprone-use-after-move): a promise
  a = moved;
  EXPECT_EQ(a, moved);
  a = std::move(b);
  EXPECT_EQ(a, other.token());
  stop_token& same = a;
  a = same;
  EXPECT_EQ(a, other.token());
}

TEST(stop_token, converts_to_a_std_token_that_is_stopped_with_it) {
  const scope kids;
  const std::stop_token before = kids.token();
  EXPECT_TRUE(before.stop_possible());
  EXPECT_FALSE(before.stop_requested());
  int calls = 0;
  const std::stop_callback counts(before, [&] { ++calls; });
  kids.stop();
  EXPECT_TRUE(before.stop_requested());
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(before, std::stop_token(kids.token()));
}

TEST(stop_token, converts_after_the_stop_to_a_stopped_std_token) {
  const scope kids;
  kids.stop();
  const std::stop_token after = kids.token();
  EXPECT_TRUE(after.stop_requested());
}

TEST(stop_token, tells_a_std_token_when_no_stop_can_come_any_more) {
  std::stop_token quiet;
  std::stop_token stopped;
  std::stop_token late;
  {
    const scope first;
    const scope second;
    quiet = first.token();
    stopped = second.token();
    second.stop();
    const stop_token kept = first.token();
    late = kept;
  }
  EXPECT_FALSE(quiet.stop_possible());
  EXPECT_FALSE(late.stop_possible());
  EXPECT_TRUE(stopped.stop_requested());
}

TEST(stop_token, serves_a_callable_that_knows_only_std) {
  const scope kids;
  const auto std_only = [](const std::stop_token& token) { return token.stop_possible(); };
  static_assert(std::invocable<decltype(std_only), stop_token>);
  EXPECT_TRUE(std_only(kids.token()));
}

TEST(stop_callback, runs_once_on_the_thread_that_requests_the_stop) {
  const scope kids;
  std::vector<std::thread::id> callers;
  const stop_callback notes(kids.token(), [&] { callers.push_back(std::this_thread::get_id()); });
  std::thread::id requester;
  std::thread([&] {
    requester = std::this_thread::get_id();
    kids.stop();
    kids.stop();
  }).join();
  EXPECT_EQ(callers, std::vector{requester});
}

TEST(stop_callback, runs_in_its_constructor_when_the_stop_came_before) {
  const scope kids;
  kids.stop();
  bool called = false;
  const stop_callback late(kids.token(), [&] { called = true; });
  EXPECT_TRUE(called);
}

TEST(stop_callback, is_not_called_once_deregistered) {
  const scope kids;
  bool called = false;
  {
    const stop_callback gone(kids.token(), [&] { called = true; });
  }
  kids.stop();
  EXPECT_FALSE(called);
}

TEST(stop_callback, is_never_called_without_a_state_or_after_the_scope) {
  bool called = false;
  const stop_callback none(stop_token{}, [&] { called = true; });
  std::optional<stop_token> token;
  {
    const scope kids;
    token = kids.token();
  }
  const stop_callback late(*token, [&] { called = true; });
  EXPECT_FALSE(called);
}

TEST(stop_callback, may_be_deregistered_from_inside_itself) {
  const scope kids;
  bool called = false;
  std::optional<stop_callback<std::function<void()>>> self;
  self.emplace(kids.token(), std::function<void()>([&] {
                 bool& out = called;
                 self.reset();  // the captures are gone from here on
                 out = true;
               }));
  kids.stop();
  EXPECT_TRUE(called);
  EXPECT_FALSE(self.has_value());
}

TEST(stop_callback, may_stop_register_and_deregister_others) {
  const scope kids;
  const scope other;
  int calls = 0;
  const auto count = [&] { ++calls; };
  using counting = stop_callback<std::function<void()>>;
  std::optional<counting> victim;
  std::optional<counting> added;
  const stop_callback reaction(kids.token(), [&] {
    victim.reset();
    added.emplace(kids.token(), count);  // called at once
    other.stop();
    kids.stop();
  });
  victim.emplace(kids.token(), count);
  const stop_callback elsewhere(other.token(), count);
  kids.stop();
  EXPECT_EQ(calls, 2);
}

TEST(stop_callback, keeps_the_callable_as_std_does) {
  const scope kids;
  struct once {
    int* calls;
    void operator()() const&& { ++*calls; }
  };
  int calls = 0;
  const stop_callback<once> by_value(kids.token(), once{&calls});
  auto by_reference_to = [&] { ++calls; };
  const stop_callback<decltype(by_reference_to)&> by_reference(kids.token(), by_reference_to);
  const stop_callback moved(kids.token(),
                            [&calls, add = std::make_unique<int>(1)] { calls += *add; });
  kids.stop();
  EXPECT_EQ(calls, 3);
}

TEST(stop_callback, whose_callable_cannot_be_made_is_not_registered) {
  const scope kids;
  struct fussy {
    explicit fussy(int /*unused*/) { throw std::string("no"); }
    void operator()() const { ADD_FAILURE() << "called, though never made"; }
  };
  const auto register_it = [&] { const stop_callback<fussy> never(kids.token(), 1); };
  EXPECT_THROW(register_it(), std::string);
  kids.stop();
}

TEST(stop_callback, destructor_waits_for_a_call_on_another_thread) {
  const scope kids;
  std::latch inside(1);
  int written = 0;  // not atomic: the destructor must order it
  std::optional<stop_callback<std::function<void()>>> callback;
  std::atomic<bool> go{false};
  callback.emplace(kids.token(), std::function<void()>([&] {
                     inside.count_down();
                     go.wait(false);
                     written = 1;
                   }));
  std::thread requester([&] { kids.stop(); });
  inside.wait();
  std::thread opener([&] {
    go = true;
    go.notify_one();
  });
  callback.reset();
  EXPECT_EQ(written, 1);
  opener.join();
  requester.join();
}

TEST(stop_callback, is_called_or_deregistered_when_both_are_tried_at_once) {
  for (int round = 0; round < 2000; ++round) {
    const scope kids;
    std::latch start(2);
    std::atomic<int> calls{0};
    std::thread requester([&] {
      start.arrive_and_wait();
      kids.stop();
    });
    std::thread user([&] {
      start.arrive_and_wait();
      for (int i = 0; i < 5; ++i) {
        auto live = std::make_unique<int>(0);
        const stop_callback uses(kids.token(), [&, raw = live.get()] {
          ++*raw;  // a write to freed memory if the destructor did not wait
          ++calls;
        });
      }
    });
    requester.join();
    user.join();
    EXPECT_LE(calls, 5);
    EXPECT_TRUE(kids.token().stop_requested());
  }
}

TEST(stop_callback_death_test, that_throws_ends_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        const scope kids;
        const stop_callback bad(kids.token(), [] { throw 42; });
        kids.stop();
      },
      "terminate|libc\\+\\+abi|uncaught");
}

}  // namespace
