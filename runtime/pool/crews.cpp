// SPDX-License-Identifier: Apache-2.0
// The table of all crews, and the queue of those that wait for reuse.
#include "pool/crews.hpp"

#include "base/fork.hpp"

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

// How many crews make() tries to reuse; threads may be late in others, or never leave them.
constexpr int most_tries = 4;

}  // namespace

crew* crews::by_id(std::uint16_t id) noexcept {
  return all_crews[id].load(std::memory_order_acquire);
}

crew& crews::make(const pool_options& options,
                  const machine_capacity& machine,
                  const crew_duties& duties) {
  if (crew* const used = take_retired()) {
    try {
      used->begin_again(options, machine);
    } catch (...) {
      await_reuse(*used);
      throw;
    }
    return *used;
  }
  std::unique_ptr<crew> made(new crew(options, machine, duties));
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

void crews::await_reuse(crew& used) noexcept {
  if (used.from_before_fork()) {
    return;  // its threads and locks are of another process
  }
  const std::scoped_lock guard(crews_lock);
  used.next_retired_ = nullptr;
  (last_retired != nullptr ? last_retired->next_retired_ : longest_retired) = &used;
  last_retired = &used;
}

crew* crews::take_retired() noexcept {
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
    await_reuse(*found);
  }
  return nullptr;
}

}  // namespace covey::runtime
