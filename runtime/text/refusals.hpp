// SPDX-License-Identifier: Apache-2.0
// What a pool says to whoever it cannot serve.
#pragma once

namespace covey::runtime {

// @throws pool_error, always.
[[noreturn]] void throw_forked();
[[noreturn]] void throw_shut_down();

}  // namespace covey::runtime
