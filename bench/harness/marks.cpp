// SPDX-License-Identifier: Apache-2.0
// The marks look at the counter of the preloaded library, where there is one.
#include "harness/marks.hpp"

#include <dlfcn.h>

namespace bench {
namespace {

using counter_function = std::uint64_t (*)();

counting active = counting::nothing;
std::uint64_t at_begin = 0;
std::optional<std::uint64_t> span_between;

counter_function find_counter() noexcept {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what dlsym is for
  return reinterpret_cast<counter_function>(dlsym(RTLD_DEFAULT, "covey_bench_allocations"));
}

}  // namespace

void set_counting(counting what) noexcept {
  active = what;
}

counting what_is_counted() noexcept {
  return active;
}

void begin_counting() noexcept {
  if (active == counting::events) {
    if (const counter_function counter = find_counter(); counter != nullptr) {
      at_begin = counter();
    }
  }
}

void end_counting() noexcept {
  if (active == counting::events) {
    if (const counter_function counter = find_counter(); counter != nullptr) {
      span_between = counter() - at_begin;
    }
  }
}

std::optional<std::uint64_t> allocations_between_marks() noexcept {
  return span_between;
}

}  // namespace bench
