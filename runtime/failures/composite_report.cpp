// SPDX-License-Identifier: Apache-2.0
// The readable side of failures: what() of a composite, and the words for one leaf.
#include "failures/composite_report.hpp"

#include "failures/failure_tree.hpp"
#include "text/printable.hpp"
#include "text/symbol_text.hpp"

#include <covey/error.hpp>
#include <covey/stacks.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace covey::runtime {

namespace {

constexpr std::size_t most_failures = 64;
constexpr std::size_t most_inner_levels = 12;
constexpr std::size_t most_outer_levels = 4;
constexpr std::size_t most_calls = 16;
constexpr std::size_t most_message_bytes = 2000;
constexpr std::size_t most_type_bytes = 300;
constexpr std::string_view indent = "     ";

constexpr const char* no_memory_for_failures =
    "covey: children failed, and there was no memory to keep their exceptions";
constexpr const char* no_memory_for_report =
    "covey: children failed, and there is no memory for the report; the exceptions are kept";

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  std::string out = std::to_string(count);
  out += ' ';
  out += count == 1 ? one : many;
  return out;
}

void append_step(std::string& out, const path_step& step, bool innermost) {
  out += '\n';
  out += indent;
  out += innermost ? "thrown in " : "within ";
  append_task(out, step.task);
  out += ", spawned at " + to_string(step.spawned_at) + " in ";
  append_nursery(out, step.nursery);
  out += ", opened at " + to_string(step.opened_at);
}

void append_chain(std::string& out, const std::vector<path_step>& path) {
  const std::size_t depth = path.size();
  const bool cut = depth > most_inner_levels + most_outer_levels;
  for (std::size_t i = 0; i < depth; ++i) {
    if (cut && i == most_inner_levels) {
      const std::size_t left_out = depth - most_inner_levels - most_outer_levels;
      out += '\n';
      out += indent;
      out += "... " + counted(left_out, "level", "levels") + " left out";
      i += left_out;
    }
    append_step(out, path[depth - 1 - i], i == 0);
  }
}

// Only in programs that are linked with covey::stacks.
void append_stack(std::string& out, const stack_trace& stack) {
  const std::string calls = to_string(stack);
  std::size_t shown = 0;
  for (std::size_t at = 0; at < calls.size() && shown < most_calls; ++shown) {
    const std::size_t end = std::min(calls.find('\n', at), calls.size());
    out += '\n';
    out += indent;
    out.append(calls, at, end - at);
    at = end + 1;
  }
  if (shown < stack.size()) {
    out += '\n';
    out += indent;
    out += "... " + counted(stack.size() - shown, "call", "calls") + " left out";
  }
}

std::string text_of(const composite_exception& failures, std::uint64_t never_started) {
  std::string out = counted(failures.size(), "failure", "failures") + " in ";
  append_nursery(out, failures.nursery());
  out += ", opened at " + to_string(failures.opened_at());
  const auto shown = detail::find_leaves(failures, most_failures).leaves;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    out += "\n" + std::to_string(i + 1) + ". " + report_of(shown[i]);
  }
  if (shown.size() < failures.size()) {
    out += "\n" + counted(failures.size() - shown.size(), "more failure", "more failures") +
           " not shown here; see leaves()";
  }
  if (failures.not_kept() != 0) {
    out += "\n" + counted(failures.not_kept(), "more failure was", "more failures were") +
           " counted but not kept";
  }
  if (never_started != 0) {
    out += "\n" + counted(never_started, "child", "children") +
           " never started: " + to_string(failures.stop_reason());
  }
  // A stop by the first failure is what fail-fast nurseries do anyway.
  const stop_kind stop = failures.stop_reason().kind;
  if (stop != stop_kind::none && stop != stop_kind::failure) {
    out += "\nthe nursery was stopped as well: " + to_string(failures.stop_reason());
  }
  return out;
}

}  // namespace

std::string message_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    const char* const text = known.what();
    return text == nullptr ? "(its what() returned null)" : text;
  } catch (const cancelled& stop) {
    return stop.message();
  } catch (...) {
    return "(not a std::exception)";
  }
}

std::string type_name_of(const std::exception_ptr& error) {
  const std::type_info* const type = detail::type_of(error);
  if (type == nullptr) {
    return "unknown type";
  }
  return demangled(type->name());
}

std::string report_of(const leaf& failed) {
  std::string out;
  append_message(out, failed.type_name(), most_type_bytes, indent);
  out += ": ";
  append_message(out, failed.message(), most_message_bytes, indent);
  append_chain(out, failed.path());
  append_stack(out, throw_stack(failed));
  return out;
}

const char* report_of(const composite_exception& failures) noexcept {
  detail::failure_node* const root = detail::tree_access::root(failures);
  if (root == nullptr) {
    return no_memory_for_failures;
  }
  if (const char* const ready = root->report.load(std::memory_order_acquire)) {
    return ready;
  }
  try {
    const std::string text = text_of(failures, root->scope.never_started);
    auto copy = std::make_unique<char[]>(text.size() + 1);
    std::memcpy(copy.get(), text.c_str(), text.size() + 1);
    const char* ready = nullptr;
    if (root->report.compare_exchange_strong(
            ready, copy.get(), std::memory_order_acq_rel, std::memory_order_acquire)) {
      ready = copy.release();
    }
    return ready;
  } catch (const std::exception&) {
    return no_memory_for_report;
  }
}

}  // namespace covey::runtime
