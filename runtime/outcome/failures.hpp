// SPDX-License-Identifier: Apache-2.0
// Outcomes that are not values: kept failures and shared causes of stops, in frames and in scopes.
#pragma once

#include "scope/context.hpp"
#include "scope/scope_extra.hpp"

#include <cstddef>
#include <exception>

namespace covey::runtime {

// The order of children spawned by others than the owner starts here: after all of the owner's.
inline constexpr std::uint64_t remote_order = std::uint64_t{1} << 62U;
[[nodiscard]] inline bool is_remote(const frame* f) noexcept {
  return detail::has_mark(f, detail::mark_remote);
}

// What a failed, stopped or never started child keeps where its result would lie.
[[nodiscard]] inline void*& stored_pointer(frame* f) noexcept {
  return *reinterpret_cast<void**>(reinterpret_cast<std::byte*>(f) + f->ops->storage);
}
[[nodiscard]] inline detail::kept_failure* stored_failure(frame* f) noexcept {
  return static_cast<detail::kept_failure*>(stored_pointer(f));
}
[[nodiscard]] inline detail::shared_stop* stored_stop(frame* f) noexcept {
  return static_cast<detail::shared_stop*>(stored_pointer(f));
}
inline void store_stop(frame* f, detail::shared_stop* cause) noexcept {
  stored_pointer(f) = cause;
}

// The shared cause of a stopped scope, with a reference for the caller. Null when the scope was not stopped (only the child
// was), or when there is no memory.
[[nodiscard]] detail::shared_stop* share_stop_of(detail::scope& s) noexcept;

// Keeps the exception that is being handled as a failure of `s`, and stops the siblings if the policy says so.
// @param alone see request_stop(). @returns the failure, with a reference for the caller; null when it was counted only.
detail::kept_failure* keep_failure(detail::scope& s,
                                   const frame* f,
                                   const std::exception_ptr& error,
                                   bool alone) noexcept;

// Keeps the exception that is being handled as the failure of an item of a batch. @param index its order
void keep_item_failure(detail::scope& s,
                       std::uint64_t index,
                       const label& name,
                       const site& where) noexcept;
// Stops the batch for the failure of an item, if the policy says so.
void stop_for_item(detail::scope& s, const label& name, const site& where) noexcept;

// An exception of the body, or of a hook, as the last leaf of its nursery.
void keep_own_failure(detail::scope& s, const std::exception_ptr& error, const label& of) noexcept;
// True if the exception that is being handled is a `cancelled` that obeys a stop of `s`, or (`asked`) of the child.
[[nodiscard]] bool obeys_stop(detail::scope& s, bool asked) noexcept;

// What join() throws; null: nothing. Computed once. @pre every child has finished.
[[nodiscard]] std::exception_ptr conclude(detail::scope& s) noexcept;
// Gives the failures that nobody received to the sink.
void report_undelivered(detail::scope& s) noexcept;

}  // namespace covey::runtime
