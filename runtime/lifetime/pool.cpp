// SPDX-License-Identifier: Apache-2.0
// Pools as users see them; the default pool.
#include "base/copies.hpp"
#include "base/fork.hpp"
#include "lifetime/shutdown.hpp"
#include "platform/pinning.hpp"
#include "pool/crews.hpp"
#include "run/exiting.hpp"
#include "run/loop.hpp"
#include "watch/tick.hpp"

#include <covey/detail/task/scope.hpp>
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
  runtime::register_exit_handler();
  runtime::tell_of_copies();
  return runtime::crews::make(
      options, runtime::measure_machine(), {.loop = &runtime::run_loop, .tick = &runtime::tick});
}

}  // namespace

pool::pool(const pool_options& options) : crew_(&make_crew(options)) {
}

pool::~pool() {
  runtime::shut_down(*crew_);
  runtime::crews::await_reuse(*crew_);
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
  runtime::shut_down(*crew_);
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

}  // namespace covey
