// SPDX-License-Identifier: Apache-2.0
// Binds the calling thread, and threads that it makes, to one processor for the length of a scope.
#pragma once

#include <cstddef>
#include <sched.h>

namespace covey_test {

class one_processor {
 public:
  one_processor() {
    ::sched_getaffinity(0, sizeof(before_), &before_);
    cpu_set_t first;
    CPU_ZERO(&first);
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &before_)) {
        CPU_SET(cpu, &first);
        break;
      }
    }
    ::sched_setaffinity(0, sizeof(first), &first);
  }
  one_processor(const one_processor&) = delete;
  one_processor& operator=(const one_processor&) = delete;
  ~one_processor() { ::sched_setaffinity(0, sizeof(before_), &before_); }

 private:
  cpu_set_t before_;
};

}  // namespace covey_test
