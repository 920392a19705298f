// SPDX-License-Identifier: Apache-2.0
// Where frames come from and go to.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>

#include <cstddef>

namespace covey::detail {

// @returns a frame of that class. @throws std::bad_alloc
[[gnu::returns_nonnull]] COVEY_API frame* refill(worker& me, std::size_t size_class);
// On any thread, of any size.
[[gnu::returns_nonnull]] COVEY_API frame* allocate_frame(const frame_ops& ops);
// On any thread: the header is reset, the memory given back.
COVEY_API void release_frame(frame* f) noexcept;
// Puts the free frame that waits in a slot into the free list. Owner.
COVEY_API void displace_frame(worker& me, slot* at) noexcept;

}  // namespace covey::detail
