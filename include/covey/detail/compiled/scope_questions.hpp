// SPDX-License-Identifier: Apache-2.0
// Queries of a nursery, and its stop.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/base/names.hpp>
#include <covey/outcome.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>

#include <cstddef>
#include <string_view>

namespace covey::detail {

[[nodiscard]] COVEY_API std::size_t pending_of(const scope& s) noexcept;
// As pending_of(), after the reports that workers hold were delivered.
[[nodiscard]] COVEY_API std::size_t count_pending(const scope& s) noexcept;
[[nodiscard]] COVEY_API nursery_outcome outcome_of(const scope& s);
[[nodiscard]] COVEY_API label name_of(const scope& s) noexcept;
[[nodiscard]] COVEY_API bool scope_stopped(const scope& s) noexcept;
[[nodiscard]] COVEY_API stop_token token_of_scope(scope& s);
COVEY_API void stop_scope(scope& s, std::string_view text, const site& where);

}  // namespace covey::detail
