// SPDX-License-Identifier: Apache-2.0
// The pool: the workers that children run on. Most programs never name one.
#pragma once

#include <covey/config.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace covey {

namespace runtime {
class crew;
}
namespace detail {
struct pool_access;
}

/// Options of a pool. Every member has a default; the order is frozen, new ones go last.
struct pool_options {
  amount threads = {};         ///< 1 … 1024; default: min(affinity, container quota), at least 1
  std::string_view name = {};  ///< copied; shown by describe()
  amount max_substitutes = 256;  ///< threads that stand in for those that sleep, 0 … 4096
  /// Children queued per worker before the oldest go to the common queue, 256 … 2^28.
  amount deque_capacity = 1 << 22;
};

/// What a pool consists of, and why it has that size.
struct pool_description {
  label name;
  std::size_t size = 0;  ///< threads in covey work at once, the opening thread counted
  std::size_t hardware_threads = 0;
  std::size_t affinity = 0;     ///< processors that this process may use
  std::optional<double> quota;  ///< processors' worth of time that the container grants
  std::size_t from_onetbb = 0;  ///< workers borrowed from oneTBB at most
  std::size_t own = 0;          ///< threads of covey beyond those
  std::size_t substitutes = 0;  ///< threads that exist now to stand in for blocked workers
  std::size_t max_substitutes = 0;
  std::string why;  ///< one sentence
};
[[nodiscard]] COVEY_API std::string to_string(const pool_description& what);

/// A set of workers. Nurseries use the pool of the enclosing task, else default_pool(), unless options name another.
///
/// A pool of n has n permits: it runs at most n threads in covey work; a thread that opened a nursery counts while it is
/// in the nursery's body. Idle workers sleep and cost no processor time.
/// Progress: a queued child is started within about 10 ms (where the machine has no processor for the threads at work:
/// 250) even if no covey thread ever waits, also for n = 1; then one thread beyond n may run. A thread of the pool that
/// sleeps in something covey cannot see (the system tells: it is asleep and uses no processor time) is made up for by
/// another within tens of milliseconds, one after the other, up to max_substitutes; children that compute never cause
/// more than n + 1 threads. Beyond that bound, and where the system refuses threads, nothing is promised about children
/// that sleep unseen: when nothing has moved for a second although children are queued, one message on stderr, and a
/// watchdog, name the children that sleep. Waits of covey itself need no further thread: who waits then runs what it
/// waits for. A thread that sleeps has no permit in any pool.
/// Threads of the pool carry its name, and have the signal mask of the process: what its main thread blocks.
/// A child that is queued takes 72 bytes with a callable of up to 8 bytes (80 to 96 beyond deque_capacity), and as much
/// time as any other, however many there are. That memory serves later children.
/// Pools may come and go: what one leaves behind serves the next.
/// Thread safety: all members may be called from any thread; the pool must outlive the nurseries opened in it.
class COVEY_API pool {
 public:
  /// @throws std::invalid_argument naming the valid range; pool_error with the system's code when the threads cannot
  ///         exist together.
  explicit pool(const pool_options& options = {});
  /// A pool of that many threads.
  template <std::integral Int>
  explicit pool(Int threads) : pool(pool_options{.threads = threads}) {}
  pool(pool&&) = delete;
  pool& operator=(pool&&) = delete;
  /// As shutdown().
  ~pool();

  /// The process-wide pool, made when it is first needed and shut down at exit.
  ///
  /// When the process exits (exit(), also inside a child, or main() returns), children are asked to stop (kind shutdown) by
  /// the first that would wait for them: this pool's end, or the destructor of a static pool, nursery or box. All of these
  /// together wait at most 2 s, and never for the child that called exit(). A child that runs on does so until the process
  /// is gone, and touches no nursery any more; static objects that it uses are destroyed under it. All destructors and
  /// handlers of the program run, whichever thread exits; on a thread that oneTBB lent, the clean-up of libraries that
  /// were loaded before covey, oneTBB's own among them, is left out.
  [[nodiscard]] static pool& default_pool();

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] pool_description describe() const;

  /// Asks everything that runs in the pool to stop (kind shutdown), waits at most 2 s for it, and lets the threads go.
  /// Later spawns throw pool_error. Idempotent. Called from inside the pool, it does not wait for the caller.
  void shutdown();

 private:
  friend struct detail::pool_access;
  runtime::crew* crew_;  // immortal: late finishers may still touch it
};

namespace detail {
// The engine's side of a pool, for the library itself.
struct pool_access {
  [[nodiscard]] static runtime::crew& crew_of(const pool& p) noexcept { return *p.crew_; }
};
}  // namespace detail

}  // namespace covey
