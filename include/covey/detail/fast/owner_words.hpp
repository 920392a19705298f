// SPDX-License-Identifier: Apache-2.0
// Words that one thread writes, on the fast paths: compared, and raised, in one instruction, into which compilers do not
// fold atomic loads and stores.
#pragma once

#include <covey/config.hpp>

#include <atomic>
#include <bit>
#include <concepts>
#include <cstdint>
#include <type_traits>
#include <version>

// ThreadSanitizer has to see the reads, and other processors have no compare with memory.
#if defined(__x86_64__) && !COVEY_TSAN
#  define COVEY_COMPARES_MEMORY 1
#else
#  define COVEY_COMPARES_MEMORY 0
#endif

namespace covey::detail {

// @returns the word, which nobody else writes. Unlike an atomic load it lets compilers move copies of objects past it.
template <class T>
[[nodiscard]] COVEY_INLINE T own(const std::atomic<T>& word) noexcept {
#if COVEY_COMPARES_MEMORY
  static_assert(sizeof(word) == 8);
  T value;
  asm("movq %[word], %[value]" : [value] "=r"(value) : [word] "m"(word));
  return value;
#else
  return word.load(std::memory_order_relaxed);
#endif
}

// @returns the word, which nobody else writes, as compilers know it from the last store that they saw: no instruction
// at all, often.
template <class T>
[[nodiscard]] COVEY_INLINE T known(const std::atomic<T>& word) noexcept {
#if COVEY_TSAN
  return word.load(std::memory_order_relaxed);
#else
  static_assert(sizeof(word) == 8);
  return reinterpret_cast<const T&>(word);
#endif
}

// Writes the word, which nobody else reads or writes meanwhile: known() knows it afterwards.
template <class T>
COVEY_INLINE void set_known(std::atomic<T>& word, T value) noexcept {
#if COVEY_TSAN
  word.store(value, std::memory_order_relaxed);
#else
  static_assert(sizeof(word) == 8);
  reinterpret_cast<T&>(word) = value;
#endif
}

// Conditions as they are, with what to expect of them: for chains of them, in which GCC knows of the whole only.
[[nodiscard]] COVEY_INLINE bool often(bool condition) noexcept {
  return __builtin_expect(static_cast<long>(condition), 1) != 0;
}
[[nodiscard]] COVEY_INLINE bool seldom(bool condition) noexcept {
  return __builtin_expect(static_cast<long>(condition), 0) != 0;
}

// @returns at >= bound
template <class T>
[[nodiscard]] COVEY_INLINE bool reached(T* at, const std::atomic<T*>& bound) noexcept {
#if COVEY_COMPARES_MEMORY
  static_assert(sizeof(bound) == 8);
  bool yes;
  asm("cmpq %[bound], %[at]" : "=@ccae"(yes) : [at] "r"(at), [bound] "m"(bound));
  return yes;
#else
  return at >= bound.load(std::memory_order_relaxed);
#endif
}

// @returns whether a bit of Mask is set; a mask of the lowest 31 bits.
template <std::uint64_t Mask>
[[nodiscard]] COVEY_INLINE bool any_of(const std::atomic<std::uint64_t>& word) noexcept {
#if COVEY_COMPARES_MEMORY
  static_assert(Mask < 0x80000000U);
  bool yes;
  asm("testl %[mask], %[word]" : "=@ccnz"(yes) : [mask] "i"(Mask), [word] "m"(word));
  return yes;
#else
  return (word.load(std::memory_order_relaxed) & Mask) != 0;
#endif
}

// @returns word == value
template <class T, std::same_as<T> U>
[[nodiscard]] COVEY_INLINE bool equal(const std::atomic<T>& word, U value) noexcept {
#if COVEY_COMPARES_MEMORY
  static_assert(sizeof(word) == 8 || sizeof(word) == 1);
  bool yes;
  if constexpr (sizeof(word) == 8) {
    asm("cmpq %[value], %[word]" : "=@cce"(yes) : [value] "re"(value), [word] "m"(word));
  } else {
    asm("cmpb %[value], %[word]" : "=@cce"(yes) : [value] "qi"(value), [word] "m"(word));
  }
  return yes;
#else
  return word.load(std::memory_order_relaxed) == value;
#endif
}

// Adds one. Only the owner of the word calls this. `Release`: what was written before is seen by who sees the sum.
template <bool Release>
COVEY_INLINE void raise(std::atomic<std::uint64_t>& word) noexcept {
#if COVEY_COMPARES_MEMORY
  if constexpr (Release) {
    asm volatile("incq %[word]" : [word] "+m"(word) : : "memory");
  } else {
    asm("incq %[word]" : [word] "+m"(word));
  }
#else
  word.store(word.load(std::memory_order_relaxed) + 1,
             Release ? std::memory_order_release : std::memory_order_relaxed);
#endif
}

// @returns &object, found anew: compilers would keep the address of a local object in a register that calls preserve,
// and a function that is called once per child would save and restore that one.
// @tparam Use one number for each: the same assembly twice would be done once.
template <int Use, class T>
[[nodiscard]] COVEY_INLINE T* address_anew(T& object) noexcept {
#if COVEY_COMPARES_MEMORY
  T* here;
  asm("leaq %[object], %[here]  # %c[use]"
      : [here] "=r"(here)
      : [object] "m"(object), [use] "i"(Use));
  return here;
#else
  return &object;
#endif
}

// @returns the word (larger things as they are), found anew: of an address that compilers know, such as that of a site,
// they would make one register for all uses. (Packed sites are numbers, which they make anew without being told.)
// @tparam Use as with address_anew()
template <int Use, class T>
[[nodiscard]] COVEY_INLINE T word_anew(T word) noexcept {
#if COVEY_COMPARES_MEMORY && defined(__cpp_lib_source_location)
  if constexpr (std::has_unique_object_representations_v<T> &&
                sizeof(word) == sizeof(std::uintptr_t)) {
    const auto* const there = std::bit_cast<const char*>(word);
    return std::bit_cast<T>(address_anew<Use>(*there));
  }
#endif
  return word;
}

}  // namespace covey::detail
