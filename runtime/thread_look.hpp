// SPDX-License-Identifier: Apache-2.0
// What the system says about a thread of this process.
#pragma once

#include <cstdint>

namespace covey::runtime {

// Reads how long it has run on a processor, in ns. @returns false when there is no such thread. A fraction of a µs.
[[nodiscard]] bool cpu_time_of(std::uint32_t thread, std::uint64_t& ns) noexcept;

// @returns whether it sleeps, and is not only waiting for a processor. Costs some 15 µs; false where it cannot be told.
[[nodiscard]] bool is_asleep(std::uint32_t thread) noexcept;

}  // namespace covey::runtime
