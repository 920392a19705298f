// SPDX-License-Identifier: Apache-2.0
// Where frames come from and go to, and what their futures do with them.
#include "context.hpp"
#include "execute.hpp"
#include "failures.hpp"
#include "record.hpp"
#include "stop.hpp"
#include "tracker.hpp"

#include <covey/detail/child.hpp>
#include <covey/error.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <new>
#include <stdexcept>

namespace covey::detail {

using runtime::record;
using runtime::record_of;

namespace {

constexpr std::size_t slab_bytes = std::size_t{16} * 1024;

// Free frames keep their size class only: the table of the callable that they held may lie in a plug-in that is
// unloaded before the owner looks at them again.
constexpr std::array<frame_ops, class_count> empty_ops = [] {
  std::array<frame_ops, class_count> made{};
  for (std::size_t i = 0; i < class_count; ++i) {
    made[i].size_class = static_cast<std::uint8_t>(i);
  }
  return made;
}();

// Brings back what other threads freed. @returns whether a frame of that class is there now.
bool collect_returned(record& me, std::size_t size_class) noexcept {
  frame* f = me.returned.exchange(nullptr, std::memory_order_acquire);
  while (f != nullptr) {
    frame* const next = f->next;
    f->next = me.free[f->ops->size_class];
    me.free[f->ops->size_class] = f;
    f = next;
  }
  return me.free[size_class] != nullptr;
}

}  // namespace

void reset_frame(frame* f) noexcept {
  f->ops = &empty_ops[f->ops->size_class];
  f->flags.store(0, std::memory_order_relaxed);
  f->phase.store(phase::queued, std::memory_order_relaxed);
  f->marks.store(0, std::memory_order_relaxed);
  f->holder.store(0, std::memory_order_relaxed);
}

void send_home(worker& home, frame* first, frame* last) noexcept {
  record& there = record_of(home);
  frame* head = there.returned.load(std::memory_order_relaxed);
  do {
    last->next = head;
  } while (!there.returned.compare_exchange_weak(
      head, first, std::memory_order_release, std::memory_order_relaxed));
}

namespace {

[[nodiscard]] frame* heap_frame(std::size_t bytes, std::size_t align) {
  return ::new (::operator new (bytes, std::align_val_t{align})) frame;
}

}  // namespace

frame* refill(worker& w, std::size_t size_class) {
  record& me = record_of(w);
  if (collect_returned(me, size_class)) {
    frame* const f = me.free[size_class];
    me.free[size_class] = f->next;
    return f;
  }
  const std::size_t bytes = (size_class + 1) * class_bytes;
  const std::size_t count = slab_bytes / bytes;
  // Never given back: frames are recycled, and a record outlives its thread.
  auto* const memory = static_cast<std::byte*>(::operator new (count* bytes, std::align_val_t{64}));
  for (std::size_t i = count; i-- > 0;) {
    frame* const f = ::new (memory + i * bytes) frame;
    f->home = &me;
    f->next = me.free[size_class];
    me.free[size_class] = f;
  }
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the free list keeps it for ever
  frame* const first = me.free[size_class];
  me.free[size_class] = first->next;
  return first;
}

frame* allocate_frame(const frame_ops& ops) {
  record* const me = runtime::this_record();
  frame* f = nullptr;
  if (me == nullptr || ops.size_class == heap_class) {
    f = heap_frame(ops.bytes, ops.align);
  } else {
    f = me->free[ops.size_class];
    if (f == nullptr) {
      f = refill(*me, ops.size_class);
    } else {
      me->free[ops.size_class] = f->next;
    }
  }
  f->ops = &ops;
  if (me != nullptr) {
    f->holder.store(static_cast<std::uint16_t>(me->id + 1), std::memory_order_relaxed);
  }
  return f;
}

void release_frame(frame* f) noexcept {
  if (f->home == nullptr) {
    const std::size_t align = f->ops->align;
    f->~frame();
    ::operator delete (static_cast<void*>(f), std::align_val_t{align});
    return;
  }
  reset_frame(f);
  record& home = record_of(*f->home);
  if (&home == this_worker()) {
    f->next = home.free[f->ops->size_class];
    home.free[f->ops->size_class] = f;
  } else {
    send_home(home, f, f);
  }
}

void drop_future(frame* f) noexcept {
  // On the thread that owns the child's scope a plain mark is enough: settle() runs on that thread, too.
  if (f->home != nullptr && f->home == this_worker() && !runtime::is_remote(f)) {
    if ((f->flags.load(std::memory_order_acquire) & frame_flag::handed) == 0) {
      f->marks.store(
          static_cast<std::uint8_t>(f->marks.load(std::memory_order_relaxed) | mark_dropped),
          std::memory_order_relaxed);
      return;
    }
  } else if ((f->flags.fetch_or(frame_flag::dropped, std::memory_order_seq_cst) &
              frame_flag::handed) == 0) {
    return;
  }
  runtime::destroy_outcome(f);
  release_frame(f);
}

void leave_future(frame* f) noexcept {
  f->phase.store(phase::taken, std::memory_order_release);
  drop_future(f);
}

void request_child_stop(frame* f) noexcept {
  runtime::request_stop(f);
}

task_state state_of(const frame* f) noexcept {
  const phase now = f->phase.load(std::memory_order_acquire);
  if (is_final(now) && runtime::is_listed(f)) {
    return task_state::running;  // the tracker is told before anybody else
  }
  switch (now) {
    case phase::queued:
      return task_state::queued;
    case phase::running:
      return task_state::running;
    case phase::failed:
      return task_state::failed;
    case phase::stopped:
      return task_state::stopped;
    case phase::never_started:
      return task_state::never_started;
    default:
      return task_state::done;
  }
}

void store_failure(frame* f) noexcept {
  scope& s = *f->of;
  const std::exception_ptr error = std::current_exception();
  if (error == nullptr) {
    // A forced unwind (pthread_cancel) or a foreign exception: not ours to swallow, and there is nobody to pass it to.
    const label name(f->ops->name != nullptr ? f->ops->name(f) : std::string_view("unnamed"));
    std::fprintf(stderr,
                 "covey: a thread was cancelled or unwound by force inside the child '%.*s' "
                 "spawned at %s:%u\n",
                 static_cast<int>(name.view().size()),
                 name.view().data(),
                 f->spawned_at.file(),
                 static_cast<unsigned>(f->spawned_at.line()));
    std::abort();
  }
  const bool asked = (f->flags.load(std::memory_order_acquire) & frame_flag::stop) != 0;
  if (runtime::obeys_stop(s, asked)) {
    runtime::store_note(f, runtime::note_of(s));
    runtime::extra_of(s).stopped.fetch_add(1, std::memory_order_relaxed);
    f->phase.store(phase::stopped, std::memory_order_seq_cst);
  } else {
    runtime::stored_pointer(f) = runtime::keep_failure(s, f, error, false);
    f->phase.store(phase::failed, std::memory_order_seq_cst);
  }
}

void inline_child_threw(scope& s, frame* f) {
  const std::exception_ptr error = std::current_exception();
  if (error == nullptr) {
    throw;  // a forced unwind goes on
  }
  const bool obeys = runtime::obeys_stop(s, false);
  if (obeys) {
    runtime::extra_of(s).stopped.fetch_add(1, std::memory_order_relaxed);
    s.attention.fetch_or(attention::extra, std::memory_order_relaxed);
  } else if (kept_failure* const kept = runtime::keep_failure(s, f, error, pending_of(s) == 1)) {
    kept->delivered.store(true, std::memory_order_release);
    kept->leave();
  }
  f->ops->discard(f);
  release_frame(f);
  enter_context(body_of(&s));
  count_finished(s);
  if (!obeys) {
    throw;
  }
  const stop_reason why = runtime::why_stopped(body_of(&s));
  join_scope(s);
  throw cancelled(why);
}

void throw_outcome_of(frame* f) {
  if (f->phase.load(std::memory_order_acquire) == phase::failed) {
    kept_failure* const kept = runtime::stored_failure(f);
    leave_future(f);
    if (kept == nullptr) {
      throw std::bad_alloc();  // the failure was counted, but there was no memory to keep it
    }
    kept->delivered.store(true, std::memory_order_release);
    const std::exception_ptr error = kept->what.error;
    kept->leave();
    std::rethrow_exception(error);
  }
  stop_note* const note = runtime::stored_note(f);
  const bool asked = (f->flags.load(std::memory_order_acquire) & frame_flag::stop) != 0;
  stop_reason why;
  scope* open = nullptr;
  if (note != nullptr) {
    why = note->why;
    open = note->open.load(std::memory_order_acquire);
  } else if (asked) {
    why = runtime::own_stop_of(f);
  }
  leave_future(f);
  if (note != nullptr) {
    note->leave();
  }
  // In the body of its nursery get() acts as join(): the cause, with all failures, instead of "cancelled".
  if (open != nullptr && !asked) {
    context c = this_context();
    while (c != outside() && (c & context_tag) == in_body) {
      if (&runtime::scope_of(c) == open) {
        join_scope(*open);
        break;
      }
      c = runtime::scope_of(c).outer;
    }
  }
  throw cancelled(why);
}

void throw_no_state() {
  throw std::future_error(std::future_errc::no_state);
}

void refuse_null() {
  throw std::invalid_argument(
      "covey: a null function pointer or empty std::function cannot be a child");
}

void throw_closed_door() {
  throw structure_error("covey: a spawn through a door that was closed or moved from");
}

}  // namespace covey::detail
