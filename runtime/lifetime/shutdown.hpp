// SPDX-License-Identifier: Apache-2.0
// The end of a pool.
#pragma once

namespace covey::runtime {

class crew;

// Idle loops end; what is queued will not start; what runs is asked to stop, and waited for at most 2 s.
void shut_down(crew& of) noexcept;

}  // namespace covey::runtime
