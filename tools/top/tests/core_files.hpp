// SPDX-License-Identifier: Apache-2.0
// Core files made by the tests: of pieces of their own memory, with the notes that they want.
#pragma once

#include "fake_records.hpp"
#include "worker/tracking_map.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace top_test {

struct piece {
  std::uint64_t address;
  std::uint64_t bytes;
};

template <class Value>
piece piece_of(const Value* value, std::size_t bytes = sizeof(Value)) {
  return {reinterpret_cast<std::uintptr_t>(value), bytes};
}

/// A note that says that a file lay where that piece of memory is.
[[nodiscard]] std::string file_note(const piece& where);
/// A note of the process, without which there are no threads for libdwfl.
[[nodiscard]] std::string process_note(int process);
/// A note of a thread that was there in the code, with its stack there.
[[nodiscard]] std::string thread_note(int thread, std::uint64_t code, std::uint64_t stack);

/// A core file with those pieces of the memory of the test itself.
[[nodiscard]] std::string core_of(const std::vector<piece>& pieces, const std::string& notes);

/// A tree in the memory of the test, and a core file of it.
struct small_core {
  explicit small_core(bool with_file_list = true, const std::string& more_notes = "");

  std::unique_ptr<covey::runtime::tracking_map> map =
      std::make_unique<covey::runtime::tracking_map>();
  std::unique_ptr<fake_records> records = std::make_unique<fake_records>();
  std::string bytes;
};

}  // namespace top_test
