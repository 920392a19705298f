// SPDX-License-Identifier: Apache-2.0
// What the engine tells the tracker of workers.
#pragma once

#include "worker/record.hpp"

namespace covey::runtime {

void track_owner(record& r) noexcept;  // the calling thread owns it from now on
void track_no_owner(record& r) noexcept;
void track_sleep(record& me) noexcept;
void track_wake(record& me) noexcept;

}  // namespace covey::runtime
