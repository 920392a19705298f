// SPDX-License-Identifier: Apache-2.0
// Remembers the stop of a nursery whose block was left by an exception, for whoever the exception comes to.
#pragma once

#include "scope/context.hpp"

#include <covey/task_info.hpp>

#include <cstdint>
#include <exception>

namespace covey::runtime {

// A nursery in block form cannot swallow the `cancelled` with which its body obeyed its stop: the exception leaves the
// block, and the nursery is gone when it comes to somebody who asks whether it is a failure. So the end of the nursery
// leaves a note in the thread: in which context it was opened, and what its stop was. The note moves outwards with the
// exception, from block to block.

// The end of `s`, while an exception leaves its block. `before`: the note from before the children were waited for.
class leaving_by_exception {
 public:
  leaving_by_exception() noexcept;
  void end(scope& s) noexcept;

 private:
  context before_;  // children that run here meanwhile may leave notes of their own
  stop_reason why_;
  bool timed_out_;
};

// What the `cancelled` that is being handled means to the context that it came to.
enum class absorbed : std::uint8_t {
  no,  // it has nothing to do with a nursery that ended in here
  stop,  // it obeyed an own stop of such a nursery, or a deadline that returns what there is: no failure
  deadline,  // it obeyed the deadline of such a nursery, which would have thrown timeout_error
};
// Inside a handler. @param why set to the cause, when it is one
[[nodiscard]] absorbed ended_in_here(stop_reason& why) noexcept;
// The timeout_error that the nursery would have thrown.
[[nodiscard]] std::exception_ptr timeout_of(const stop_reason& why) noexcept;

// Whether both are the same stop, seen from different places.
[[nodiscard]] bool same_cause(const stop_reason& a, const stop_reason& b) noexcept;

}  // namespace covey::runtime
