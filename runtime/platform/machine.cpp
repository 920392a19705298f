// SPDX-License-Identifier: Apache-2.0
// Asks the kernel for CPUs and affinity, and reads the cgroup files, versions 2 and 1, in which containers keep quotas.
#include "platform/machine.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sched.h>
#include <unistd.h>
#include <vector>

namespace covey::runtime {
namespace {

using words = std::vector<std::string_view>;

words split(std::string_view text, char separator) {
  words parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

// The whole text, or nothing when it does not fit: a number with a tail is no number.
std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) {
    line.pop_back();
  }
  return line;
}

std::optional<double> to_cpus(std::optional<std::int64_t> quota,
                              std::optional<std::int64_t> period) {
  if (!quota || !period || *quota <= 0 || *period <= 0) {
    return std::nullopt;
  }
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

// "max 100000", "150000 100000", or the quota alone: the period is then the kernel's default.
std::optional<cpu_quota> quota_of_v2(const std::string& folder) {
  std::string file = folder + "/cpu.max";
  const std::string line = first_line(file);
  const words fields = split(line, ' ');
  const std::optional<std::int64_t> period =
      fields.size() < 2 ? std::optional<std::int64_t>{100'000} : to_number(fields[1]);
  const std::optional<double> cpus = to_cpus(to_number(fields[0]), period);
  return cpus ? std::optional(cpu_quota{*cpus, std::move(file)}) : std::nullopt;
}

// A quota of -1 means none.
std::optional<cpu_quota> quota_of_v1(const std::string& folder) {
  std::string file = folder + "/cpu.cfs_quota_us";
  const std::optional<double> cpus =
      to_cpus(to_number(first_line(file)), to_number(first_line(folder + "/cpu.cfs_period_us")));
  return cpus ? std::optional(cpu_quota{*cpus, std::move(file)}) : std::nullopt;
}

// "040" is a blank.
std::optional<char> from_octal(std::string_view digits) {
  unsigned code = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, code, 8);
  if (digits.size() != 3 || error != std::errc{} || end != last) {
    return std::nullopt;
  }
  return static_cast<char>(code);
}

// mountinfo writes blank, tab, newline and backslash as \ and three octal digits.
std::string unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    std::optional<char> escaped;
    if (text.front() == '\\') {
      escaped = from_octal(text.substr(1, 3));
    }
    plain += escaped.value_or(text.front());
    text.remove_prefix(escaped ? 4 : 1);
  }
  return plain;
}

struct mount {
  bool version2 = false;
  std::string root;   // the cgroup that is mounted, "/" on a plain machine
  std::string point;  // where
};

// A line of mountinfo: "31 23 0:28 <root> <point> <options> [more fields] - <type> <source> <options>".
std::optional<mount> to_cpu_mount(const std::string& line) {
  const words fields = split(line, ' ');
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (dash - fields.begin() < 6 || fields.end() - dash < 4) {
    return std::nullopt;
  }
  const bool version2 = dash[1] == "cgroup2";
  if (!version2) {
    const words options = split(dash[3], ',');
    if (dash[1] != "cgroup" || std::find(options.begin(), options.end(), "cpu") == options.end()) {
      return std::nullopt;
    }
  }
  return mount{version2, unescaped(fields[3]), unescaped(fields[4])};
}

struct membership {
  std::optional<std::string> v1;
  std::optional<std::string> v2;
};

// Lines of /proc/self/cgroup: "0::/path" for version 2, "4:cpu,cpuacct:/path" for version 1; a path may hold colons.
membership read_membership(const std::string& file) {
  membership found;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) {
      continue;
    }
    std::string path = line.substr(second + 1);
    if (constexpr std::string_view gone = " (deleted)"; path.ends_with(gone)) {
      path.resize(path.size() - gone.size());
    }
    const std::string_view controllers(line.data() + first + 1, second - first - 1);
    const words names = split(controllers, ',');
    if (controllers.empty()) {
      found.v2 = std::move(path);
    } else if (std::find(names.begin(), names.end(), "cpu") != names.end()) {
      found.v1 = std::move(path);
    }
  }
  return found;
}

