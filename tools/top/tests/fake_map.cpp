// SPDX-License-Identifier: Apache-2.0
// A map of the test's own under the well-known name, in programs that have no covey.

#include "fake_map.hpp"

#include "fake_records.hpp"

constinit covey::runtime::tracking_map covey_tracking_map{};

namespace covey::detail {

// What the headers ask the library for.
const char COVEY_ABI_VERSION = 0;
const char COVEY_ABI_THREADS = 0;
const char COVEY_ABI_CONTAINERS = 0;

}  // namespace covey::detail

namespace top_test {

bool show_fake_records(std::string_view kind) {
  static fake_records records;
  if (kind == "unwritten") {
    return true;
  }
  records.attach(covey_tracking_map);
  if (kind == "version") {
    covey_tracking_map.version = 999;
  } else if (kind == "size") {
    covey_tracking_map.children.entry_bytes = 64;
  } else if (kind != "tree") {
    return false;
  }
  return true;
}

}  // namespace top_test
