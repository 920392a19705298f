// SPDX-License-Identifier: Apache-2.0
// The stacks of throws, as the library covey::stacks has noted them, and the words for them.
#include "text/symbol_text.hpp"

#include <covey/detail/base/stack_source.hpp>
#include <covey/leaf.hpp>
#include <covey/stacks.hpp>

#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace covey {

namespace {

using runtime::hex;

void append_function(std::string& out, const Dl_info& found, std::uintptr_t address) {
  if (found.dli_sname == nullptr) {
    out += "an unnamed function";
    return;
  }
  out += runtime::demangled(found.dli_sname);
  out += "+" + hex(address - reinterpret_cast<std::uintptr_t>(found.dli_saddr));
}

void append_call(std::string& out, std::uintptr_t address) {
  Dl_info found{};
  void* link = nullptr;
  if (::dladdr1(reinterpret_cast<void*>(address), &found, &link, RTLD_DL_LINKMAP) == 0 ||
      link == nullptr || found.dli_fname == nullptr) {
    out += hex(address);
    return;
  }
  append_function(out, found, address);
  // Offsets as they stand in the file: a program that is not position independent has its own addresses there.
  out += " in ";
  out += found.dli_fname;
  out += "(+" + hex(address - static_cast<const link_map*>(link)->l_addr) + ")";
}

}  // namespace

bool notes_stacks() noexcept {
  return detail::present_stack_source() != nullptr;
}

stack_trace throw_stack(const std::exception_ptr& error) noexcept {
  static_assert(sizeof error == sizeof(void*), "covey: a std::exception_ptr is one pointer");
  stack_trace found;
  const detail::stack_source from = detail::present_stack_source();
  if (from != nullptr && error != nullptr) {
    const void* exception = nullptr;
    std::memcpy(&exception, static_cast<const void*>(&error), sizeof exception);
    found.size_ = from(exception, found.addresses_.data(), stack_trace::most);
  }
  return found;
}

stack_trace throw_stack(const leaf& failed) noexcept {
  return throw_stack(failed.error());
}

std::string to_string(const stack_trace& stack) {
  std::string out;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    out += (i == 0 ? "#" : "\n#") + std::to_string(i) + " ";
    append_call(out, stack[i]);
  }
  return out;
}

}  // namespace covey
