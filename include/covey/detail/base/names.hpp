// SPDX-License-Identifier: Apache-2.0
// Forward declarations of the types in the interface of the compiled half.
#pragma once

#include <atomic>
#include <cstdint>

namespace covey::detail {

// The memory of a child, the inside of a nursery, the hot part of a worker (detail/task/).
struct frame;
struct frame_ops;
struct scope;
struct worker;
enum class phase : std::uint8_t;

// A position in a worker's deque.
using slot = std::atomic<frame*>;

}  // namespace covey::detail
