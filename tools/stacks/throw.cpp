// SPDX-License-Identifier: Apache-2.0
// Takes the place of the C++ runtime's __cxa_throw: notes the stack, then throws as ever.
#include "noted_stacks.hpp"

#include <covey/config.hpp>
#include <covey/detail/base/stack_source.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <typeinfo>
#include <unwind.h>

#if COVEY_ASAN
extern "C" void __asan_handle_no_return();  // NOLINT(bugprone-reserved-identifier)
#endif

namespace covey::stacks {
namespace {

constinit noted_stacks noted;

using throw_function = void (*)(void*, std::type_info*, destructor);

// The function whose place we take: in the C++ runtime, or in a sanitizer that took its place before.
[[nodiscard]] throw_function find_original() noexcept {
  auto* const found = reinterpret_cast<throw_function>(::dlsym(RTLD_NEXT, "__cxa_throw"));
  if (found == nullptr) {
    std::fputs("covey: stacks need the C++ runtime as a shared object\n", stderr);
    std::abort();
  }
  return found;
}

struct walk {
  noted_stack& to;
  std::uintptr_t thrower = 0;  // the calls further in are ours
  bool reached = false;
};

_Unwind_Reason_Code note_frame(_Unwind_Context* frame, void* of) noexcept {
  walk& way = *static_cast<walk*>(of);
  int before = 0;
  const std::uintptr_t at = _Unwind_GetIPInfo(frame, &before);
  way.reached = way.reached || at == way.thrower;
  if (way.reached && at != 0) {
    // What a call returns to may lie beyond the line, or the function, that called.
    way.to.frames[way.to.size++] = before != 0 ? at : at - 1;
  }
  return way.to.size < most_frames && at != 0 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

// Stands as the destructor of noted exceptions.
void forget(void* exception) {
  noted_stack* const slot = noted.find(exception);
  if (slot == nullptr) {
    return;
  }
  const destructor destroy = slot->destroy;
  noted_stacks::remove(*slot);
  if (destroy != nullptr) {
    destroy(exception);
  }
}

std::size_t copy_stack(const void* exception, std::uintptr_t* to, std::size_t room) noexcept {
  const noted_stack* const slot = noted.find(exception);
  if (slot == nullptr) {
    return 0;
  }
  const std::size_t size = std::min(slot->size, room);
  std::copy_n(slot->frames.data(), size, to);
  return size;
}

[[maybe_unused]] const bool registered = [] {
  detail::set_stack_source(&copy_stack);
  return true;
}();

}  // namespace
}  // namespace covey::stacks

// What a program names to the linker, so that this file becomes part of it though nothing else asks for it.
extern "C" [[gnu::visibility("default")]] const char covey_stacks_are_linked;
const char covey_stacks_are_linked = 1;

// As the C++ runtime declares it (Itanium C++ ABI, 2.4.3); shared libraries of the program shall throw by it, too.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" [[gnu::visibility("default"), noreturn]] void __cxa_throw(
    void* exception, std::type_info* type, covey::stacks::destructor destroy) {
  // NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
  namespace stacks = covey::stacks;
  static const stacks::throw_function original = stacks::find_original();
  stacks::destructor at_end = destroy;
  if (stacks::noted_stack* const slot = stacks::noted.claim(exception)) {
    slot->size = 0;
    slot->destroy = destroy;
    stacks::walk way{*slot, reinterpret_cast<std::uintptr_t>(__builtin_return_address(0))};
    _Unwind_Backtrace(&stacks::note_frame, &way);
    stacks::noted_stacks::publish(*slot, exception);
    at_end = &stacks::forget;
  }
#if COVEY_ASAN
  __asan_handle_no_return();
#endif
  original(exception, type, at_end);
  __builtin_unreachable();
}
