// SPDX-License-Identifier: Apache-2.0
// Making the rare words of a scope.
#include "scope/notes.hpp"

#include "worker/pool_front.hpp"
#include "worker/record.hpp"

#include <thread>

namespace covey::runtime {

using detail::scope;
namespace bits = detail::attention;

void make_notes(scope& s) noexcept {
  if (has_notes(s)) {
    return;
  }
  bool mine = (s.attention.fetch_or(bits::noting, std::memory_order_acq_rel) & bits::noting) == 0;
  while (!mine && !has_notes(s)) {
    std::this_thread::yield();
    // In a forked process the thread that was making them does not exist.
    mine = record_of(*s.owner).front->from_before_fork();
  }
  if (mine) {
    begin_notes(s, 0);
    s.attention.fetch_or(bits::noted, std::memory_order_seq_cst);
  }
}

}  // namespace covey::runtime
