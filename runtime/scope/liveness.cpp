// SPDX-License-Identifier: Apache-2.0
// Tells ended nurseries from open ones.
#include "scope/liveness.hpp"

#include "scope/scope_extra.hpp"
#include "worker/record.hpp"
#include "worker/roster.hpp"
#include "worker/thread_switch.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace covey::runtime {

namespace {

// Its address is the owner of every ended scope.
constinit detail::worker* ended_marker_word = nullptr;

[[nodiscard]] detail::worker* ended_marker() noexcept {
  return reinterpret_cast<detail::worker*>(&ended_marker_word);
}

[[nodiscard]] bool is_record(const detail::worker* w) noexcept {
  const std::size_t count = roster::size();
  for (std::size_t i = 0; i < count; ++i) {
    if (&roster::at(i) == w) {
      return true;
    }
  }
  return false;
}

enum class verdict { open, ended, overwritten };

[[nodiscard]] verdict judge(const detail::scope& s) noexcept {
  const detail::worker* const owner = s.owner;
  if (owner == ended_marker()) {
    return verdict::ended;
  }
  if (owner == nullptr) {
    // A box has a scope_extra from its opening on.
    return extra_if_any(s) != nullptr ? verdict::open : verdict::overwritten;
  }
  if (!is_record(owner)) {
    return verdict::overwritten;
  }
  // While a scope is open, its owner is in a context. Threads that may use the scope learned of it after that was stored,
  // so that no older value is read here. A joined scope may have left its owner's chain of contexts (misnesting.cpp).
  const bool joined =
      (s.attention.load(std::memory_order_relaxed) & detail::attention::closed) != 0;
  return joined || context_seen(*owner) != detail::outside() ? verdict::open : verdict::ended;
}

}  // namespace

void mark_ended(detail::scope& s) noexcept {
  if constexpr (checks_liveness) {
    s.owner = ended_marker();
  }
}

void abort_if_ended(const detail::scope& s, const char* tried, const site* where) noexcept {
  const verdict found = judge(s);
  if (found == verdict::open) {
    return;
  }
  std::string text = std::string("covey: ") + tried;
  if (where != nullptr) {
    text += " at " + to_string(*where);
  }
  text += found == verdict::ended
              ? ": the nursery has ended; it was opened at " + to_string(s.opened_at)
              : ": there is no nursery any more at this address";
  text += ". A thread that may come late needs a door (nursery::open_door).\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

}  // namespace covey::runtime
