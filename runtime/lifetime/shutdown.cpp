// SPDX-License-Identifier: Apache-2.0
// Ends a pool.
#include "lifetime/shutdown.hpp"

#include "pool/crew.hpp"
#include "pool/permits.hpp"
#include "run/execute.hpp"
#include "run/exiting.hpp"
#include "worker/lot.hpp"
#include "worker/stop_epoch.hpp"

#include <covey/policy.hpp>

#include <chrono>

namespace covey::runtime {

namespace {

using namespace std::chrono_literals;

constexpr auto shutdown_patience = 2s;

// Ends queued children as never started, and requests a stop of all others.
void stop_everything(crew& of) noexcept {
  announce_stop();
  if (detail::stop_state* const state = of.root_state_if_any()) {
    state->request(of.shutdown_reason());
  }
  while (frame* const f = of.common.pop()) {
    drop_queued(f);
  }
}

[[nodiscard]] bool is_worker_of(const crew& of) noexcept {
  const record* const me = this_record();
  return me != nullptr && me->of == &of &&
         me->kind.load(std::memory_order_relaxed) == worker_kind::thief;
}

}  // namespace

void shut_down(crew& of) noexcept {
  if (!of.close()) {
    return;
  }
  stop_everything(of);
  if (of.from_before_fork()) {
    return;  // a stop callback forked, and came back in the forked process
  }
  of.dismiss_idle_loops();
  const bool inside = is_worker_of(of);
  const std::size_t caller = inside ? 1 : 0;
  const auto gone = [&of, caller] { return of.threads.running() <= caller; };
  const auto wait = [&of, &gone] {
    const permits_lent lent;
    const clock::time_point end =
        is_exiting() ? end_of_patience() : clock::now() + shutdown_patience;
    return lot::wait_real(&of, end, gone);
  };
  if ((gone() || wait()) && !inside) {
    of.give_threads_back();
  }
}

}  // namespace covey::runtime
