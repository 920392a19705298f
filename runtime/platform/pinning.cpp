// SPDX-License-Identifier: Apache-2.0
// dlclose() of a plug-in that used covey must not take the code away under covey's threads.
#include "platform/pinning.hpp"

#include <atomic>
#include <dlfcn.h>

namespace covey::runtime {

namespace {

// Opens the object that contains this very function once more, for good. A handle to the program itself is harmless.
bool pin() noexcept {
  Dl_info here{};
  if (::dladdr(reinterpret_cast<const void*>(&stay_loaded), &here) == 0 ||
      here.dli_fname == nullptr) {
    return false;
  }
  return ::dlopen(here.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
}

}  // namespace

void stay_loaded() noexcept {
  // Twice does no harm. Not a static that is made once: a child that is forked meanwhile would wait for the maker. relaxed:
  // it carries nothing.
  static constinit std::atomic<bool> pinned{false};
  if (!pinned.load(std::memory_order_relaxed)) {
    static_cast<void>(pin());
    pinned.store(true, std::memory_order_relaxed);
  }
}

}  // namespace covey::runtime
