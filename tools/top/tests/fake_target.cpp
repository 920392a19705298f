// SPDX-License-Identifier: Apache-2.0
// A process with a map but without covey: says "ready", and stays until its standard input ends. "abort" as the second
// argument makes it dump its core then.

#include "fake_map.hpp"

#include <cstdlib>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2 || !top_test::show_fake_records(argv[1])) {
    return 2;
  }
  if (::write(STDOUT_FILENO, "ready\n", 6) != 6) {
    return 1;
  }
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) == 1) {
  }
  if (argc > 2 && std::string_view(argv[2]) == "abort") {
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    ::setrlimit(RLIMIT_CORE, &unlimited);
    std::abort();
  }
  return 0;
}
