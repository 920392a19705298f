// SPDX-License-Identifier: Apache-2.0
// The words for sites, states and reasons.
#include "text/printable.hpp"
#include "text/printable_text.hpp"

#include <covey/task_info.hpp>

#include <string>
#include <string_view>

namespace covey {

namespace {

constexpr char short_escape(char byte) noexcept {
  switch (byte) {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\'':
    case '\\':
      return byte;
    default:
      return '\0';
  }
}

}  // namespace

std::string_view to_string(task_state state) noexcept {
  switch (state) {
    case task_state::queued:
      return "queued";
    case task_state::running:
      return "running";
    case task_state::done:
      return "done";
    case task_state::failed:
      return "failed";
    case task_state::stopped:
      return "stopped";
    case task_state::never_started:
      return "never started";
  }
  return "unknown state";
}

std::string_view to_string(stop_kind kind) noexcept {
  switch (kind) {
    case stop_kind::none:
      return "none";
    case stop_kind::failure:
      return "failure";
    case stop_kind::deadline:
      return "deadline";
    case stop_kind::explicit_stop:
      return "explicit stop";
    case stop_kind::parent:
      return "stop of the parent";
    case stop_kind::shutdown:
      return "shutdown of the pool";
  }
  return "unknown kind of stop";
}

std::string to_string(const site& where) {
  const std::string_view file = where.file() == nullptr ? "" : where.file();
  if (file.empty()) {
    return "unknown place";
  }
  std::string out = runtime::printable(file);
  if (where.line() != 0) {
    out += ':' + std::to_string(where.line());
  }
  return out;
}

std::string to_string(const stop_reason& why) {
  if (why.kind == stop_kind::none) {
    return "no stop";
  }
  std::string out{to_string(why.kind)};
  if (why.kind == stop_kind::failure) {
    out += " of ";
    runtime::append_task(out, why.task);
    out += " in ";
    runtime::append_nursery(out, why.scope);
  } else if (why.kind == stop_kind::parent) {
    out += ", ";
    runtime::append_nursery(out, why.scope);
  } else if (why.kind != stop_kind::shutdown || !why.scope.empty()) {
    out += why.kind == stop_kind::shutdown ? " under " : " of ";
    runtime::append_nursery(out, why.scope);
  }
  out += " (" + to_string(why.site) + ')';
  if (!why.text.empty()) {
    out += ": " + quoted(why.text.view());
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '\'';
  while (!text.empty()) {
    if (const char escape = short_escape(text.front()); escape != '\0') {
      out += '\\';
      out += escape;
      text.remove_prefix(1);
    } else {
      text.remove_prefix(runtime::append_printable(out, text));
    }
  }
  out += '\'';
  return out;
}

}  // namespace covey
