// SPDX-License-Identifier: Apache-2.0
// Gives an algorithm of oneTBB an arena of its own, worked on by threads of the calling task's pool and by no others.
#include "pool/crew.hpp"
#include "scope/context.hpp"

#include <covey/config.hpp>
#include <covey/detail/tbb/tbb_call.hpp>
#include <covey/error.hpp>
#include <covey/nursery.hpp>
#include <covey/this_task.hpp>

#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>

// Workers of the pool join the arena as children of a nursery that the algorithm opens. So they hold permits, are woken in
// the usual way, and are below the caller in the tree: what a body asks about its task is answered for the caller's.
// All slots of the arena are reserved for application threads: oneTBB sends none of its own.

namespace covey::runtime {

using detail::algorithm_body;

namespace {

// ThreadSanitizer cannot see how the packaged oneTBB hands tasks from thread to thread: its builds use one thread.
constexpr bool may_share = COVEY_TSAN == 0;

// One algorithm that was called by a task, and those that its bodies call.
class session {
 public:
  // For the task that calls, in that scope.
  session(std::size_t threads, const scope& called_in)
      : threads_(threads),
        arena_(static_cast<int>(threads), static_cast<unsigned>(threads)),
        called_in_(called_in.opened_at) {
    if constexpr (!may_share) {
      // oneTBB clears memory that another thread got from the system: ThreadSanitizer sees that, but not its locks.
      static std::mutex one_at_a_time;
      const std::scoped_lock guard(one_at_a_time);
      arena_.initialize();
    }
  }

  // The session in whose arena this thread runs bodies. Null: it runs no body, or runs a child of a nursery that a body
  // opened. An algorithm called by such a child gets an arena of its own, so that no body of the outer one runs on top.
  [[nodiscard]] static session* here() noexcept;

  void run(algorithm_body work, void* arg, std::size_t width) {
    {
      const credit mine(nullptr);
      arena_.execute([&] {
        const presence caller(*this);
        until_over_.run_and_wait([&] {
          invite(std::min(width, threads_));
          work(arg);
          over_.store(true, std::memory_order_seq_cst);
        });
      });
    }
    record_of(*detail::this_worker()).of->bodies.tell_helpers();
    try {
      helpers_.join();
    } catch (const cancelled&) {   // NOLINT(bugprone-empty-catch): told by the caller, who looks
    } catch (const pool_error&) {  // NOLINT(bugprone-empty-catch): likewise, after a shutdown
    }
  }

  // For an algorithm called by a body: the threads of this arena run its tasks. While the caller waits for them it runs no
  // other tasks.
  void run_nested(algorithm_body work, void* arg, std::size_t width) {
    if (width > 1) {
      invite(threads_);
    }
    oneapi::tbb::this_task_arena::isolate([&] { work(arg); });
  }

 private:
  // Marks the calling thread as one that runs bodies of the session.
  class presence {
   public:
    explicit presence(session& in) noexcept;
    ~presence() { of_thread = before_; }
    presence(const presence&) = delete;
    presence& operator=(const presence&) = delete;

    session* in;
    context at;

   private:
    const presence* before_;
  };
  static thread_local const presence* of_thread;

  // Takes a body credit for the calling thread, unless it has one from further out on its stack.
  class credit {
   public:
    // @param over of a helper, which is not wanted any more once that is true
    explicit credit(const std::atomic<bool>* over) noexcept
        : me_(record_of(*detail::this_worker())),
          had_one_(me_.credit.load(std::memory_order_relaxed) != body_credit::none),
          granted_(had_one_ || me_.of->bodies.take(me_, over)) {}
    ~credit() {
      if (granted_ && !had_one_) {
        me_.of->bodies.give(me_);
      }
    }
    credit(const credit&) = delete;
    credit& operator=(const credit&) = delete;
    [[nodiscard]] bool granted() const noexcept { return granted_; }

   private:
    record& me_;
    const bool had_one_;
    const bool granted_;
  };

  // Raises the number of threads asked to come, the caller included, to `wanted`.
  void invite(std::size_t wanted) noexcept {
    if (!may_share) {
      return;
    }
    std::size_t invited = invited_.load(std::memory_order_relaxed);
    while (invited < wanted) {
      if (invited_.compare_exchange_weak(invited, invited + 1, std::memory_order_relaxed)) {
        invite_one();
      }
    }
  }

  void invite_one() noexcept {
    try {
      // this_task::name() in a body is the name of the caller's task.
      if (const label name = this_task::name(); name.empty()) {
        helpers_.run([this] { help(); }, called_in_);
      } else {
        helpers_.run(
            name.view(), [this] { help(); }, called_in_);
      }
    } catch (...) {  // NOLINT(bugprone-empty-catch): no memory; those who came will do
    }
  }

  // What the children of the hidden nursery do.
  void help() noexcept {
    if (over_.load(std::memory_order_seq_cst)) {
      return;
    }
    const credit mine(&over_);
    if (!mine.granted() || over_.load(std::memory_order_seq_cst)) {
      return;
    }
    try {
      arena_.execute([this] {
        const presence helper(*this);
        until_over_.wait();
      });
    } catch (...) {  // NOLINT(bugprone-empty-catch): oneTBB has no memory for one more thread
    }
  }

  const std::size_t threads_;
  oneapi::tbb::task_arena arena_;
  // Held by the caller while the algorithm runs. No exception and no cancellation passes through it, so that any number
  // of threads may wait for it.
  oneapi::tbb::task_group until_over_;
  // Threads asked to come, the caller included. Written by invite() on any thread of the arena; relaxed: a counter alone.
  std::atomic<std::size_t> invited_{1};
  // The algorithm has ended. Written once, by the caller; read by helpers that start late or wait for a credit (seq_cst:
  // they sleep in the lot).
  std::atomic<bool> over_{false};
  // For messages: where the scope was opened in which the algorithm was called.
  const site called_in_;
  nursery helpers_{called_in_};
};

thread_local const session::presence* session::of_thread = nullptr;

session::presence::presence(session& in_this) noexcept
    : in(&in_this),
      at(detail::this_context()),
      before_(std::exchange(of_thread, this)) {
}

session* session::here() noexcept {
  const context now = detail::this_context();
  return of_thread != nullptr && of_thread->at == now ? of_thread->in : nullptr;
}

}  // namespace

}  // namespace covey::runtime

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

void run_in_arena(algorithm_body work, void* arg, std::size_t width) {
  const record* const me = this_record();
  const scope* const here = innermost(detail::this_context());
  if (me == nullptr || here == nullptr) {
    if (may_share) {
      work(arg);
    } else {
      oneapi::tbb::task_arena(1, 1).execute([&] { work(arg); });
    }
  } else if (session* const around = session::here()) {
    around->run_nested(work, arg, width);
  } else {
    session(me->of->size(), *here).run(work, arg, width);
  }
}

}  // namespace covey::detail
