// SPDX-License-Identifier: Apache-2.0
// Variables that wait in memory for a path that is rarely taken.
// Gain: registers would live across the call of the child, and every call of the function, leaves included, would save and
// restore them. fib(36) takes 1.06 times as long with plain constants by g++ 12, 1.09 times by clang 19 (1 thread, AMD
// EPYC, 2026-12).
#pragma once

#include <covey/config.hpp>

namespace covey::detail {

#if COVEY_PORTABLE
template <class T>
using in_memory = T;
#else
template <class T>
using in_memory = volatile T;
#endif

}  // namespace covey::detail
