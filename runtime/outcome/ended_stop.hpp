// SPDX-License-Identifier: Apache-2.0
// Stores the stop of a nursery whose block was left by an exception, for the context that the exception comes to.
#pragma once

#include "scope/context.hpp"

#include <covey/task_info.hpp>

#include <cstdint>
#include <exception>

namespace covey::runtime {

// A nursery in block form cannot catch the `cancelled` by which its body obeyed its stop. The exception leaves the block,
// and the nursery has been destroyed when it comes to code that asks whether it is a failure. So the end of the nursery
// stores its *ended stop* in the thread: the context in which it was opened, and the cause of its stop. Each further block
// that the exception leaves moves the ended stop outwards.

// The end of a scope while an exception leaves its block. Made before the children are waited for: it saves the ended stop
// of the thread.
class leaving_by_exception {
 public:
  leaving_by_exception() noexcept;
  void end(scope& s) noexcept;

 private:
  context
      before_;  // the saved ended stop: children that this thread runs meanwhile may store others
  stop_reason why_;
  bool timed_out_;
};

// What the `cancelled` that is being handled means in the context that it came to.
enum class absorbed : std::uint8_t {
  no,    // it obeys no stop of a nursery that was opened in this context and has ended
  stop,  // it obeys the own stop of such a nursery, or a deadline with return_partial: no failure
  deadline,  // it obeys the deadline of such a nursery, which would have thrown timeout_error
};
// Inside a handler. @param why set to the cause, when it is one
[[nodiscard]] absorbed ended_in_here(stop_reason& why) noexcept;
// The timeout_error that the nursery would have thrown.
[[nodiscard]] std::exception_ptr timeout_of(const stop_reason& why) noexcept;

// Whether both causes are those of one stop, whatever their kinds.
[[nodiscard]] bool same_cause(const stop_reason& a, const stop_reason& b) noexcept;

}  // namespace covey::runtime
