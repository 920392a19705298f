// SPDX-License-Identifier: Apache-2.0
// The programs and libraries in the memory of a process or of a core file: where each lies, and where its symbols are.
#pragma once

#include <cstdint>
#include <elfutils/libdwfl.h>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace top {

/// Where debug information may lie besides in a program itself: nowhere, which is enough for symbols, or in files of this
/// machine (/usr/lib/debug).
enum class debug_files { none, local };

/// By libdwfl, which believes nothing in a file either. What is damaged has no symbols, and is no error.
class modules {
 public:
  /// @returns a descriptor of the file whose first mapping begins there; -1: it cannot be had.
  using opener = std::function<int(std::uint64_t begin)>;

  /// @param maps text as in /proc/PID/maps
  modules(std::string maps, opener open, debug_files debug = debug_files::none);
  /// Of a core file, which must outlive it. @param program the executable, if it has moved; may be empty
  modules(Elf* core, const std::string& program, debug_files debug = debug_files::none);

  /// @returns the file that lies there, such as "[exe]" where its name is not known; empty: none.
  [[nodiscard]] std::string name_at(std::uint64_t address) const;
  /// @returns where data of that name lies in memory, of every module that has some.
  [[nodiscard]] std::vector<std::uint64_t> addresses_of(const std::string& symbol) const;

  [[nodiscard]] Dwfl* session() const noexcept { return session_.get(); }

 private:
  std::unique_ptr<opener> open_;  // each module knows its address
  std::unique_ptr<Dwfl, void (*)(Dwfl*)> session_;
};

}  // namespace top
