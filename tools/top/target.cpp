// SPDX-License-Identifier: Apache-2.0
// Where the files of a process are found, and what is said when covey is not.

#include "target.hpp"

#include "core_memory.hpp"
#include "file.hpp"
#include "find_map.hpp"
#include "mapping.hpp"
#include "modules.hpp"
#include "problem.hpp"
#include "process_memory.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace top {

namespace {

constexpr std::string_view deleted = " (deleted)";

std::string file_of(const mapping& part) {
  std::string path = part.path;
  if (path.size() > deleted.size() && path.ends_with(deleted)) {
    path.resize(path.size() - deleted.size());
  }
  return path;
}

std::string executable_of(const std::string& folder) {
  std::array<char, 4096> text{};
  const ssize_t size = ::readlink((folder + "exe").c_str(), text.data(), text.size());
  return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

/// The surest way first: what is mapped, even if it was deleted or replaced; then what now has its name there, and here.
/// @returns a descriptor; -1: none of them is a file.
int open_mapped(const std::string& folder, const mapping& part) {
  std::array<char, 64> range{};
  std::snprintf(range.data(),
                range.size(),
                "map_files/%llx-%llx",
                static_cast<unsigned long long>(part.begin),
                static_cast<unsigned long long>(part.end));
  const bool program = part.path == executable_of(folder);
  const std::string path = file_of(part);
  std::string by_name = folder + (program ? "exe" : "root");
  by_name += program ? "" : path;
  for (const std::string& way : {folder + range.data(), by_name, path}) {
    try {
      return file(way).release();
    } catch (const problem&) {  // the next way
    }
  }
  return -1;
}

std::uint64_t address_or_throw(const map_place& place, const std::string& name) {
  if (place.address != 0) {
    return place.address;
  }
  throw problem(place.symbol ? name + " has covey in it, but its tracking map was not written yet"
                             : name +
                                   " has no covey in it, or one without tracking: no symbol "
                                   "covey_tracking_map, and no such records in its data");
}

/// A process without memory has ended and was not waited for yet, or is part of the kernel.
[[noreturn]] void throw_no_memory(int process) {
  const std::string name = "process " + std::to_string(process);
  const std::string about = text_of_proc(process, "stat");
  // "12 (name) Z …"; a name may have parentheses in it.
  const std::size_t state = about.rfind(')') + 2;
  if (state < about.size() && (about[state] == 'Z' || about[state] == 'X')) {
    throw process_ended(name + " has ended");
  }
  throw problem(name + " has no covey in it: it is a thread of the kernel");
}

modules modules_of(int process,
                   const std::string& maps,
                   std::vector<mapping> mappings,
                   debug_files debug) {
  const std::string folder = "/proc/" + std::to_string(process) + '/';
  return {maps,
          [folder, mappings = std::move(mappings)](std::uint64_t begin) {
            const auto part =
                std::find_if(mappings.begin(), mappings.end(), [begin](const mapping& one) {
                  return one.begin == begin;
                });
            return part != mappings.end() ? open_mapped(folder, *part) : -1;
          },
          debug};
}

}  // namespace

modules modules_of(int process, debug_files debug) {
  const std::string maps = text_of_proc(process, "maps");
  return modules_of(process, maps, parse_maps(maps), debug);
}

target open_process(int process) {
  target result{"process " + std::to_string(process), nullptr, 0};
  const std::string maps = text_of_proc(process, "maps");
  const std::vector<mapping> mappings = parse_maps(maps);
  if (mappings.empty()) {
    throw_no_memory(process);
  }
  result.memory = std::make_unique<process_memory>(process);
  const modules files = modules_of(process, maps, mappings, debug_files::none);
  result.map = address_or_throw(find_map(*result.memory, mappings, files), result.name);
  return result;
}

target open_core(const std::string& path, const std::string& program) {
  target result{"core file " + path, nullptr, 0};
  auto memory = std::make_unique<core_memory>(path);
  if (!program.empty()) {
    static_cast<void>(file(program));  // says what is wrong with it
  }
  const modules files = memory->files(program);
  result.map = address_or_throw(find_map(*memory, memory->mappings(files), files), result.name);
  result.memory = std::move(memory);
  return result;
}

}  // namespace top