// The process's cgroup, as seen below the mount point: "" for the mount point itself. That is also the answer where
// the process lives outside what is mounted (a cgroup namespace shows it as "/../…").
std::string path_below(const mount& where, const std::string& cgroup) {
  std::string_view rest = cgroup;
  if (where.root != "/") {
    if (!rest.starts_with(where.root) ||
        (rest.size() > where.root.size() && rest[where.root.size()] != '/')) {
      return {};
    }
    rest.remove_prefix(where.root.size());
  }
  const words parts = split(rest, '/');
  if (rest.empty() || rest.front() != '/' || rest == "/" ||
      std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    return {};
  }
  return std::string(rest.substr(0, rest.find_last_not_of('/') + 1));
}

void keep_tighter(std::optional<cpu_quota>& kept, std::optional<cpu_quota> other) {
  if (other && (!kept || other->cpus < kept->cpus)) {
    kept = std::move(other);
  }
}

// From `path` below the mount point up to the mount point itself: a quota of any ancestor binds too.
std::optional<cpu_quota> tightest_on_the_way_up(const mount& where,
                                                const std::string& point,
                                                std::string path) {
  std::optional<cpu_quota> tightest;
  while (true) {
    const std::string folder = point + path;
    keep_tighter(tightest, where.version2 ? quota_of_v2(folder) : quota_of_v1(folder));
    if (path.empty()) {
      return tightest;
    }
    path.resize(path.rfind('/'));
  }
}

std::size_t cpus_online() noexcept {
  return static_cast<std::size_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

// The mask of the calling thread, because the threads that it makes inherit it. The kernel refuses a mask with fewer
// bits than it has CPUs, so grow until it fits.
std::size_t cpus_in_affinity(std::size_t otherwise) {
  struct free_set {
    void operator()(cpu_set_t* set) const noexcept { CPU_FREE(set); }
  };
  for (std::size_t cpus = 1024; cpus <= (std::size_t{1} << 20U); cpus *= 2) {
    const std::unique_ptr<cpu_set_t, free_set> set(CPU_ALLOC(cpus));
    const std::size_t bytes = CPU_ALLOC_SIZE(cpus);
    if (!set) {
      return otherwise;
    }
    if (::sched_getaffinity(0, bytes, set.get()) == 0) {
      return static_cast<std::size_t>(std::max(1, CPU_COUNT_S(bytes, set.get())));
    }
    if (errno != EINVAL) {
      return otherwise;
    }
  }
  return otherwise;
}

std::string with_two_digits(double value) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.2f", value);
  return {text.data(), static_cast<std::size_t>(std::clamp(length, 0, 63))};
}

std::string cpus_in_words(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " CPU" : " CPUs");
}

}  // namespace

std::optional<cpu_quota> container_quota(std::string_view root) {
  const std::string prefix(root);
  const membership self = read_membership(prefix + "/proc/self/cgroup");
  std::optional<cpu_quota> tightest;
  std::ifstream mounts(prefix + "/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::optional<mount> where = to_cpu_mount(line);
    const std::optional<std::string>& cgroup = where && where->version2 ? self.v2 : self.v1;
    if (where && cgroup) {
      keep_tighter(
          tightest,
          tightest_on_the_way_up(*where, prefix + where->point, path_below(*where, *cgroup)));
    }
  }
  return tightest;
}

machine_capacity decide_threads(std::size_t hardware,
                                std::size_t affinity,
                                const std::optional<cpu_quota>& quota) {
  machine_capacity capacity;
  capacity.hardware = std::max<std::size_t>(1, hardware);
  capacity.affinity = std::max<std::size_t>(1, affinity);
  capacity.threads = capacity.affinity;
  if (capacity.affinity < capacity.hardware) {
    capacity.why = "the affinity mask allows " + std::to_string(capacity.affinity) + " of " +
                   cpus_in_words(capacity.hardware);
  } else {
    capacity.why = cpus_in_words(capacity.hardware) + " online";
  }
  if (quota) {
    capacity.quota = quota->cpus;
    // Compared before it is converted: a quota may be larger than any integer.
    if (std::ceil(quota->cpus) < static_cast<double>(capacity.affinity)) {
      capacity.threads = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(quota->cpus)));
      capacity.why = "the container's CPU quota is " + with_two_digits(quota->cpus) + " (" +
                     quota->file + ") of " + cpus_in_words(capacity.affinity);
    }
  }
  return capacity;
}

machine_capacity measure_machine(std::string_view root) {
  const std::size_t online = cpus_online();
  return decide_threads(online, cpus_in_affinity(online), container_quota(root));
}

}  // namespace covey::runtime
