// SPDX-License-Identifier: Apache-2.0
// The words of threads, and their initial values.
#include "base/assert.hpp"

#include <covey/detail/fast/thread_words.hpp>
#include <covey/detail/task/worker.hpp>

#include <cstdint>

namespace covey::detail {

namespace {
// Two slots below sp, so that pop_private() on a thread without a worker reads valid memory and finds nothing.
constinit slot no_slots[4] = {};
constexpr exception_globals no_exceptions{nullptr, 0};
}  // namespace

constinit context_base no_context{runtime::slows_every_end ? attention::slow_end : 0};

worker no_worker = {{&no_slots[3]},
                    {reinterpret_cast<context>(&no_context)},
                    &no_exceptions,
                    {reinterpret_cast<const char*>(~std::uintptr_t{0})},
                    {0},
                    {false},
                    {},
                    nullptr,
                    {nullptr},
                    {nullptr},
                    {false}};

constinit thread_local thread_words this_thread_words{&no_worker, {&no_context}, {0}};

}  // namespace covey::detail
