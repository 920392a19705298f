// SPDX-License-Identifier: Apache-2.0
// Keeps the engine in memory once threads run in it, whatever is closed around it.
#pragma once

namespace covey::runtime {

// From here on the library or plug-in that contains the engine is not unloaded before the process ends: workers, the
// timer thread and the handler at exit run in it. Idempotent. Any thread.
void stay_loaded() noexcept;

}  // namespace covey::runtime
