// SPDX-License-Identifier: Apache-2.0
// Instructions by their bytes, as assemblers write them.
#include "harness/instruction.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

namespace {

using bench::instruction;

instruction kind_of(const std::vector<std::uint8_t>& bytes) {
  return bench::instruction_in(bytes);
}

TEST(instruction, the_lock_prefix_makes_it_atomic) {
  EXPECT_EQ(kind_of({0xf0, 0x48, 0x0f, 0xc1, 0x07}), instruction::atomic);  // lock xadd
  EXPECT_EQ(kind_of({0xf0, 0x83, 0x0c, 0x24, 0x00}), instruction::atomic);  // lock or
  EXPECT_EQ(kind_of({0x66, 0xf0, 0x0f, 0xb1, 0x0f}), instruction::atomic);  // lock cmpxchg, 16 bits
}

TEST(instruction, an_exchange_with_memory_is_atomic) {
  EXPECT_EQ(kind_of({0x87, 0x07}), instruction::atomic);        // xchg eax, [rdi]
  EXPECT_EQ(kind_of({0x48, 0x87, 0x07}), instruction::atomic);  // xchg rax, [rdi]
  EXPECT_EQ(kind_of({0x86, 0x07}), instruction::atomic);        // xchg al, [rdi]
}

TEST(instruction, an_exchange_of_registers_is_not) {
  EXPECT_EQ(kind_of({0x48, 0x87, 0xc3}), instruction::plain);
  EXPECT_EQ(kind_of({0x66, 0x90}), instruction::plain);  // a no-op of two bytes
}

TEST(instruction, others_are_plain) {
  EXPECT_EQ(kind_of({0x48, 0x89, 0xf0}), instruction::plain);  // mov rax, rsi: f0 is its operand
  EXPECT_EQ(kind_of({0xf3, 0xa4}), instruction::plain);        // rep movsb
  EXPECT_EQ(kind_of({}), instruction::plain);
}

TEST(instruction, knows_system_calls) {
  EXPECT_EQ(kind_of({0x0f, 0x05}), instruction::system_call);
  EXPECT_EQ(kind_of({0x0f, 0x0b}), instruction::plain);  // ud2
}

TEST(instruction, int3_is_the_mark) {
  EXPECT_EQ(kind_of({0xcc}), instruction::mark);
}

}  // namespace
