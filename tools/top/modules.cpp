// SPDX-License-Identifier: Apache-2.0
// Sessions of libdwfl. Their callbacks are called by C: nothing may be thrown through it.

#include "modules.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <tuple>
#include <utility>

namespace top {

namespace {

using session = std::unique_ptr<Dwfl, void (*)(Dwfl*)>;

/// As libdwfl declares it. The name is that of the mapping: files with debug information may lie beside it.
template <class... Others>
int open_mapped(
    Dwfl_Module* /*of*/, void** open, const char* name, Dwarf_Addr begin, Others... others) {
  char** const file_name = std::get<0>(std::tuple(others...));
  try {
    const int file = *open != nullptr ? (*static_cast<modules::opener*>(*open))(begin) : -1;
    *file_name = file >= 0 ? ::strdup(name) : nullptr;
    return file;
  } catch (const std::exception&) {
    return -1;
  }
}

/// Symbols are read from the files themselves: to look for others might ask servers (DEBUGINFOD_URLS).
template <class... Ignored>
int no_debug_file(Ignored... /*all*/) {
  return -1;
}

/// By @p debug; libdwfl keeps the address.
using callbacks = std::array<Dwfl_Callbacks, 2>;
constexpr callbacks of_process{{{&open_mapped, &no_debug_file, nullptr, nullptr},
                                {&open_mapped, &dwfl_standard_find_debuginfo, nullptr, nullptr}}};
constexpr callbacks of_core{
    {{&dwfl_build_id_find_elf, &no_debug_file, nullptr, nullptr},
     {&dwfl_build_id_find_elf, &dwfl_standard_find_debuginfo, nullptr, nullptr}}};

session begin(const callbacks& of, debug_files debug) {
  session made(dwfl_begin(&of[static_cast<std::size_t>(debug)]), &dwfl_end);
  if (made == nullptr) {
    throw std::bad_alloc();
  }
  dwfl_report_begin(made.get());
  return made;
}

template <class Use>
void each_module(Dwfl* of, Use use) {
  dwfl_getmodules(
      of,
      [](Dwfl_Module* one, void** data, const char*, Dwarf_Addr, void* argument) {
        (*static_cast<Use*>(argument))(one, data);
        return static_cast<int>(DWARF_CB_OK);
      },
      &use,
      0);
}

void add_symbols(Dwfl_Module* of, const std::string& wanted, std::vector<std::uint64_t>& to) {
  // No map of any version was shorter.
  constexpr std::size_t least_bytes = 32;
  const int count = dwfl_module_getsymtab(of);
  for (int i = 0; i < count; ++i) {
    GElf_Sym entry{};
    GElf_Addr address = 0;
    GElf_Word section = SHN_UNDEF;
    const char* const name =
        dwfl_module_getsym_info(of, i, &entry, &address, &section, nullptr, nullptr);
    if (name != nullptr && section != SHN_UNDEF && GELF_ST_TYPE(entry.st_info) == STT_OBJECT &&
        entry.st_size >= least_bytes && name == wanted) {
      to.push_back(address);
    }
  }
}

}  // namespace

modules::modules(std::string maps, opener open, debug_files debug)
    : open_(std::make_unique<opener>(std::move(open))),
      session_(begin(of_process, debug)) {
  if (std::FILE* const text = ::fmemopen(maps.data(), maps.size(), "r")) {
    dwfl_linux_proc_maps_report(session_.get(), text);
    std::fclose(text);
  }
  dwfl_report_end(session_.get(), nullptr, nullptr);
  each_module(session_.get(), [this](Dwfl_Module*, void** data) { *data = open_.get(); });
}

modules::modules(Elf* core, const std::string& program, debug_files debug)
    : session_(begin(of_core, debug)) {
  dwfl_core_file_report(session_.get(), core, program.empty() ? nullptr : program.c_str());
  dwfl_report_end(session_.get(), nullptr, nullptr);
}

std::string modules::name_at(std::uint64_t address) const {
  Dwfl_Module* const there = dwfl_addrmodule(session_.get(), address);
  const char* const name =
      there == nullptr
          ? nullptr
          : dwfl_module_info(there, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  return name != nullptr ? name : "";
}

std::vector<std::uint64_t> modules::addresses_of(const std::string& symbol) const {
  std::vector<std::uint64_t> all;
  std::exception_ptr failure;
  each_module(session_.get(), [&](Dwfl_Module* one, void** /*data*/) {
    try {
      add_symbols(one, symbol, all);
    } catch (...) {
      failure = std::current_exception();
    }
  });
  if (failure) {
    std::rethrow_exception(failure);
  }
  return all;
}

}  // namespace top
