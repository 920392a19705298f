// SPDX-License-Identifier: Apache-2.0
// The sink of failures that nobody can receive: the handler that is set, or one block on stderr.
#include "base/fork.hpp"

#include <covey/unhandled_failure.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <string_view>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace covey {
namespace {

using shared_handler = std::shared_ptr<const failure_handler>;

/// Never destroyed: failures may be reported until the very end of the process.
struct handler_slot {
  constexpr handler_slot() noexcept : handler() {}
  handler_slot(const handler_slot&) = delete;
  handler_slot& operator=(const handler_slot&) = delete;
  ~handler_slot() {}  // NOLINT(modernize-use-equals-default): the union must stay as it is

  runtime::fork_mutex
      mutex;  // guards handler; nothing of the user's is called, copied or destroyed under it
  union {
    shared_handler handler;  // null: the default
  };
};
constinit handler_slot slot{};

shared_handler current_handler() noexcept {
  const std::lock_guard hold(slot.mutex);
  return slot.handler;
}

/// Replaces the expected handler by `next`. On success `next` holds the old one afterwards.
bool exchange_handler(const shared_handler& expected, shared_handler& next) noexcept {
  const std::lock_guard hold(slot.mutex);
  if (slot.handler != expected) {
    return false;
  }
  slot.handler.swap(next);
  return true;
}

/// Writes all parts with one call, and what a pipe or a signal left over with further ones. Errors are ignored: there
/// is nobody left to tell.
template <std::size_t Count>
void write_to_stderr(std::array<std::string_view, Count> parts) noexcept {
  std::size_t first = 0;
  while (first < Count) {
    std::array<iovec, Count> pieces{};
    for (std::size_t i = first; i < Count; ++i) {
      pieces[i - first] = {const_cast<char*>(parts[i].data()), parts[i].size()};
    }
    const ssize_t result = ::writev(STDERR_FILENO, pieces.data(), static_cast<int>(Count - first));
    if (result < 0 && errno == EINTR) {
      continue;
    }
    if (result < 0) {
      return;
    }
    auto written = static_cast<std::size_t>(result);
    while (first < Count && written >= parts[first].size()) {
      written -= parts[first].size();
      ++first;
    }
    if (first < Count) {
      parts[first].remove_prefix(written);
    }
  }
}

/// The default. Takes no memory beyond that of what(), which has a text for when there is none.
void write_block(const composite_exception& failures, std::string_view why_here) noexcept {
  // A cancelled thread still reports: write() is a cancellation point.
  int cancel_state = 0;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
  const int saved_errno = errno;
  write_to_stderr(std::array<std::string_view, 4>{
      "covey: unhandled ", std::string_view(failures.what()), why_here, "\n"});
  errno = saved_errno;
  pthread_setcancelstate(cancel_state, nullptr);
}

// Whether the handler runs on this thread: what fails unhandled inside it goes to the default.
thread_local constinit bool handler_runs_here = false;

class handler_guard {
 public:
  handler_guard() noexcept { handler_runs_here = true; }
  handler_guard(const handler_guard&) = delete;
  handler_guard& operator=(const handler_guard&) = delete;
  ~handler_guard() { handler_runs_here = false; }
};

/// @returns false if the handler threw.
bool try_handler(const failure_handler& handler, const composite_exception& failures) {
  try {
    const handler_guard guard;
    handler(failures);
    return true;
  } catch (...) {
    if (std::current_exception() == nullptr) {
      throw;  // a forced unwind (pthread_cancel) cannot be held up; the process ends
    }
    return false;
  }
}

}  // namespace

failure_handler set_unhandled_failure_handler(failure_handler handler) {
  shared_handler next;
  if (handler) {
    next = std::make_shared<const failure_handler>(std::move(handler));
  }
  for (;;) {
    const shared_handler before = current_handler();
    failure_handler copy;
    if (before != nullptr) {
      copy = *before;
    }
    if (exchange_handler(before, next)) {
      return copy;
    }
  }
}

namespace detail {

void report_unhandled(const composite_exception& failures) noexcept {
  const shared_handler handler = current_handler();
  if (handler == nullptr) {
    write_block(failures, "");
  } else if (handler_runs_here) {
    write_block(failures, "\n(reported here because it came up inside the failure handler)");
  } else if (!try_handler(*handler, failures)) {
    write_block(failures, "\n(reported here because the failure handler threw)");
  }
}

}  // namespace detail
}  // namespace covey
