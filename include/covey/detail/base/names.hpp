// SPDX-License-Identifier: Apache-2.0
// The names of the parts that the compiled half is called with.
#pragma once

#include <atomic>
#include <cstdint>

namespace covey::detail {

// The memory of a child, the inside of a nursery, what a thread has of one pool (detail/task/).
struct frame;
struct frame_ops;
struct scope;
struct worker;
enum class phase : std::uint8_t;

// One place in a worker's deque.
using slot = std::atomic<frame*>;

}  // namespace covey::detail
