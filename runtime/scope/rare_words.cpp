// SPDX-License-Identifier: Apache-2.0
// Making the rare words of a scope.
#include "scope/rare_words.hpp"

#include "worker/pool_front.hpp"
#include "worker/record.hpp"

#include <thread>

namespace covey::runtime {

using detail::scope;
namespace bits = detail::attention;

void make_rare_words(scope& s) noexcept {
  if (has_rare_words(s)) {
    return;
  }
  bool mine = (s.attention.fetch_or(bits::making_rare_words, std::memory_order_acq_rel) &
               bits::making_rare_words) == 0;
  while (!mine && !has_rare_words(s)) {
    std::this_thread::yield();
    // In a forked process the thread that was making them does not exist.
    mine = record_of(*s.owner).front->from_before_fork();
  }
  if (mine) {
    begin_rare_words(s, 0);
    s.attention.fetch_or(bits::has_rare_words, std::memory_order_seq_cst);
  }
}

}  // namespace covey::runtime
