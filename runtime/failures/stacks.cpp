// SPDX-License-Identifier: Apache-2.0
// The stacks of throws, as the library covey::stacks has noted them, and the words for them.
#include <covey/detail/base/stack_source.hpp>
#include <covey/leaf.hpp>
#include <covey/stacks.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <dlfcn.h>
#include <link.h>
#include <memory>

namespace covey {

namespace {

std::string hex(std::uintptr_t number) {
  std::array<char, 2 + 2 * sizeof number + 1> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  return {text.data(), static_cast<std::size_t>(length)};
}

void append_function(std::string& out, const Dl_info& found, std::uintptr_t address) {
  if (found.dli_sname == nullptr) {
    out += "an unnamed function";
    return;
  }
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(found.dli_sname, nullptr, nullptr, &status), &std::free);
  out += name == nullptr ? found.dli_sname : name.get();
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
