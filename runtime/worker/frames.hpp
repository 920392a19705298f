// SPDX-License-Identifier: Apache-2.0
// The memory of children: frames made, reset and given back to the worker that made them.
#pragma once

#include <covey/detail/task/frame.hpp>
#include <covey/detail/task/worker.hpp>

namespace covey::detail {

// Whether a frame without a home was made in this process, and not before it was forked.
[[nodiscard]] bool is_of_this_process(const frame* heap_frame) noexcept;
// A finished frame becomes a free one.
void reset_frame(frame* f) noexcept;
// Pushes a chain of free frames to the worker that made them. Any thread.
void send_home(worker& home, frame* first, frame* last) noexcept;

}  // namespace covey::detail
