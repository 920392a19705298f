// SPDX-License-Identifier: Apache-2.0
// The file of a trace: JSON that is complete after every append.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace covey::runtime {

// A file that ends in "]}" at all times: what is appended overwrites that end and brings it along, in one write. Only a
// process that is killed inside of that very write leaves a cut file, which `covey-trace --repair` mends.
class trace_file {
 public:
  // Only to a regular file, which may be there already; the last part of the path is no link. Writes `head`, which opens an array that has one element, and the end. @throws trace_error
  trace_file(std::string path, std::string_view head);
  trace_file(const trace_file&) = delete;
  trace_file& operator=(const trace_file&) = delete;
  ~trace_file();

  // Appends elements, each of them with a comma before it. When that fails, the file is left as it was, if possible.
  // @throws trace_error
  void append(std::string& elements);
  // @throws trace_error if the system tells at the end that something was not written.
  void close();

 private:
  void write(std::string_view text);
  void restore() const noexcept;
  void make_empty() const;
  [[noreturn]] void fail_to_open(int error) const;
  // @param why in words; null: what the system says
  [[noreturn]] void fail(int error, const char* why = nullptr) const;

  std::string path_;
  int file_ = -1;
  std::uint64_t end_ = 0;  // where the last element ends
};

}  // namespace covey::runtime
