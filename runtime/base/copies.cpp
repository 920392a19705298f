// SPDX-License-Identifier: Apache-2.0
// Finds the files of the process that contain covey, by an ELF note that each of them has.
#include "base/copies.hpp"

#include "base/fork.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <link.h>
#include <string>
#include <string_view>

namespace covey::runtime {

namespace {

using elf_note_name = std::array<char, 8>;  // what an ELF note calls its owner, padded to words
constexpr elf_note_name covey_name{'c', 'o', 'v', 'e', 'y', '\0'};

struct copy_note {
  ElfW(Nhdr) head;
  elf_note_name name;
};

// The linker keeps sections of that name, and puts them where the program headers point.
[[gnu::section(".note.covey"),
  gnu::used,
  gnu::aligned(4)]] constinit const copy_note note_of_this_copy{{sizeof "covey", 0, 1}, covey_name};

constexpr std::size_t padded_to_words(std::size_t bytes) noexcept {
  return (bytes + 3) / 4 * 4;
}

[[nodiscard]] bool has_copy_note(const char* at, std::size_t bytes) noexcept {
  while (bytes >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) head{};
    std::memcpy(&head, at, sizeof head);
    const std::size_t all =
        sizeof head + padded_to_words(head.n_namesz) + padded_to_words(head.n_descsz);
    if (all > bytes) {
      return false;
    }
    if (head.n_namesz == note_of_this_copy.head.n_namesz &&
        std::memcmp(at + sizeof head, note_of_this_copy.name.data(), head.n_namesz) == 0) {
      return true;
    }
    at += all;
    bytes -= all;
  }
  return false;
}

struct copies_found {
  std::string names;
  std::size_t count = 0;
};

int find_copy_in(dl_phdr_info* image, std::size_t /*bytes*/, void* arg) {
  auto& found = *static_cast<copies_found*>(arg);
  for (std::size_t i = 0; i < image->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = image->dlpi_phdr[i];
    if (part.p_type == PT_NOTE &&
        has_copy_note(reinterpret_cast<const char*>(image->dlpi_addr + part.p_vaddr),
                      part.p_memsz)) {
      const std::string_view name = image->dlpi_name;
      found.names += (found.count == 0 ? "" : ", ");
      found.names += name.empty() ? std::string_view("the program") : name;
      ++found.count;
      break;
    }
  }
  return 0;
}

// Whether the message was written.
//   written  true by the thread that writes it (exchange, acq_rel).
//   read     before the search, as a hint.
constinit std::atomic<bool> told_of_copies{false};

}  // namespace

void tell_of_copies() noexcept {
  // Not in a forked child: another thread may have held the loader's lock.
  if (told_of_copies.load(std::memory_order_acquire) || fork_generation() != 0) {
    return;
  }
  try {
    const char* const given = ::secure_getenv("COVEY_COPIES");
    copies_found found;
    ::dl_iterate_phdr(find_copy_in, &found);
    if (found.count < 2 || told_of_copies.exchange(true, std::memory_order_acq_rel) ||
        (given != nullptr && std::string_view(given) == "allowed")) {
      return;
    }
    const std::string text = "covey: this process has " + std::to_string(found.count) +
                             " copies of covey: in " + found.names +
                             ". Their nurseries and pools do not know of each other, and each "
                             "default pool has the size of the machine. COVEY_COPIES=allowed in "
                             "the environment silences this.\n";
    std::fputs(text.c_str(), stderr);
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory; the next pool tells
  }
}

}  // namespace covey::runtime
