// SPDX-License-Identifier: Apache-2.0
// Makes and destroys the rare part of a scope, and what that shares with frames.
#include "scope/scope_extra.hpp"

#include "failures/emergency_store.hpp"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>

namespace covey::detail {

kept_failure* kept_failure::make() noexcept {
  if (auto* const made = new (std::nothrow) kept_failure) {
    return made;
  }
  void* const memory = runtime::emergency_allocate(sizeof(kept_failure));
  if (memory == nullptr) {
    return nullptr;
  }
  auto* const made = ::new (memory) kept_failure;
  made->emergency = true;
  return made;
}

void kept_failure::release() noexcept {
  if (owners.fetch_sub(1, std::memory_order_acq_rel) != 1) {
    return;
  }
  if (emergency) {
    this->~kept_failure();
    runtime::emergency_release(this, sizeof(kept_failure));
  } else {
    delete this;
  }
}

void shared_stop::release() noexcept {
  if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete this;
  }
}

}  // namespace covey::detail

namespace covey::runtime {

using detail::scope;
namespace bits = detail::attention;

scope_extra& extra_of(scope& s) noexcept {
  if (scope_extra* const there = extra_if_any(s)) {
    return *there;
  }
  bool emergency = false;
  auto* made = new (std::nothrow) scope_extra;
  if (made == nullptr) {
    void* const memory = emergency_allocate(sizeof(scope_extra));
    if (memory == nullptr) {
      std::fputs("covey: no memory is left to record a failure or a stop\n", stderr);
      std::abort();
    }
    made = ::new (memory) scope_extra;
    emergency = true;
  }
  made->emergency = emergency;
  made->of = s.owner != nullptr ? record_of(*s.owner).of : nullptr;
  make_rare_words(s);
  scope_extra* expected = nullptr;
  if (!s.rare.compare_exchange_strong(expected, made, std::memory_order_acq_rel)) {
    if (emergency) {
      made->~scope_extra();
      emergency_release(made, sizeof(scope_extra));
    } else {
      delete made;
    }
    return *expected;
  }
  s.attention.fetch_or(bits::extra, std::memory_order_seq_cst);
  return *made;
}

void destroy_extra(scope& s) noexcept {
  scope_extra* const x = extra_if_any(s);
  if (x == nullptr) {
    return;
  }
  s.rare.store(nullptr, std::memory_order_release);
  for (detail::kept_failure* kept = x->first; kept != nullptr;) {
    detail::kept_failure* const next = kept->next;
    kept->release();
    kept = next;
  }
  if (x->emergency) {
    x->~scope_extra();
    emergency_release(x, sizeof(scope_extra));
  } else {
    delete x;
  }
}

std::string in_words(const scope& s) {
  const scope_extra* const x = extra_if_any(s);
  std::string words = "nursery";
  if (x != nullptr && !x->name.empty()) {
    words += " " + quoted(x->name.view());
  }
  return words + " opened at " + to_string(s.opened_at);
}

crew& crew_of(const scope& s) noexcept {
  return s.owner != nullptr ? *record_of(*s.owner).of : *s.rare.load(std::memory_order_acquire)->of;
}

}  // namespace covey::runtime
