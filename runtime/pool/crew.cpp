// SPDX-License-Identifier: Apache-2.0
// Permits, waking, and the life of a pool.
#include "pool/crew.hpp"

#include "observe/tracked_workers.hpp"
#include "pool/rights.hpp"
#include "worker/lot.hpp"
#include "worker/thread_switch.hpp"

#include <covey/detail/fast/barrier.hpp>
#include <covey/error.hpp>

#include <chrono>
#include <string>
#include <system_error>
#include <utility>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

// A child that is queued at two ticks is started, even if no covey thread ever waits.
constexpr auto tick_length = 5ms;

[[nodiscard]] std::size_t size_of(const pool_options& options, const machine_capacity& machine) {
  return options.threads.given() ? static_cast<std::size_t>(options.threads.value())
                                 : machine.threads;
}

// oneTBB ends the process when a thread of its own is refused later on, so ask the system first, once.
void require_threads(std::size_t count) {
  if (const std::error_code refused = own_threads::probe(count); refused) {
    throw pool_error(
        "covey: the system refuses " + std::to_string(count) + " threads: " + refused.message(),
        refused);
  }
}

}  // namespace

crew::crew(const pool_options& options, const machine_capacity& machine, const crew_duties& duties)
    : pool_front(size_of(options, machine)),
      size_(size_of(options, machine)),
      explicit_size_(options.threads.given()),
      max_substitutes_(static_cast<std::size_t>(options.max_substitutes.value())),
      deque_capacity_(static_cast<std::size_t>(options.deque_capacity.value())),
      machine_(machine),
      name_(options.name),
      threads(*this, duties.loop, name_, size_, max_substitutes_) {
  require_threads(size_ - 1);
  tick_timer_.fire = [](timer* t) noexcept {
    const tick_timer& mine = *static_cast<tick_timer*>(t);
    mine.tick(*mine.of);
  };
  tick_timer_.base = time_base::steady;
  tick_timer_.of = this;
  tick_timer_.tick = duties.tick;
}

void crew::inject(frame* f) {
  const guest here(*this);  // the child may end, and its pool with it, before this function returns
  f->holder.store(id(), std::memory_order_relaxed);
  common.push(f);
  wake_one();
  arm_tick();
}

void crew::leave(record& me) noexcept {
  forget(me);
  resume(me);
  track_no_owner(me);
  workers.leave(me);
}

bool crew::try_take_permit() noexcept {
  do {
    if (take_free_permit()) {
      return true;
    }
  } while (reclaim_permit(*this));
  return false;
}

bool crew::wake_one(bool own) noexcept {
  if (from_before_fork()) {
    return true;  // a loop in this process would work on data that lost threads were changing
  }
  if (closed() || somebody_searches() || !try_take_permit()) {
    return true;
  }
  begin_search();
  if (sleepers.wake_last() || threads.start(own ? loop_kind::own : loop_kind::borrowed)) {
    return true;
  }
  end_search();
  give_permit();
  if (sleeping_helpers_.load(std::memory_order_seq_cst) != 0) {
    shortages_.fetch_add(1, std::memory_order_seq_cst);
    lot::wake_everybody();
  }
  return false;
}

bool crew::offer_permit() noexcept {
  if (!has_idle_permit()) {
    return true;
  }
  if (!work_visible()) {
    // An owner that pushes after this barrier sees the request; a push before it is found by the second search.
    workers.ask();
    detail::heavy_barrier();
    if (!work_visible()) {
      return true;
    }
  }
  return wake_one(true);
}

bool crew::start_beyond() noexcept {
  if (beyond_running_.exchange(true, std::memory_order_acq_rel)) {
    return true;
  }
  begin_search();
  if (threads.start(loop_kind::beyond)) {
    return true;
  }
  end_search();
  give_beyond_up();
  return false;
}

void crew::run_one_here() noexcept {
  if (beyond_running_.exchange(true, std::memory_order_acq_rel)) {
    return;
  }
  begin_search();
  threads.run_here();
}

