// SPDX-License-Identifier: Apache-2.0
// Events as text.
#include "trace/trace_text.hpp"

#include "observe/tracking_entries.hpp"

namespace covey::runtime {

namespace {

// "void frame::render(int)" becomes "frame::render"; compilers differ in what else they tell.
std::string_view short_name(std::string_view function) {
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < function.size(); ++i) {
    const char c = function[i];
    if (c == '<') {
      ++depth;
    } else if (c == '>') {
      --depth;
    } else if (depth == 0 && c == ' ') {
      begin = i + 1;
    } else if (depth == 0 && c == '(' && i > begin) {
      return function.substr(begin, i - begin);
    }
  }
  return function;
}

}  // namespace

trace_site site_of_number(std::uint32_t number) {
  const std::uint32_t count = covey_tracking_map.site_count.load(std::memory_order_acquire);
  if (number == 0 || number >= count) {
    return {"unknown place", "child"};
  }
  const site_entry& r = site_at(number);
  const auto text = [](const std::atomic<const char*>& at, const auto& bytes) {
    const char* const first = at.load(std::memory_order_acquire);
    return first == nullptr ? std::string_view{}
                            : std::string_view(first, bytes.load(std::memory_order_relaxed));
  };
  const std::string line = ':' + std::to_string(r.line.load(std::memory_order_relaxed));
  return {std::string(text(r.file, r.file_bytes)) + line,
          std::string(short_name(text(r.function, r.function_bytes))) + line};
}

trace_line::trace_line(std::string& out, char phase, trace_point at, std::string_view name)
    : json_writer(out, ",\n") {
  text("ph", {&phase, 1})
      .number("pid", covey_tracking_map.process.load(std::memory_order_relaxed))
      .number("tid", at.thread)
      .microseconds("ts", at.ns)
      .text("name", name);
}

}  // namespace covey::runtime
