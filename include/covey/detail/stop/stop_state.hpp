// SPDX-License-Identifier: Apache-2.0
// The shared stop state of one scope or one child: who was asked to stop first, and who wants to hear of it.
#pragma once

#include <covey/config.hpp>
#include <covey/task_info.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace covey::detail {

/// One registration for a stop. Lives in its owner (a stop_callback, a sleeper); nothing is allocated for it.
/// `call` runs once at most, on the thread that requests the stop, or inside add() when the stop came before.
/// It may remove and destroy its own node. What it throws ends the process, as with std::stop_callback.
struct stop_node {
  void (*call)(stop_node* self) noexcept = nullptr;

 private:
  friend class stop_state;
  stop_node* next_ = nullptr;
  stop_node* prev_ = nullptr;
  bool listed_ = false;  // in the list of its state; guarded by the lock of that state
};

/// A node in the tree of stops. Reference counted; a child keeps its parent alive, a parent only lists its children.
///
/// States: open -> requested (by request(), on this state or on an ancestor), open -> detached (by detach()); both final.
/// Locks: every state has one; a thread holds at most two, the parent's first. No user code runs under either.
/// Thread safety: every member may be called from any thread that holds a reference, at any time.
/// In a forked child a state of the parent process is frozen: nothing is stopped, called or freed, and nothing hangs.
class COVEY_API stop_state {
 public:
  /// @returns a new state, linked under `parent` (may be null), with one reference for the caller. Under a parent that
  /// was stopped it is born stopped, with the parent's cause and the kind `parent`.
  /// @throws std::bad_alloc.
  [[nodiscard]] static stop_state* make(stop_state* parent);

  stop_state(const stop_state&) = delete;
  stop_state& operator=(const stop_state&) = delete;

  /// Asks this state and all its descendants to stop, then runs their callbacks on this thread, ancestors first, each
  /// state's in the order of registration. When it returns true, every descendant is marked, by this call or by one
  /// that ran at the same time; the callbacks of those which this call marked have finished.
  /// @returns true if this call was the first; false if a stop was requested before (its cause stays), or the state was
  /// detached.
  bool request(const stop_reason& why) noexcept;

  /// @returns true once a stop was requested; all that the first requester wrote before is then visible.
  [[nodiscard]] bool requested() const noexcept {
    return phase_.load(std::memory_order_acquire) == phase::requested;  // pairs with mark()
  }
  /// @returns false when no stop can come any more: detached without a request.
  [[nodiscard]] bool possible() const noexcept {
    return phase_.load(std::memory_order_acquire) != phase::detached;  // pairs with detach()
  }
  /// @returns the first cause; of kind `none` while no stop was requested.
  [[nodiscard]] stop_reason why() const noexcept { return requested() ? why_ : stop_reason{}; }

  void add_ref() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  /// Gives one reference back; the last one frees the state, and its ancestors that nobody else holds, in a loop.
  void release() noexcept;

  /// The scope has ended: no stop can come any more. Unlinks from the parent and gives its reference back. Idempotent.
  void detach() noexcept;

  /// Registers `node`; if a stop was requested before, calls it at once, on this thread.
  /// @returns true if it is registered and must be removed before it dies; false if it was called or never will be.
  bool add(stop_node& node) noexcept;

  /// After it returns the call of `node` is not running and will not run. Blocks while it runs on another thread;
  /// from inside the call itself it returns at once, and the node may be destroyed there.
  /// @pre add() of this node has returned.
  void remove(stop_node& node) noexcept;

  /// @returns a token of a std::stop_source that is requested when this state is; made on the first use.
  /// @throws std::bad_alloc.
  [[nodiscard]] std::stop_token std_token();

 private:
  enum class phase : std::uint8_t { open, requested, detached };
  struct std_bridge;

  stop_state() noexcept;
  ~stop_state();

  bool mark(const stop_reason& why) noexcept;
  void mark_children(stop_state*& last) noexcept;
  bool try_add_ref() noexcept;
  void run_callbacks() noexcept;
  void list(stop_node& node) noexcept;
  void unlist(stop_node& node) noexcept;
  [[nodiscard]] stop_state* unlink_from_parent() noexcept;
  [[nodiscard]] std_bridge* close() noexcept;
  [[nodiscard]] bool from_before_fork() const noexcept;

  // Owners: the scope, tokens, callbacks, children, and a request() on its way.
  //   written  by add_ref() +1 and release() -1, by any thread that holds a reference; by try_add_ref(), under the lock
  //            of the parent, whose list proves that the memory is there.
  //   read     by the decrement that sees 1: that thread, alone, frees the state.
  //   order    -1 is acq_rel: all owners' accesses happen before the memory is freed. +1 is relaxed: who copies a
  //            reference holds one.
  std::atomic<std::size_t> refs_{1};

  // Where the stop stands; see the class comment.
  //   written  by mark() and detach(), once, under lock_.
  //   read     by requested() and possible(), by any thread, without the lock.
  //   order    release / acquire: why_ is written before, and never after.
  std::atomic<phase> phase_{phase::open};

  // Counts the callbacks that have finished, so that remove() can sleep until the one it waits for has.
  //   written  by run_callbacks(), under lock_: by the one thread that marked this state.
  //   read     by remove(), under lock_, and by the kernel, which compares before it puts to sleep.
  //   order    relaxed: lock_ orders everything else; the word only has to differ.
  std::atomic<std::uint32_t> finished_calls_{0};

  const std::uint32_t born_in_;  // the fork generation

  std::mutex lock_;
  stop_reason why_;             // written once, before phase_ says requested
  stop_node* first_ = nullptr;  // guarded by lock_, as is the rest of this group
  stop_node* last_ = nullptr;
  stop_node* running_ = nullptr;  // the node whose call runs now
  const void* runner_ = nullptr;  // the thread that runs it
  std::uint32_t removers_ = 0;    // threads that wait for the running call
  std_bridge* bridge_ = nullptr;
  stop_state* parent_ = nullptr;  // taken out by detach() or by the last release()
  stop_state* children_ = nullptr;

  stop_state* older_ = nullptr;  // the siblings; guarded by the parent's lock
  stop_state* younger_ = nullptr;
  stop_state* next_marked_ = nullptr;  // belongs to the request() that marked this state
};

}  // namespace covey::detail
