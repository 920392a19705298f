// SPDX-License-Identifier: Apache-2.0
// Pools as users see them; the default pool; threads that attach and exit.
#include "copies.hpp"
#include "crew.hpp"
#include "deque.hpp"
#include "execute.hpp"
#include "exiting.hpp"
#include "fork.hpp"
#include "lot.hpp"
#include "pinning.hpp"
#include "pools.hpp"
#include "stop.hpp"
#include "thread_switch.hpp"
#include "waiting.hpp"

#include <covey/detail/scope.hpp>
#include <covey/error.hpp>
#include <covey/pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <pthread.h>
#include <stdexcept>
#include <string>

namespace covey {

namespace runtime {
namespace {

void shut_default_pool_down() noexcept {
  pool::default_pool().shutdown();
}

}  // namespace
}  // namespace runtime

namespace {

void check_range(const char* what, const amount& given, std::int64_t low, std::int64_t high) {
  if (given.given() && (given.value() < low || given.value() > high)) {
    throw std::invalid_argument(std::string("covey: pool_options::") + what + " must be in " +
                                std::to_string(low) + " … " + std::to_string(high) + ", not " +
                                std::to_string(given.value()));
  }
}

runtime::crew& make_crew(const pool_options& options) {
  check_range("threads", options.threads, 1, 1024);
  check_range("max_substitutes", options.max_substitutes, 0, 4096);
  check_range("deque_capacity", options.deque_capacity, 256, std::int64_t{1} << 28);
  runtime::stay_loaded();
  runtime::note_exits();
  runtime::tell_of_copies();
  return runtime::crew::make(options, runtime::measure_machine());
}

}  // namespace

pool::pool(const pool_options& options) : crew_(&make_crew(options)) {
}

pool::~pool() {
  crew_->shutdown();
  crew_->await_reuse();
}

pool& pool::default_pool() {
  // Never destroyed: late finishers and other static destructors may still touch it. Shut down at exit. Not a static
  // object, for a forked child would wait for ever for a thread that was making it in the parent process.
  //   written  once, under `making`.  read  by everybody; release / acquire: the pool is there.
  static constinit std::atomic<pool*> the_pool{nullptr};
  static constinit runtime::fork_mutex making;
  if (pool* const there = the_pool.load(std::memory_order_acquire)) {
    return *there;
  }
  const std::scoped_lock guard(making);
  if (pool* const there = the_pool.load(std::memory_order_acquire)) {
    return *there;
  }
  auto* const made = new pool();
  std::atexit(&runtime::shut_default_pool_down);
  the_pool.store(made, std::memory_order_release);
  return *made;
}

std::size_t pool::size() const noexcept {
  return crew_->size();
}

pool_description pool::describe() const {
  return crew_->describe();
}

void pool::shutdown() {
  crew_->shutdown();
}

std::string to_string(const pool_description& what) {
  std::string text = "pool";
  if (!what.name.empty()) {
    text += " " + quoted(what.name.view());
  }
  text += " of " + std::to_string(what.size) + (what.size == 1 ? " thread" : " threads") + " (" +
          std::to_string(what.from_onetbb) + " from oneTBB, " + std::to_string(what.own) +
          " own, the opening thread): " + what.why;
  return text;
}

namespace runtime {

crew& default_crew() {
  return pool::default_pool().crew();
}

void leave_pool(record& me) noexcept {
  if (me.has_place.exchange(false, std::memory_order_acq_rel)) {
    me.of->give_up_right(me);
  }
  me.of->leave(me);
}

pool_description crew::describe() const {
  pool_description what;
  what.name = name_;
  what.size = size_;
  what.hardware_threads = machine_.hardware;
  what.affinity = machine_.affinity;
  what.quota = machine_.quota;
  what.from_onetbb = size_ > 1 ? lender_.granted() : 0;
  what.own = size_ > what.from_onetbb + 1 ? size_ - 1 - what.from_onetbb : 0;
  what.substitutes = own_running_.load(std::memory_order_relaxed);
  what.max_substitutes = max_substitutes_;
  what.why = explicit_size_ ? "the size was given" : machine_.why;
  return what;
}

detail::stop_state* crew::root_state() {
  if (detail::stop_state* const there = root_state_.load(std::memory_order_acquire)) {
    return there;
  }
  detail::stop_state* const made = detail::stop_state::make(nullptr);
  detail::stop_state* expected = nullptr;
  if (!root_state_.compare_exchange_strong(expected, made, std::memory_order_seq_cst)) {
    made->release();
    return expected;
  }
  if (closed()) {
    made->request(shutdown_reason(*this));
  }
  return made;
}

// What is queued will not start; what runs is told, and stops at its next checkpoint.
void crew::stop_everything() noexcept {
  announce_stop();
  if (detail::stop_state* const state = root_state_.load(std::memory_order_seq_cst)) {
    state->request(shutdown_reason(*this));
  }
  while (frame* const f = common.pop()) {
    drop_queued(f);
  }
}

// Idle loops end; what runs is asked to stop, and waited for at most 2 s.
void crew::shutdown() noexcept {
  using namespace std::chrono_literals;
  if (from_before_fork() || closed_.exchange(true, std::memory_order_seq_cst)) {
    return;
  }
  stop_everything();
  if (from_before_fork()) {
    return;  // a stop callback forked, and came back in the forked process
  }
  while (wake_sleeper() != nullptr) {
    places_.fetch_sub(1, std::memory_order_seq_cst);
    searching_.fetch_add(1, std::memory_order_seq_cst);
  }
  timekeeper::disarm(tick_timer_);
  while (lender_.take_back()) {
    if (take_awaited_loop()) {
      searching_.fetch_sub(1, std::memory_order_seq_cst);
      give_place();
    }
    borrowed_.fetch_sub(1, std::memory_order_seq_cst);
  }
  const record* const me = this_record();
  const bool inside = me != nullptr && me->of == this &&
                      me->kind.load(std::memory_order_relaxed) == worker_kind::thief;
  const std::size_t caller = inside ? 1 : 0;
  const auto gone = [this, caller] {
    return borrowed_.load(std::memory_order_seq_cst) +
               own_running_.load(std::memory_order_seq_cst) <=
           caller;
  };
  const auto wait = [this, &gone] {
    const places_lent lent;
    const clock::time_point end = is_exiting() ? end_of_patience() : clock::now() + 2s;
    return lot::wait_real(this, end, gone);
  };
  if ((gone() || wait()) && !inside) {
    own_.join_all();
    reuse_records();
  }
}

namespace {

// Gives the record of the default pool back when its thread exits.
struct thread_exit {
  record* mine = nullptr;
  ~thread_exit() {
    if (mine == nullptr || mine->of->from_before_fork()) {
      return;
    }
    become(detail::no_worker);
    if (mine->current.load(std::memory_order_relaxed) == detail::outside()) {
      leave_pool(*mine);
    } else {
      mine->abandoned.store(
          true, std::memory_order_release);  // whoever ends the open nursery goes on for us
    }
  }
};
thread_local thread_exit at_thread_exit;

}  // namespace

}  // namespace runtime

namespace detail {

namespace {

// A place for the calling thread, in the pool that it was in last, else in the default one.
runtime::record& attach_thread() {
  if (runtime::record* const me = runtime::this_record()) {
    if (me->of->from_before_fork()) {
      runtime::throw_forked();
    }
    me->of->occupy_place();
    me->has_place.store(true, std::memory_order_relaxed);
    return *me;
  }
  runtime::crew& of = runtime::default_crew();
  if (of.from_before_fork()) {
    runtime::throw_forked();
  }
  if (of.closed()) {
    runtime::throw_shut_down();
  }
  runtime::record& me = of.enter(runtime::worker_kind::foreign);
  runtime::at_thread_exit.mine = &me;
  of.occupy_place();
  me.has_place.store(true, std::memory_order_relaxed);
  runtime::take_over(me);
  return me;
}

}  // namespace

worker& enter_covey(site where) {
  runtime::record* me = runtime::this_record();
  if (me == nullptr ||
      (detail::this_context() == outside() && !me->has_place.load(std::memory_order_relaxed))) {
    me = &attach_thread();
  }
  const char* const limit = runtime::own_stack_limit();
  me->nest_limit.store(limit, std::memory_order_relaxed);
  if (stack_pointer() < limit && near_stack_end(stack_pointer())) {
    stack_exhausted(where);
  }
  return *me;
}

void stack_exhausted(site where) {
  throw structure_error("covey: the stack of this thread is nearly used up; the nursery at " +
                        to_string(where) + " is nested too deeply");
}

}  // namespace detail

}  // namespace covey
