// SPDX-License-Identifier: Apache-2.0
// A fixed piece of work, timed beside every run: when it takes longer, the machine was busy with something else.
#pragma once

namespace bench {

/// Times a few milliseconds of integer work on the calling thread. @returns seconds
[[nodiscard]] double time_control();

/// @returns the seconds for which the host has kept this machine's processors from it since it was started, all
///          processors together; 0 if the system does not tell.
[[nodiscard]] double stolen_seconds();

}  // namespace bench
