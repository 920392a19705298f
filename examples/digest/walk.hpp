// SPDX-License-Identifier: Apache-2.0
// Finds the regular files under the given paths, in an order that depends on nothing but their names.
#pragma once

#include <covey/stop_token.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace digest {

/// A file to digest, or a path that could not be looked at (then `error` says why).
struct found_file {
  std::string path;
  std::uint64_t size = 0;
  int error = 0;  // errno of a failed look; 0: none

  /// What an item of a batch is called in a report of its failure.
  friend std::string to_string(const found_file& file) { return file.path; }
};

struct walk_result {
  std::vector<found_file> files;
  std::uint64_t bytes = 0;
  std::uint64_t symlinks_skipped = 0;
  std::uint64_t special_skipped = 0;  // devices, pipes, sockets
  bool complete = true;               // false: stopped on the way
};

/// Depth first, each folder's entries sorted by the bytes of their names. Links named in `paths` are followed, those
/// found on the way only with `follow`; a loop made by them is an error of the folder that closes it.
/// @param on_step is called again and again on the way.
[[nodiscard]] walk_result walk(const std::vector<std::string>& paths,
                               bool follow,
                               const covey::stop_token& stop,
                               const std::function<void()>& on_step);

}  // namespace digest
