// SPDX-License-Identifier: Apache-2.0
// Copies the tracker's records out of the memory of somebody else, while they change, and believes none of their numbers.
#pragma once

#include "memory_source.hpp"
#include "target.hpp"
#include "tracking/tracking_image.hpp"
#include "worker/tracking_map.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace top {

class image_reader {
 public:
  /// The target outlives the reader.
  explicit image_reader(const target& from) : from_(from), memory_(*from.memory) {}

  /// @throws problem if the map is gone or of another version; process_ended; std::bad_alloc.
  [[nodiscard]] covey::runtime::tracking_image read();

 private:
  void check(const covey::runtime::tracking_map& map) const;
  void read_sites(const covey::runtime::tracking_map& map);
  [[nodiscard]] std::string text_at(std::uint64_t address, std::uint32_t bytes);
  [[nodiscard]] std::vector<covey::runtime::tracking_image::worker> workers_of(
      const covey::runtime::tracking_map& map) const;

  const target& from_;
  const memory_source& memory_;
  // A place is written once, and so it is read once.
  std::vector<covey::runtime::tracking_image::site_copy> sites_;
  std::size_t text_bytes_ = 0;
};

}  // namespace top
