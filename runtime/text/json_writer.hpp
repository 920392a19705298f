// SPDX-License-Identifier: Apache-2.0
// The one writer of JSON in the engine, for trees and traces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace covey::runtime {

// Appends one object, in one line, as it is told: members follow each other, object() and array() open what end() or the
// destructor closes. What is told is always JSON and UTF-8: text of unknown origin has JSON's escapes for C0 controls, what
// else is not printable as \xNN; numbers that are not finite are null. Names of members are literals that need no escapes.
//
// The marks that close never need memory, and when a std::bad_alloc ends the telling, all of it is taken out again: no cut
// object is ever left.
class json_writer {
 public:
  // @param before comes before the object, and goes with it.
  // @throws std::bad_alloc, as all that tell do
  explicit json_writer(std::string& out, std::string_view before = {});
  ~json_writer();
  json_writer(const json_writer&) = delete;
  json_writer& operator=(const json_writer&) = delete;

  json_writer& text(std::string_view name, std::string_view value);
  json_writer& number(std::string_view name, std::uint64_t value);
  json_writer& signed_number(std::string_view name, std::int64_t value);
  // As few digits as give the same value again, whatever the locale.
  json_writer& real(std::string_view name, double value);
  // In microseconds, with three digits after the point.
  json_writer& microseconds(std::string_view name, std::uint64_t ns);
  json_writer& boolean(std::string_view name, bool value);

  json_writer& object(std::string_view name);
  json_writer& array(std::string_view name);
  // The next element of an array.
  json_writer& object();
  // Of the object or array that was opened last.
  json_writer& end() noexcept;

 private:
  void put(std::string_view text);
  void begin_value();
  json_writer& member(std::string_view name, std::string_view value);
  void begin_member(std::string_view name);
  json_writer& open(std::string_view mark, char closing);

  std::string& out_;
  const std::size_t begin_;
  const int exceptions_;  // under way when this began
  std::string closing_;   // of what is open, the outermost first
  bool first_ = true;     // what comes next has nothing before it
};

}  // namespace covey::runtime
