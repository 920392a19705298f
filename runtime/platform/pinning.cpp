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
  // Pinning twice does no harm. Not a local static with an initialiser: a child that is forked during the initialisation
  // would wait for ever. relaxed: no other data depends on it.
  static constinit std::atomic<bool> pinned{false};
  if (!pinned.load(std::memory_order_relaxed)) {
    static_cast<void>(pin());
    pinned.store(true, std::memory_order_relaxed);
  }
}

}  // namespace covey::runtime
