// SPDX-License-Identifier: Apache-2.0
// The store of a worker is made when it is first asked for.
#include "observe/tracking_store.hpp"

#include <mutex>
#include <new>

namespace covey::runtime {

constinit std::mutex tables_lock;

tracking_store* store_of(record* me) noexcept {
  if (me == nullptr) {
    return nullptr;
  }
  if (me->tracking == nullptr) {
    me->tracking = new (std::nothrow) tracking_store;  // kept as long as the record: for ever
  }
  return me->tracking;
}

}  // namespace covey::runtime
