// SPDX-License-Identifier: Apache-2.0
// Allocation of frames.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

#include <cstddef>

namespace covey::detail {

// Fills the free list of that class. @returns a frame of it. @throws std::bad_alloc
[[gnu::returns_nonnull]] COVEY_API frame* refill(worker& me, std::size_t size_class);
// Any thread; of any size. @throws std::bad_alloc
[[gnu::returns_nonnull]] COVEY_API frame* allocate_frame(const frame_ops& ops);
// Any thread: resets the header, and gives the frame back to its worker, or to the heap.
COVEY_API void release_frame(frame* f) noexcept;
// Moves the free frame in a slot to the free list. Owner only.
COVEY_API void displace_frame(worker& me, slot* at) noexcept;

}  // namespace covey::detail
