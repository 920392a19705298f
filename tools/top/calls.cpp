// SPDX-License-Identifier: Apache-2.0
// libdw knows lines and inlined functions, the table of symbols the rest.

#include "calls.hpp"

#include "text/printable_text.hpp"
#include "text/symbol_text.hpp"

#include <cstdlib>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <memory>

namespace top {

namespace {

using covey::runtime::hex;
using covey::runtime::printable;
using dies = std::unique_ptr<Dwarf_Die, decltype(&std::free)>;

std::string demangled(const char* name) {
  return printable(covey::runtime::demangled(name));
}

/// @returns " at file:line", or nothing.
std::string place(const char* file, int line) {
  return file == nullptr ? "" : " at " + printable(file) + ':' + std::to_string(line);
}

std::string place_of_line(Dwfl_Module* in, std::uint64_t address) {
  Dwfl_Line* const found = dwfl_module_getsrc(in, address);
  int line = 0;
  const char* const file =
      found == nullptr ? nullptr : dwfl_lineinfo(found, nullptr, &line, nullptr, nullptr, nullptr);
  return place(file, line);
}

Dwarf_Word number_in(Dwarf_Die* of, unsigned name) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  return dwarf_formudata(dwarf_attr(of, name, &found), &value) == 0 ? value : 0;
}

/// Where an inlined function was called.
std::string place_of_call(Dwarf_Die* unit, Dwarf_Die* inlined) {
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  const Dwarf_Word file = number_in(inlined, DW_AT_call_file);
  if (dwarf_getsrcfiles(unit, &files, &count) != 0 || file >= count) {
    return "";
  }
  return place(dwarf_filesrc(files, file, nullptr, nullptr),
               static_cast<int>(number_in(inlined, DW_AT_call_line)));
}

/// The declaration of a function inside of its class, which what is inlined leads to.
Dwarf_Die declaration_of(Dwarf_Die function) {
  for (const unsigned leads : {DW_AT_abstract_origin, DW_AT_specification}) {
    Dwarf_Attribute found;
    Dwarf_Die there;
    if (dwarf_formref_die(dwarf_attr(&function, leads, &found), &there) != nullptr) {
      function = there;
    }
  }
  return function;
}

/// @returns the name of a function without a symbol, after those of the namespaces and classes that it is in.
std::string scoped_name(Dwarf_Die* function) {
  Dwarf_Die declaration = declaration_of(*function);
  Dwarf_Die* found = nullptr;
  const int count = dwarf_getscopes_die(&declaration, &found);
  const dies scopes(count > 0 ? found : nullptr, &std::free);
  const char* const own = dwarf_diename(&declaration);
  std::string name = own != nullptr ? printable(own) : "an unnamed function";
  for (int i = 1; i < count; ++i) {
    Dwarf_Die* const scope = scopes.get() + i;
    const int tag = dwarf_tag(scope);
    const char* const text = dwarf_diename(scope);
    const bool space = tag == DW_TAG_namespace;
    if (space || tag == DW_TAG_structure_type || tag == DW_TAG_class_type) {
      const char* const unnamed = space ? "(anonymous namespace)" : "(unnamed)";
      name.insert(0, "::").insert(0, text != nullptr ? printable(text) : unnamed);
    }
  }
  return name;
}

std::string function_name(Dwarf_Die* function) {
  Dwarf_Attribute found;
  const char* const linked =
      dwarf_formstring(dwarf_attr_integrate(function, DW_AT_linkage_name, &found));
  return linked != nullptr ? demangled(linked) : scoped_name(function);
}

/// Scopes of the code there, innermost first.
std::pair<dies, int> scopes_at(Dwarf_Die* unit, std::uint64_t address) {
  Dwarf_Die* found = nullptr;
  const int inner = dwarf_getscopes(unit, address, &found);
  const dies innermost(inner > 0 ? found : nullptr, &std::free);
  if (innermost == nullptr) {
    return {dies(nullptr, &std::free), 0};
  }
  // Of what is inlined, those above name where it was written; these, where it is.
  const int count = dwarf_getscopes_die(innermost.get(), &found);
  return {dies(count > 0 ? found : nullptr, &std::free), count > 0 ? count : 0};
}

std::string outermost(Dwfl_Module* in, std::uint64_t address, const std::string& where) {
  GElf_Off offset = 0;
  GElf_Sym entry{};
  const char* const symbol =
      dwfl_module_addrinfo(in, address, &offset, &entry, nullptr, nullptr, nullptr);
  Dwarf_Addr begin = 0;
  const char* const file =
      dwfl_module_info(in, nullptr, &begin, nullptr, nullptr, nullptr, nullptr, nullptr);
  const std::string module = " in " + printable(file != nullptr ? file : "?");
  if (symbol == nullptr) {
    return hex(address) + (where.empty() ? module + " (+" + hex(address - begin) + ")" : where);
  }
  return demangled(symbol) + (where.empty() ? '+' + hex(offset) + module : where);
}

}  // namespace

std::vector<std::string> calls_at(Dwfl* files, std::uint64_t address) {
  Dwfl_Module* const in = dwfl_addrmodule(files, address);
  if (in == nullptr) {
    return {hex(address) + " in no file"};
  }
  std::vector<std::string> calls;
  std::string where = place_of_line(in, address);
  Dwarf_Addr bias = 0;
  if (Dwarf_Die* const unit = dwfl_module_addrdie(in, address, &bias)) {
    const auto [scopes, count] = scopes_at(unit, address - bias);
    for (int i = 0; i < count; ++i) {
      Dwarf_Die* const scope = scopes.get() + i;
      if (dwarf_tag(scope) == DW_TAG_subprogram) {
        break;
      }
      if (dwarf_tag(scope) == DW_TAG_inlined_subroutine) {
        calls.push_back(function_name(scope) + where);
        where = place_of_call(unit, scope);
      }
    }
  }
  calls.push_back(outermost(in, address, where));
  return calls;
}

}  // namespace top
