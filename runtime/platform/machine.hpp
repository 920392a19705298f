// SPDX-License-Identifier: Apache-2.0
// What this machine lets the process use: CPUs, affinity mask, CPU quota of the container; and the default pool size.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace covey::runtime {

/// A CPU quota and the file that sets it.
struct cpu_quota {
  double cpus = 0;   ///< above zero; 1.5 means one and a half CPUs
  std::string file;  ///< for messages
};

struct machine_capacity {
  std::size_t hardware = 1;     ///< CPUs that are online, at least 1
  std::size_t affinity = 1;     ///< CPUs that the calling thread may run on, at least 1
  std::optional<double> quota;  ///< CPUs that the container may use; none: no limit
  std::size_t threads =
      1;            ///< what a pool of default size gets: min(affinity, ceil(quota)), at least 1
  std::string why;  ///< which of them decided, as a sentence
};

/// Reads everything anew; nothing is cached.
/// @param root prefix of every file that is read, so that tests can plant a folder of their own.
/// Thread safety: any thread.
[[nodiscard]] machine_capacity measure_machine(std::string_view root = {});

/// @returns the tightest quota on the way from the process's cgroup up to the mount points, version 2 and version 1.
/// A file that is missing or makes no sense sets no limit.
[[nodiscard]] std::optional<cpu_quota> container_quota(std::string_view root = {});

/// The rule itself, apart from where the numbers come from.
[[nodiscard]] machine_capacity decide_threads(std::size_t hardware,
                                              std::size_t affinity,
                                              const std::optional<cpu_quota>& quota);

}  // namespace covey::runtime
