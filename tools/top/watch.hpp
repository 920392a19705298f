// SPDX-License-Identifier: Apache-2.0
// The live view: looks, draws, and waits for the next look, a key, a signal or the end of the process.
#pragma once

#include "options.hpp"
#include "target.hpp"

namespace top {

/// @returns when the user has enough (q, SIGINT, SIGTERM) or the process has ended, which is said.
/// @throws problem if the process can no longer be read although it lives.
void watch(const target& of, const options& wanted);

}  // namespace top
