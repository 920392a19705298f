// SPDX-License-Identifier: Apache-2.0
// Reads the facts from /proc, the scheduler and what CMake wrote down.
#include "harness/machine.hpp"

#include "harness/build_facts.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sched.h>
#include <string_view>
#include <sys/utsname.h>
#include <thread>

namespace bench {
namespace {

/// @returns what follows "key" and a colon in a file of such lines, without the blanks around it.
std::string value_in(const char* path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) {
      const std::size_t colon = line.find(':');
      const std::size_t start = line.find_first_not_of(" \t", colon + 1);
      return colon == std::string::npos || start == std::string::npos ? "" : line.substr(start);
    }
  }
  return "";
}

std::string kernel() {
  utsname name{};
  return uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : "";
}

std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The processor time that a control group allows, of this process's group or of the one that a container sees as root.
std::string processor_quota() {
  std::string group = first_line_of("/proc/self/cgroup");  // 0::/path, when there is one hierarchy
  group = group.starts_with("0::") ? group.substr(3) : "";
  for (const std::string& folder : {"/sys/fs/cgroup" + group, std::string("/sys/fs/cgroup")}) {
    if (const std::string limit = first_line_of(folder + "/cpu.max"); !limit.empty()) {
      return limit.starts_with("max") ? "none" : limit + " (us of each period of us)";
    }
  }
  const std::string quota = first_line_of("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
  return quota == "-1" ? "none" : quota;
}

std::string governor() {
  return first_line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
}

std::string threads_per_core() {
  const std::string active = first_line_of("/sys/devices/system/cpu/smt/active");
  return active.empty() ? "" : (active == "1" ? "on" : "off");
}

std::string hypervisor() {
  return value_in("/proc/cpuinfo", "flags").find(" hypervisor") == std::string::npos ? "no" : "yes";
}

std::string memory() {
  std::size_t kib = 0;
  const std::string text = value_in("/proc/meminfo", "MemTotal");
  std::from_chars(text.data(), text.data() + text.size(), kib);
  constexpr std::size_t kib_in_gib = std::size_t{1024} * 1024;
  return kib == 0 ? "" : std::to_string((kib + kib_in_gib / 2) / kib_in_gib) + " GiB";
}

std::string load_average() {
  double one_minute = 0;
  if (getloadavg(&one_minute, 1) != 1) {
    return "";
  }
  std::string text = std::to_string(one_minute);
  text.resize(text.find('.') + 3);
  return text + " in the last minute, before the first run";
}

}  // namespace

std::size_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) {
    return static_cast<std::size_t>(CPU_COUNT(&set));
  }
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

std::size_t peak_memory_kib() {
  const std::string text = value_in("/proc/self/status", "VmHWM");
  std::size_t kib = 0;
  std::from_chars(text.data(), text.data() + text.size(), kib);
  return kib;
}

std::vector<std::pair<std::string, std::string>> facts() {
  std::vector<std::pair<std::string, std::string>> all{
      {"cpu", value_in("/proc/cpuinfo", "model name")},
      {"cores",
       std::to_string(std::thread::hardware_concurrency()) + ", usable " +
           std::to_string(usable_cores())},
      {"quota", processor_quota()},
      {"SMT", threads_per_core()},
      {"governor", governor()},
      {"virtual", hypervisor()},
      {"memory", memory()},
      {"kernel", kernel()},
      {"load", load_average()},
      {"compiler", build::compiler},
      {"flags", build::flags},
  };
  for (const auto& [library, version] : build::libraries) {
    all.emplace_back(library, version);
  }
  std::erase_if(all, [](const auto& fact) { return fact.second.empty(); });
  return all;
}

std::vector<std::string> left_out() {
  return {build::left_out.begin(), build::left_out.end()};
}

}  // namespace bench
