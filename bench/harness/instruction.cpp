// SPDX-License-Identifier: Apache-2.0
// Reads prefixes, opcode and the mode of the operand; nothing else of an instruction is needed.
#include "harness/instruction.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace bench {
namespace {

constexpr std::uint8_t lock_prefix = 0xf0;
constexpr std::array<std::uint8_t, 11> legacy_prefixes{
    lock_prefix, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0x66, 0x67};

bool is_legacy_prefix(std::uint8_t byte) noexcept {
  return std::find(legacy_prefixes.begin(), legacy_prefixes.end(), byte) != legacy_prefixes.end();
}

bool is_rex_prefix(std::uint8_t byte) noexcept {
  return (byte & 0xf0U) == 0x40U;
}

bool is_exchange(std::uint8_t opcode) noexcept {
  return opcode == 0x86 || opcode == 0x87;
}

/// Of the byte that follows an opcode with operands.
bool names_memory(std::uint8_t operands) noexcept {
  return (operands & 0xc0U) != 0xc0U;
}

}  // namespace

instruction instruction_in(std::span<const std::uint8_t> bytes) noexcept {
  constexpr std::uint8_t breakpoint = 0xcc;
  if (!bytes.empty() && bytes[0] == breakpoint) {
    return instruction::mark;
  }
  if (bytes.size() > 1 && bytes[0] == 0x0f && bytes[1] == 0x05) {
    return instruction::system_call;
  }
  std::size_t at = 0;
  for (; at < bytes.size() && is_legacy_prefix(bytes[at]); ++at) {
    if (bytes[at] == lock_prefix) {
      return instruction::atomic;
    }
  }
  if (at < bytes.size() && is_rex_prefix(bytes[at])) {
    ++at;
  }
  return at + 1 < bytes.size() && is_exchange(bytes[at]) && names_memory(bytes[at + 1])
             ? instruction::atomic
             : instruction::plain;
}

}  // namespace bench
