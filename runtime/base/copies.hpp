// SPDX-License-Identifier: Apache-2.0
// Tells that a process has more than one copy of covey.
#pragma once

namespace covey::runtime {

// If several files of this process contain covey, names them on stderr: once for each copy that calls this, and never when
// the environment variable COVEY_COPIES is "allowed". Thread-safe.
void tell_of_copies() noexcept;

}  // namespace covey::runtime
