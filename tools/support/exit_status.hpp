// SPDX-License-Identifier: Apache-2.0
// What the tools and the larger examples return to the shell.
#pragma once

namespace support::exit_status {

inline constexpr int done = 0;
inline constexpr int failed = 1;  // some of the work failed, or output could not be written
inline constexpr int usage = 2;
inline constexpr int timed_out = 124;  // as timeout(1) returns
inline constexpr int signal_offset =
    128;  // plus the signal's number: 130 for SIGINT, 143 for SIGTERM

}  // namespace support::exit_status
