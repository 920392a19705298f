// SPDX-License-Identifier: Apache-2.0
// Headers, notes and memory, one after the other.

#include "core_files.hpp"

#include <cstring>
#include <elf.h>
#include <initializer_list>

namespace top_test {

namespace {

void append(std::string& to, const void* from, std::size_t bytes) {
  to.append(static_cast<const char*>(from), bytes);
}

std::string note_of(Elf64_Word type, const std::string& body) {
  const Elf64_Nhdr head{5, static_cast<Elf64_Word>(body.size()), type};
  std::string note;
  append(note, &head, sizeof head);
  note.append("CORE\0\0\0\0", 8);
  note += body;
  note.resize((note.size() + 3) / 4 * 4);
  return note;
}

}  // namespace

std::string file_note(const piece& where) {
  const std::string path = "/nowhere/program";
  std::string body;
  for (const std::uint64_t value : std::initializer_list<std::uint64_t>{
           1, 4096, where.address, where.address + where.bytes, 0}) {
    append(body, &value, sizeof value);
  }
  return note_of(NT_FILE, body + path + '\0');
}

std::string process_note(int process) {
  std::string body(136, '\0');  // elf_prpsinfo of x86-64
  std::memcpy(body.data() + 24, &process, sizeof process);
  return note_of(NT_PRPSINFO, body);
}

std::string thread_note(int thread, std::uint64_t code, std::uint64_t stack) {
  std::string body(
      336,
      '\0');  // elf_prstatus of x86-64: of the registers from 112 on rip is number 16, rsp 19
  std::memcpy(body.data() + 32, &thread, sizeof thread);
  std::memcpy(body.data() + 240, &code, sizeof code);
  std::memcpy(body.data() + 264, &stack, sizeof stack);
  return note_of(NT_PRSTATUS, body);
}

std::string core_of(const std::vector<piece>& pieces, const std::string& notes) {
  Elf64_Ehdr head{};
  std::memcpy(head.e_ident, ELFMAG, SELFMAG);
  head.e_ident[EI_CLASS] = ELFCLASS64;
  head.e_ident[EI_DATA] = ELFDATA2LSB;
  head.e_ident[EI_VERSION] = EV_CURRENT;
  head.e_type = ET_CORE;
  head.e_machine = EM_X86_64;
  head.e_version = EV_CURRENT;
  head.e_phoff = sizeof head;
  head.e_phentsize = sizeof(Elf64_Phdr);
  head.e_phnum = static_cast<Elf64_Half>(pieces.size() + 1);
  std::string headers;
  append(headers, &head, sizeof head);
  std::string body = notes;
  const std::uint64_t begin = sizeof head + (pieces.size() + 1) * sizeof(Elf64_Phdr);
  Elf64_Phdr segment{};
  segment.p_type = PT_NOTE;
  segment.p_offset = begin;
  segment.p_filesz = notes.size();
  append(headers, &segment, sizeof segment);
  for (const piece& one : pieces) {
    segment = {};
    segment.p_type = PT_LOAD;
    segment.p_flags = PF_R | PF_W;
    segment.p_offset = begin + body.size();
    segment.p_vaddr = one.address;
    segment.p_filesz = one.bytes;
    segment.p_memsz = one.bytes;
    append(headers, &segment, sizeof segment);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): memory of the test itself
    append(body, reinterpret_cast<const void*>(one.address), one.bytes);
  }
  return headers + body;
}

small_core::small_core(bool with_file_list, const std::string& more_notes) {
  records->attach(*map);
  const auto& place = records->sites[1];
  const std::vector<piece> all{piece_of(map.get()),
                               piece_of(records->children, sizeof records->children),
                               piece_of(records->nurseries, sizeof records->nurseries),
                               piece_of(records->sites, sizeof records->sites),
                               piece_of(place.file.load(), place.file_bytes)};
  bytes = core_of(all, (with_file_list ? file_note(all[0]) : "") + more_notes);
}

}  // namespace top_test