void crew::arm_tick() noexcept {
  if (tick_armed_.load(std::memory_order_seq_cst) ||
      tick_armed_.exchange(true, std::memory_order_acq_rel)) {
    return;
  }
  try {
    timekeeper::arm(tick_timer_, clock::now() + tick_length);
  } catch (...) {
    // The system refuses the timer's thread. Tried again at the next slow spawn, and when that thread has run its child.
    tick_armed_.store(false, std::memory_order_release);
    static_cast<void>(start_beyond());
  }
}

void crew::arm_next_tick() noexcept {
  try {
    timekeeper::arm(tick_timer_, clock::now() + tick_length);
  } catch (...) {
    end_ticks();
  }
}

void crew::end_ticks() noexcept {
  tick_armed_.store(false, std::memory_order_seq_cst);
}

// Called also by the loop beyond the size when it has run its child: the system may have refused the timer thread.
void crew::see_to_tick() noexcept {
  if (tick_armed_.load(std::memory_order_seq_cst)) {
    return;
  }
  workers.ask();
  detail::heavy_barrier();
  if (!spreads.is_empty() || work_visible()) {
    arm_tick();
  }
}

bool crew::close() noexcept {
  return !from_before_fork() && !closed_.exchange(true, std::memory_order_seq_cst);
}

void crew::dismiss_idle_loops() noexcept {
  while (sleepers.wake_last()) {
    occupy_permit();
    begin_search();
  }
  timekeeper::disarm(tick_timer_);
  for (bool awaited = false; threads.take_back(awaited);) {
    if (awaited) {
      end_search();
      give_permit();
    }
    threads.left(loop_kind::borrowed);
  }
}

void crew::give_threads_back() noexcept {
  threads.join_all();
  workers.give_back();
}

bool crew::is_deserted() noexcept {
  const auto nobody = [this] {
    return guests_.load(std::memory_order_seq_cst) == 0 && threads.running() == 0 &&
           spreads.is_empty() && common.empty();
  };
  if (!nobody()) {
    return false;
  }
  workers.give_back();
  if (workers.size() != 0 || !nobody()) {
    return false;
  }
  threads.join_all();
  return permits_.load(std::memory_order_seq_cst) == static_cast<int>(size_) &&
         !somebody_searches() && sleeping_helpers_.load(std::memory_order_seq_cst) == 0 &&
         threads.awaited() == 0 && !beyond_running_.load(std::memory_order_seq_cst);
}

void crew::begin_again(const pool_options& options, const machine_capacity& machine) {
  const std::size_t size = size_of(options, machine);
  require_threads(size - 1);
  machine_capacity capacity = machine;
  threads.resize(size);
  // From here on nothing throws.
  machine_ = std::move(capacity);
  size_ = size;
  explicit_size_ = options.threads.given();
  max_substitutes_ = static_cast<std::size_t>(options.max_substitutes.value());
  deque_capacity_ = static_cast<std::size_t>(options.deque_capacity.value());
  name_ = label(options.name);
  threads.reopen(size_, max_substitutes_);
  timekeeper::disarm(tick_timer_);
  tick_armed_.store(false, std::memory_order_relaxed);
  at_tick = {};
  at_tick.departures = common.departures();
  bodies.begin_again(size_);
  if (detail::stop_state* const root = root_state_.exchange(nullptr, std::memory_order_acq_rel)) {
    root->release();
  }
  permits_.store(static_cast<int>(size_), std::memory_order_seq_cst);
  closed_.store(false, std::memory_order_seq_cst);
}

pool_description crew::describe() const {
  pool_description what;
  what.name = name_;
  what.size = size_;
  what.hardware_threads = machine_.hardware;
  what.affinity = machine_.affinity;
  what.quota = machine_.quota;
  what.from_onetbb = size_ > 1 ? threads.granted() : 0;
  what.own = size_ > what.from_onetbb + 1 ? size_ - 1 - what.from_onetbb : 0;
  what.substitutes = threads.own_running();
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
    made->request(shutdown_reason());
  }
  return made;
}

stop_reason crew::shutdown_reason() const noexcept {
  stop_reason why;
  why.kind = stop_kind::shutdown;
  why.text = name_;
  return why;
}

}  // namespace covey::runtime
