// SPDX-License-Identifier: Apache-2.0
// Marks, escapes and digits of JSON.
#include "text/json_writer.hpp"

#include "text/printable_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <exception>

namespace covey::runtime {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const char first = text.front();
    const auto byte = static_cast<std::uint8_t>(first);
    std::size_t taken = 1;
    if (first == '"' || first == '\\') {
      out += {'\\', first};
    } else if (byte < 0x20U) {
      constexpr std::string_view digits = "0123456789abcdef";
      out += "\\u00";
      out += {digits[byte >> 4U], digits[byte & 0xFU]};
    } else {
      if (printable_length(text) == 0) {
        out += '\\';  // and one more from append_printable()
      }
      taken = append_printable(out, text);
    }
    text.remove_prefix(taken);
  }
}

// The digits of a number, which live as long as this does.
class digits_of {
 public:
  template <class Number>
  explicit digits_of(Number value) noexcept
      : end_(std::to_chars(text_, text_ + sizeof text_, value).ptr) {}
  [[nodiscard]] std::string_view view() const noexcept {
    return {text_, static_cast<std::size_t>(end_ - text_)};
  }

 private:
  char text_[32]{};  // the longest is that of a double: 24
  char* end_;
};

}  // namespace

json_writer::json_writer(std::string& out, std::string_view before)
    : out_(out),
      begin_(out.size()),
      exceptions_(std::uncaught_exceptions()) {
  try {
    put(before);
    open("{", '}');
  } catch (...) {
    out_.resize(begin_);
    throw;
  }
}

json_writer::~json_writer() {
  if (std::uncaught_exceptions() != exceptions_) {
    out_.resize(begin_);
    return;
  }
  while (!closing_.empty()) {
    end();
  }
}

json_writer& json_writer::text(std::string_view name, std::string_view value) {
  begin_member(name);
  out_ += '"';
  append_escaped(out_, value);
  put("\"");
  return *this;
}

json_writer& json_writer::number(std::string_view name, std::uint64_t value) {
  return member(name, digits_of(value).view());
}

json_writer& json_writer::signed_number(std::string_view name, std::int64_t value) {
  return member(name, digits_of(value).view());
}

json_writer& json_writer::real(std::string_view name, double value) {
  return member(name, std::isfinite(value) ? digits_of(value).view() : "null");
}

json_writer& json_writer::microseconds(std::string_view name, std::uint64_t ns) {
  member(name, digits_of(ns / 1000).view());
  const auto rest = static_cast<unsigned>(ns % 1000);
  const char digits[] = {'.',
                         static_cast<char>('0' + rest / 100),
                         static_cast<char>('0' + rest / 10 % 10),
                         static_cast<char>('0' + rest % 10)};
  put({digits, sizeof digits});
  return *this;
}

json_writer& json_writer::boolean(std::string_view name, bool value) {
  return member(name, value ? "true" : "false");
}

json_writer& json_writer::object(std::string_view name) {
  begin_member(name);
  return open("{", '}');
}

json_writer& json_writer::array(std::string_view name) {
  begin_member(name);
  return open("[", ']');
}

json_writer& json_writer::object() {
  begin_value();
  return open("{", '}');
}

json_writer& json_writer::end() noexcept {
  out_ += closing_.back();  // put() has left room for it
  closing_.pop_back();
  first_ = false;
  return *this;
}

void json_writer::put(std::string_view text) {
  const std::size_t needed = out_.size() + text.size() + closing_.size();
  if (needed > out_.capacity()) {
    out_.reserve(std::max(needed, 2 * out_.capacity()));
  }
  out_ += text;
}

void json_writer::begin_value() {
  if (!first_) {
    put(",");
  }
  first_ = false;
}

void json_writer::begin_member(std::string_view name) {
  begin_value();
  out_ += '"';
  out_ += name;
  put("\":");
}

json_writer& json_writer::member(std::string_view name, std::string_view value) {
  begin_member(name);
  put(value);
  return *this;
}

json_writer& json_writer::open(std::string_view mark, char closing) {
  closing_ += closing;
  put(mark);
  first_ = true;
  return *this;
}

}  // namespace covey::runtime
