// SPDX-License-Identifier: Apache-2.0
// The call of nursery_options::on_failure: once a failure, by one thread at a time, under no lock.
#include "outcome/failure_hook.hpp"

#include "outcome/failures.hpp"

#include <exception>
#include <mutex>
#include <utility>

namespace covey::runtime {

namespace {

// Inside a handler, after the hook threw.
void keep_hook_failure(detail::scope& s) noexcept {
  const std::exception_ptr thrown = std::current_exception();
  if (thrown == nullptr) {
    std::terminate();  // a forced unwind: nobody may go on from here
  }
  if (!obeys_stop(s, false)) {
    keep_own_failure(s, thrown, label("on_failure"));
  }
}

}  // namespace

// The first thread calls the hook, then calls it for the failures that other threads listed meanwhile. The scope stays
// open, as the child of that thread has not ended.
void tell_of_failure(detail::scope& s, const failed_child& what) noexcept {
  scope_extra& x = extra_of(s);
  {
    const std::scoped_lock guard(x.lock);
    if (x.telling) {
      try {
        x.untold.push_back(what);
      } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): below
        // No memory for the list: the hook is not called; the composite has the failure.
      }
      return;
    }
    x.telling = true;
  }
  for (failed_child next = what;;) {
    try {
      x.on_failure(next);
    } catch (...) {
      keep_hook_failure(s);
    }
    const std::scoped_lock guard(x.lock);
    if (x.untold.empty()) {
      x.telling = false;
      return;
    }
    next = std::move(x.untold.front());
    x.untold.pop_front();
  }
}

}  // namespace covey::runtime
