// SPDX-License-Identifier: Apache-2.0
// Requests of stops: marks a tree of states without recursion, then runs the callbacks while no lock is held.
#include "base/fork.hpp"
#include "base/futex.hpp"

#include <covey/detail/stop/stop_state.hpp>

#include <memory>
#include <utility>

namespace covey::detail {
namespace {

// An identity of the calling thread that costs no system call.
const void* this_thread() noexcept {
  static constinit thread_local char mark = 0;
  return &mark;
}

std::stop_token stopped_std_token() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

stop_reason inherited(stop_reason why) noexcept {
  why.kind = stop_kind::parent;
  return why;
}

}  // namespace

// Requests the std::stop_source of the state; registered as a callback, and owned by the state.
struct stop_state::std_bridge : stop_node {
  std_bridge() {
    call = [](stop_node* self) noexcept { static_cast<std_bridge*>(self)->source.request_stop(); };
  }
  std::stop_source source;
};

stop_state::stop_state() noexcept : born_in_(runtime::fork_generation()) {
}

stop_state::~stop_state() {
  delete bridge_;
}

bool stop_state::from_before_fork() const noexcept {
  return born_in_ != runtime::fork_generation();
}

stop_state* stop_state::make(stop_state* parent) {
  auto* const made = new stop_state;
  if (parent == nullptr) {
    return made;
  }
  std::unique_lock<std::mutex> hold(parent->lock_, std::defer_lock);
  if (!parent->from_before_fork()) {
    hold.lock();
  }
  if (parent->requested()) {
    made->why_ = inherited(parent->why_);
    made->phase_.store(phase::requested, std::memory_order_relaxed);  // nobody else knows it yet
  } else if (hold.owns_lock() && parent->possible()) {
    parent->add_ref();
    made->parent_ = parent;
    made->younger_ = parent->children_;
    if (made->younger_ != nullptr) {
      made->younger_->older_ = made;
    }
    parent->children_ = made;
  }
  return made;
}

void stop_state::release() noexcept {
  stop_state* state = this;
  while (state != nullptr && state->refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    if (state->from_before_fork()) {
      return;  // its locks may be held by threads that do not exist here
    }
    stop_state* const parent = state->unlink_from_parent();
    delete state;
    state = parent;
  }
}

// The parent's list names its children without a reference, so a child found there may be about to be freed.
bool stop_state::try_add_ref() noexcept {
  std::size_t seen = refs_.load(std::memory_order_relaxed);
  while (seen != 0) {
    // Relaxed: locks order what the new owner will look at.
    if (refs_.compare_exchange_weak(
            seen, seen + 1, std::memory_order_relaxed, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

// Takes this state out of its parent's list; the caller inherits the reference to the parent.
stop_state* stop_state::unlink_from_parent() noexcept {
  stop_state* parent = nullptr;
  {
    const std::lock_guard hold(lock_);
    parent = std::exchange(parent_, nullptr);
  }
  if (parent != nullptr) {
    const std::lock_guard hold(parent->lock_);
    (older_ != nullptr ? older_->younger_ : parent->children_) = younger_;
    if (younger_ != nullptr) {
      younger_->older_ = older_;
    }
    older_ = younger_ = nullptr;
  }
  return parent;
}

void stop_state::detach() noexcept {
  if (from_before_fork()) {
    return;
  }
  delete close();  // with the last source gone, std's tokens too say that no stop is possible
  if (stop_state* const parent = unlink_from_parent(); parent != nullptr) {
    parent->release();
  }
}

// Makes the state detached, unless a stop was requested. Returns the bridge, which is not needed any more.
stop_state::std_bridge* stop_state::close() noexcept {
  const std::lock_guard hold(lock_);
  if (phase_.load(std::memory_order_relaxed) != phase::open) {
    return nullptr;
  }
  phase_.store(phase::detached, std::memory_order_release);  // pairs with possible()
  if (bridge_ != nullptr) {
    unlist(*bridge_);
  }
  return std::exchange(bridge_, nullptr);
}

bool stop_state::request(const stop_reason& why) noexcept {
  if (from_before_fork() || !mark(why)) {
    return false;
  }
  add_ref();
  // The states that this request marks form a queue, this one first; their links belong to this request. A descendant that
  // another request marked is skipped: that request marks everything below it.
  stop_state* last = this;
  for (stop_state* state = this; state != nullptr; state = state->next_marked_) {
    state->mark_children(last);
  }
  stop_state* state = this;
  while (state != nullptr && !from_before_fork()) {
    stop_state* const next = state->next_marked_;
    state->run_callbacks();
    state->release();
    state = next;
  }
  return true;
}

bool stop_state::mark(const stop_reason& why) noexcept {
  const std::lock_guard hold(lock_);
  if (phase_.load(std::memory_order_relaxed) != phase::open) {
    return false;
  }
  why_ = why;
  phase_.store(phase::requested, std::memory_order_release);  // pairs with requested()
  return true;
}

// Marks the open children, takes a reference to each and appends them behind `last`. A child that is made later finds
// this state requested, since both happen under this lock.
void stop_state::mark_children(stop_state*& last) noexcept {
  const std::lock_guard hold(lock_);
  for (stop_state* child = children_; child != nullptr; child = child->younger_) {
    const std::lock_guard hold_child(child->lock_);
    if (child->phase_.load(std::memory_order_relaxed) == phase::open && child->try_add_ref()) {
      child->why_ = inherited(why_);
      child->phase_.store(phase::requested, std::memory_order_release);  // pairs with requested()
      last->next_marked_ = child;
      last = child;
    }
  }
}

// Only the thread that marked this state comes here, once.
void stop_state::run_callbacks() noexcept {
  std::unique_lock hold(lock_);
  runner_ = this_thread();
  while (first_ != nullptr) {
    stop_node* const node = first_;
    unlist(*node);
    running_ = node;
    hold.unlock();
    node->call(node);  // from here on the node may be gone
    if (from_before_fork()) {
      return;  // the call forked: in this process the lock may be held by a thread that does not exist
    }
    hold.lock();
    running_ = nullptr;
    if (removers_ > 0) {
      finished_calls_.fetch_add(1, std::memory_order_relaxed);
      runtime::futex_wake(finished_calls_, runtime::everyone);
    }
  }
  runner_ = nullptr;
}

bool stop_state::add(stop_node& node) noexcept {
  if (!from_before_fork()) {
    const std::lock_guard hold(lock_);
    if (phase_.load(std::memory_order_relaxed) == phase::open) {
      list(node);
      return true;
    }
  }
  if (requested()) {
    node.call(&node);
  }
  return false;
}

void stop_state::remove(stop_node& node) noexcept {
  if (from_before_fork()) {
    return;
  }
  std::unique_lock hold(lock_);
  if (node.listed_) {
    unlist(node);
    return;
  }
  if (running_ == &node && runner_ == this_thread()) {
    running_ = nullptr;  // its memory may now become another node, which nobody runs
    return;
  }
  ++removers_;
  while (running_ == &node) {
    const std::uint32_t seen = finished_calls_.load(std::memory_order_relaxed);
    hold.unlock();
    runtime::futex_wait(finished_calls_, seen);
    hold.lock();
  }
  --removers_;
}

std::stop_token stop_state::std_token() {
  if (from_before_fork()) {
    return requested() ? stopped_std_token() : std::stop_token{};
  }
  const auto bridged = [this] {
    return bridge_ != nullptr ? bridge_->source.get_token() : std::stop_token{};
  };
  {
    const std::lock_guard hold(lock_);
    if (bridge_ != nullptr || !possible()) {
      return bridged();
    }
  }
  auto made = std::make_unique<std_bridge>();
  const std::lock_guard hold(lock_);
  if (bridge_ == nullptr && possible()) {
    if (requested()) {
      made->source.request_stop();  // nobody knows it yet, so nothing is called under the lock
    } else {
      list(*made);
    }
    bridge_ = made.release();
  }
  return bridged();
}

void stop_state::list(stop_node& node) noexcept {
  node.next_ = nullptr;
  node.prev_ = last_;
  node.listed_ = true;
  (last_ != nullptr ? last_->next_ : first_) = &node;
  last_ = &node;
}

void stop_state::unlist(stop_node& node) noexcept {
  (node.prev_ != nullptr ? node.prev_->next_ : first_) = node.next_;
  (node.next_ != nullptr ? node.next_->prev_ : last_) = node.prev_;
  node.listed_ = false;
}

}  // namespace covey::detail
