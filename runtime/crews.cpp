// SPDX-License-Identifier: Apache-2.0
// The crews of a process: made on need, used again by later pools, found by their number.
#include "crew.hpp"
#include "deque.hpp"
#include "fork.hpp"

#include <covey/error.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace covey::runtime {

namespace {

constexpr std::size_t most_crews = 65536;
// Every crew that ever was; written once per index by make().
constinit std::atomic<crew*> all_crews[most_crews] = {};

constinit std::mutex crews_lock;
constinit std::size_t crew_count = 0;       // guarded by crews_lock, as these:
constinit crew* longest_retired = nullptr;  // crews of pools that have ended, first in first out
constinit crew* last_retired = nullptr;

[[maybe_unused]] const int held_crews_at_forks = hold_at_forks<crews_lock>();

// So many are looked at for one that is deserted: the others wait for threads that are late, or for ever.
constexpr int most_tries = 4;

}  // namespace

crew* crew::by_id(std::uint16_t id) noexcept {
  return all_crews[id].load(std::memory_order_acquire);
}

crew& crew::make(const pool_options& options, const machine_limits& machine) {
  if (crew* const used = take_retired()) {
    try {
      used->begin_again(options, machine);
    } catch (...) {
      used->await_reuse();
      throw;
    }
    return *used;
  }
  std::unique_ptr<crew> made(new crew(options, machine));
  const std::scoped_lock guard(crews_lock);
  if (crew_count == most_crews) {
    throw pool_error("covey: more than " + std::to_string(most_crews) +
                     " pools exist in this process");
  }
  made->id_ = static_cast<std::uint16_t>(crew_count);
  all_crews[crew_count].store(made.get(), std::memory_order_release);
  ++crew_count;
  return *made.release();
}

void crew::await_reuse() noexcept {
  if (from_before_fork()) {
    return;  // its threads and locks are of another process
  }
  const std::scoped_lock guard(crews_lock);
  next_retired_ = nullptr;
  (last_retired != nullptr ? last_retired->next_retired_ : longest_retired) = this;
  last_retired = this;
}

crew* crew::take_retired() noexcept {
  for (int i = 0; i < most_tries; ++i) {
    crew* found = nullptr;
    {
      const std::scoped_lock guard(crews_lock);
      found = longest_retired;
      if (found == nullptr) {
        return nullptr;
      }
      longest_retired = found->next_retired_;
      if (longest_retired == nullptr) {
        last_retired = nullptr;
      }
    }
    // Nobody else has it now. Without the lock: threads on their way out are waited for, and they run users' code.
    if (found->from_before_fork()) {
      continue;
    }
    if (found->is_deserted()) {
      return found;
    }
    found->await_reuse();
  }
  return nullptr;
}

// No thread is left in the pool: its records serve the next one. Records of others stay as they are.
void crew::reuse_records() noexcept {
  const std::scoped_lock guard(members_lock_);
  std::size_t idle = 0;
  for (record* r = free_members_; r != nullptr; r = r->next_free) {
    idle += static_cast<std::size_t>(!deque::has_work(*r));
  }
  if (idle != member_count_.load(std::memory_order_relaxed)) {
    return;  // a thread outside keeps its record, or left children behind
  }
  member_count_.store(0, std::memory_order_release);
  while (free_members_ != nullptr) {
    record& r = *free_members_;
    free_members_ = r.next_free;
    roster::release(r);
  }
}

bool crew::is_deserted() noexcept {
  const auto nobody = [this] {
    return guests_.load(std::memory_order_seq_cst) == 0 &&
           borrowed_.load(std::memory_order_seq_cst) == 0 &&
           own_running_.load(std::memory_order_seq_cst) == 0 &&
           spread_count_.load(std::memory_order_seq_cst) == 0 && common.empty();
  };
  if (!nobody()) {
    return false;
  }
  reuse_records();
  if (member_count_.load(std::memory_order_acquire) != 0 || !nobody()) {
    return false;
  }
  own_.join_all();
  return places_.load(std::memory_order_seq_cst) == static_cast<int>(size_) &&
         searching_.load(std::memory_order_seq_cst) == 0 &&
         lenders_.load(std::memory_order_seq_cst) == 0 &&
         awaited_loops_.load(std::memory_order_acquire) == 0 &&
         !extra_running_.load(std::memory_order_seq_cst);
}

void crew::begin_again(const pool_options& options, const machine_limits& machine) {
  const bool given = options.threads.given();
  const std::size_t size =
      given ? static_cast<std::size_t>(options.threads.value()) : machine.threads;
  if (const std::error_code refused = own_threads::probe(size - 1); refused) {
    throw pool_error(
        "covey: the system refuses " + std::to_string(size - 1) + " threads: " + refused.message(),
        refused);
  }
  machine_limits limits = machine;
  lender_.resize(size > 1 ? size - 1 : 1);
  // From here on nothing throws.
  machine_ = std::move(limits);
  size_ = size;
  explicit_size_ = given;
  max_substitutes_ = static_cast<std::size_t>(options.max_substitutes.value());
  deque_capacity_ = static_cast<std::size_t>(options.deque_capacity.value());
  name_ = label(options.name);
  own_.reopen();
  timekeeper::disarm(tick_timer_);
  tick_armed_.store(false, std::memory_order_relaxed);
  departures_at_tick_ = common.departures();
  awaited_at_tick_ = 0;
  moves_at_tick_ = 0;
  still_ticks_ = 0;
  ticks_without_processors_ = 0;
  told_standstill_ = false;
  bodies.begin_again(size_);
  if (detail::stop_state* const root = root_state_.exchange(nullptr, std::memory_order_acq_rel)) {
    root->release();
  }
  places_.store(static_cast<int>(size_), std::memory_order_seq_cst);
  closed_.store(false, std::memory_order_seq_cst);
}

void crew::add_member(record& r, std::size_t index) {
  std::atomic<member_chunk*>& chunk = members_[index / chunk_size];
  if (chunk.load(std::memory_order_relaxed) == nullptr) {
    chunk.store(new member_chunk(), std::memory_order_release);
  }
  (*chunk.load(std::memory_order_relaxed))[index % chunk_size].store(&r, std::memory_order_release);
  member_count_.store(index + 1, std::memory_order_release);
}

}  // namespace covey::runtime
