// SPDX-License-Identifier: Apache-2.0
// Waits for a child on a thread that is no worker.
#include "wait/queued.hpp"

#include "deque/deque.hpp"
#include "pool/crew.hpp"
#include "pool/crews.hpp"
#include "pool/permits.hpp"
#include "run/execute.hpp"
#include "worker/lot.hpp"

#include <covey/detail/compiled/await.hpp>
#include <covey/detail/task/scope.hpp>

#include <mutex>
#include <optional>

namespace covey::detail {

using runtime::crew;
using runtime::record;

namespace {

// The pool in which a child is queued, or null. Makes a guest of the pool, as the child may end, and its pool after it.
[[nodiscard]] crew* visit_pool_of(const frame* f, std::optional<crew::guest>& here) noexcept {
  crew* of = nullptr;
  if (in_common_queue(f->queue_position.load(std::memory_order_relaxed))) {
    of = runtime::crews::by_id(f->holder.load(std::memory_order_relaxed));
    if (of != nullptr) {
      here.emplace(*of);
    }
  } else if (record* const in = holder_of(f)) {
    const std::scoped_lock guard(in->lock);
    of = in->of;
    here.emplace(*of);
  }
  return of;
}

}  // namespace

void await_outside(frame* f) noexcept {
  std::optional<crew::guest> here;
  crew* const of = visit_pool_of(f, here);
  publish_frame(f);
  if (mark_sleeper(f)) {
    return;
  }
  if (of == nullptr) {
    runtime::lot::wait(f, [f] { return announced(f); });
    return;
  }
  while (!announced(f)) {
    const runtime::shortage_watch watch(*of);
    if (of->is_stranded()) {
      of->run_one_here();
    } else {
      const runtime::permits_lent lent;
      static_cast<void>(watch.sleep(f, lent, [f] { return announced(f); }));
    }
  }
}

}  // namespace covey::detail
