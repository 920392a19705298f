// SPDX-License-Identifier: Apache-2.0
// utf8proc knows how wide a character is.

#include "support/columns.hpp"

#include "text/printable_text.hpp"

#include <algorithm>
#include <utf8proc.h>
#include <vector>

namespace support {

namespace {

/// A character with all that combines with it.
struct cell {
  std::size_t bytes = 0;
  std::size_t columns = 0;
};

/// @returns the first character alone; a byte that is part of none is one.
cell first_of(std::string_view text) {
  utf8proc_int32_t point = 0;
  const utf8proc_ssize_t bytes =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()),
                       &point);
  return bytes <= 0 ? cell{1, 1}
                    : cell{static_cast<std::size_t>(bytes),
                           static_cast<std::size_t>(std::max(utf8proc_charwidth(point), 0))};
}

std::vector<cell> cells_of(std::string_view text) {
  std::vector<cell> all;
  while (!text.empty()) {
    const cell next = first_of(text);
    text.remove_prefix(next.bytes);
    if (next.columns == 0 && !all.empty()) {
      all.back().bytes += next.bytes;
    } else {
      all.push_back(next);
    }
  }
  return all;
}

/// Of the first cells, as many as fit.
template <class Iterator>
cell fitting(Iterator from, Iterator end, std::size_t columns) {
  cell taken;
  for (; from != end && taken.columns + from->columns <= columns; ++from) {
    taken.bytes += from->bytes;
    taken.columns += from->columns;
  }
  return taken;
}

std::string blanks(std::size_t taken, std::size_t columns) {
  return std::string(taken < columns ? columns - taken : 0, ' ');
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const cell next = first_of(text);
    text.remove_prefix(next.bytes);
    sum += next.columns;
  }
  return sum;
}

std::string_view clipped(std::string_view text, std::size_t columns) {
  const std::vector<cell> cells = cells_of(text);
  return text.substr(0, fitting(cells.begin(), cells.end(), columns).bytes);
}

std::string left(std::string_view text, std::size_t columns) {
  return std::string(text) + blanks(columns_of(text), columns);
}

std::string right(std::string_view text, std::size_t columns) {
  return blanks(columns_of(text), columns) + std::string(text);
}

std::string column(std::string_view text, std::size_t columns) {
  const std::string whole = covey::runtime::printable(text);
  if (columns == 0 || columns_of(whole) <= columns) {
    return columns == 0 ? std::string() : left(whole, columns);
  }
  const std::vector<cell> cells = cells_of(whole);
  const cell head = fitting(cells.begin(), cells.end(), (columns - 1) / 2);
  const cell tail = fitting(cells.rbegin(), cells.rend(), columns - 1 - head.columns);
  return left(whole.substr(0, head.bytes) + '~' + whole.substr(whole.size() - tail.bytes), columns);
}

}  // namespace support
