// SPDX-License-Identifier: Apache-2.0
// "563b5dadc000-563b5dadd000 r--p 00000000 fe:00 11232809    /tmp/program"

#include "mapping.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

namespace top {

namespace {

/// Takes what is before the separator, and the separator.
std::string_view take(std::string_view& line, char separator) {
  const std::size_t size = std::min(line.find(separator), line.size());
  const std::string_view word = line.substr(0, size);
  line.remove_prefix(std::min(size + 1, line.size()));
  return word;
}

std::optional<std::uint64_t> hexadecimal(std::string_view word) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
  const bool whole = error == std::errc{} && end == word.data() + word.size();
  return whole ? std::optional(value) : std::nullopt;
}

/// The kernel writes a line end in a path as \012, and nothing else in its own way.
std::string path_from(std::string_view text) {
  std::string path;
  while (!text.empty()) {
    if (text.starts_with("\\012")) {
      path += '\n';
      text.remove_prefix(4);
    } else {
      path += text.front();
      text.remove_prefix(1);
    }
  }
  return path;
}

std::optional<mapping> parse_line(std::string_view line) {
  const std::optional<std::uint64_t> begin = hexadecimal(take(line, '-'));
  const std::optional<std::uint64_t> end = hexadecimal(take(line, ' '));
  const std::string_view rights = take(line, ' ');
  const std::optional<std::uint64_t> offset = hexadecimal(take(line, ' '));
  if (!begin || !end || !offset || *begin >= *end || rights.size() != 4) {
    return std::nullopt;
  }
  take(line, ' ');  // the device
  take(line, ' ');  // the number of the file on it
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return mapping{*begin, *end, *offset, rights[0] == 'r' && rights[1] == 'w', path_from(line)};
}

}  // namespace

std::vector<mapping> parse_maps(std::string_view text) {
  std::vector<mapping> all;
  while (!text.empty()) {
    if (std::optional<mapping> one = parse_line(take(text, '\n'))) {
      all.push_back(std::move(*one));
    }
  }
  return all;
}

}  // namespace top
