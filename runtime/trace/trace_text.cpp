// SPDX-License-Identifier: Apache-2.0
// Events as text.
#include "trace/trace_text.hpp"

#include "observe/tracking_records.hpp"
#include "text/printable.hpp"

#include <charconv>

namespace covey::runtime {

namespace {

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void append_time(std::string& out, std::uint64_t ns) {
  append_number(out, ns / 1000);
  const auto rest = static_cast<unsigned>(ns % 1000);
  const char digits[4] = {'.',
                          static_cast<char>('0' + rest / 100),
                          static_cast<char>('0' + rest / 10 % 10),
                          static_cast<char>('0' + rest % 10)};
  out.append(digits, sizeof digits);
}

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
  const site_record& r = site_at(number);
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
    : out_(out) {
  out_ += ",\n{\"ph\":\"";
  out_ += phase;
  out_ += "\",\"pid\":";
  append_number(out_, covey_tracking_map.process.load(std::memory_order_relaxed));
  number("tid", at.thread).time("ts", at.ns).text("name", name);
}

trace_line::~trace_line() {
  out_ += in_args_ ? "}}" : "}";
}

void trace_line::begin(std::string_view member) {
  out_ += first_ ? "\"" : ",\"";
  first_ = false;
  out_ += member;
  out_ += "\":";
}

trace_line& trace_line::text(std::string_view member, std::string_view value) {
  begin(member);
  append_json(out_, value);
  return *this;
}

trace_line& trace_line::number(std::string_view member, std::uint64_t value) {
  begin(member);
  append_number(out_, value);
  return *this;
}

trace_line& trace_line::time(std::string_view member, std::uint64_t ns) {
  begin(member);
  append_time(out_, ns);
  return *this;
}

trace_line& trace_line::args() {
  begin("args");
  out_ += '{';
  in_args_ = first_ = true;
  return *this;
}

}  // namespace covey::runtime
