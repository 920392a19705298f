// SPDX-License-Identifier: Apache-2.0
// Running a child in full: context, outcome, hand-over to its future, return to its scope.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

// Runs a child that this thread holds, wherever it came from. User code is called below here, and nowhere else but in
// the inline path of get().
void execute(record& me, frame* f) noexcept;

// Makes this thread the owner of a record.
void take_over(record& me) noexcept;

// Ends the scope's use of a finished child: frees its memory, or leaves it to the future.
void settle(frame* f) noexcept;
// Destroys what a final child left in its frame.
void destroy_outcome(frame* f) noexcept;
// Counts a remote child, or a door, off. The last access to the scope.
void uncount_remote(detail::scope& s) noexcept;
// Collects the children that thieves brought back. Owner only.
void collect(detail::scope& s) noexcept;
// Ends a child that was taken out of its queue and will not run.
void end_queued(frame* f) noexcept;
// The same, without giving its seat in a scope with a limit back: the caller does.
void end_in_seat(frame* f) noexcept;
// As end_queued(), in a pool that was shut down, which stops its scope.
void drop_queued(frame* f) noexcept;
// Ends a child that will not run: its callable is destroyed, its future says never_started.
void end_unrun(detail::scope& s, frame* f) noexcept;

}  // namespace covey::runtime
