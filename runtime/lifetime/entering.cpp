// SPDX-License-Identifier: Apache-2.0
// Foreign threads enter a pool, and leave it.
#include "lifetime/entering.hpp"

#include "platform/stack.hpp"
#include "pool/crew.hpp"
#include "pool/rights.hpp"
#include "run/execute.hpp"
#include "text/refusals.hpp"
#include "worker/thread_switch.hpp"

#include <covey/detail/base/stack.hpp>
#include <covey/detail/compiled/entering.hpp>
#include <covey/detail/fast/stack_pointer.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/error.hpp>
#include <covey/pool.hpp>

#include <string>

namespace covey::runtime {

crew& default_crew() {
  return detail::pool_access::crew_of(pool::default_pool());
}

void leave_pool(record& me) noexcept {
  if (me.has_permit.exchange(false, std::memory_order_acq_rel)) {
    give_up_right(me);
  }
  me.of->leave(me);
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
          true, std::memory_order_release);  // the thread that ends the nursery adopts the record
    }
  }
};
thread_local thread_exit at_thread_exit;

}  // namespace

}  // namespace covey::runtime

namespace covey::detail {

namespace {

// Takes a permit for the calling thread, in the pool that it was in last, else in the default pool.
runtime::record& attach_thread() {
  if (runtime::record* const me = runtime::this_record()) {
    if (me->of->from_before_fork()) {
      runtime::throw_forked();
    }
    me->of->occupy_permit();
    me->has_permit.store(true, std::memory_order_relaxed);
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
  of.occupy_permit();
  me.has_permit.store(true, std::memory_order_relaxed);
  runtime::take_over(me);
  return me;
}

}  // namespace

worker& enter_covey(site where) {
  runtime::record* me = runtime::this_record();
  if (me == nullptr ||
      (detail::this_context() == outside() && !me->has_permit.load(std::memory_order_relaxed))) {
    me = &attach_thread();
  }
  const char* const bound = runtime::own_stack_bound();
  me->stack_bound.store(bound, std::memory_order_relaxed);
  if (stack_pointer() < bound && near_stack_end(stack_pointer())) {
    stack_exhausted(where);
  }
  return *me;
}

void stack_exhausted(site where) {
  throw structure_error("covey: the stack of this thread is nearly used up; the nursery at " +
                        to_string(where) + " is nested too deeply");
}

}  // namespace covey::detail
