// SPDX-License-Identifier: Apache-2.0
// The crews of a process: made on need, used again by later pools, found by their number.
#pragma once

#include "pool/crew.hpp"

#include <cstdint>

namespace covey::runtime {

class crews {
 public:
  // A crew for a new pool: one that is_deserted(), of a pool that has ended, or a new one (proof: runtime/README.md, "Pools
  // that come and go"). @throws pool_error when the threads cannot exist together, or too many pools; std::bad_alloc.
  // @param duties the same at every call: a reused crew keeps its own
  [[nodiscard]] static crew& make(const pool_options& options,
                                  const machine_capacity& machine,
                                  const crew_duties& duties);
  // Lists the crew of a pool that has ended for reuse. @pre it was shut down
  static void await_reuse(crew& used) noexcept;
  // The pool that a queued child names in frame::holder while it lies in a common queue; null: there is none.
  [[nodiscard]] static crew* by_id(std::uint16_t id) noexcept;

 private:
  [[nodiscard]] static crew* take_retired() noexcept;
};

}  // namespace covey::runtime
