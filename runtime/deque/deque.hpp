// SPDX-License-Identifier: Apache-2.0
// The slow side of a worker's deque: publish, steal, claim. The fast side is inline, in detail/task/worker.hpp.
#pragma once

#include "worker/record.hpp"

#include <cstddef>

namespace covey::runtime::deque {

// Invariants (proof: runtime/README.md, "The deque"):
//  1. Only the owner moves sp, and lowers it before it reads `floor` (detail::lower()).
//  2. top and split change only under the lock; a public slot is read and emptied only under the lock.
//     At and above sp lies nothing, or a free frame of the owner's: whoever takes a child out empties its slot.
//  3. A slot at or above split is touched only by the owner, or under the lock by a thread that set `floor` to ask_all
//     and passed a heavy_barrier().

// True if something is queued in the deque: exact for the public part, a hint for the private one.
[[nodiscard]] bool has_work(record& r) noexcept;
// True if the private part looks non-empty; without the lock.
[[nodiscard]] bool may_have_private(const record& r) noexcept;

// Moves half (or all) of the private children to the public part. @pre the lock is held, by the owner or by a thread
// that forces (then sp was read after the barrier). @returns how many.
std::size_t publish(record& r, slot* sp, bool all) noexcept;

// Owner: publishes all its children.
void publish_all(record& me) noexcept;

// Asks the owner to publish at its next spawn or get. No lock; at most one request is outstanding.
void request(record& victim) noexcept;
// Publishes half of the victim's private children without its help. @returns whether anything became public.
bool force(record& thief, record& victim) noexcept;

// Takes the oldest public child. @param surplus receives up to `most` further ones (flat work is taken in batches).
[[nodiscard]] frame* steal(record& victim,
                           frame** surplus,
                           std::size_t most,
                           std::size_t& taken) noexcept;
// Takes the first public child among the few oldest that `wanted` accepts.
[[nodiscard]] frame* steal_if(record& victim,
                              bool (*wanted)(const frame*, const void*),
                              const void* with) noexcept;

// Owner: pushes a child that it took elsewhere. @pre there is room.
void push(record& me, frame* f) noexcept;
// Owner: nothing lies in the deque, public or private, not even a hole.
[[nodiscard]] inline bool is_empty(const record& me) noexcept {
  return me.sp.load(std::memory_order_relaxed) == me.base + 1;
}
// Owner: takes the topmost child, whoever's it is; null if there is none.
[[nodiscard]] frame* pop(record& me) noexcept;
// Owner: takes the topmost queued child that belongs to `of`.
[[nodiscard]] frame* pop_of(record& me, const detail::scope* of) noexcept;
// Takes that very child out of the deque where it is queued. False: it is not queued there.
[[nodiscard]] bool claim(record* me, record& in, frame* f) noexcept;

}  // namespace covey::runtime::deque
