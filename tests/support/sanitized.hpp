// SPDX-License-Identifier: Apache-2.0
// Whether a sanitizer watches this build: it keeps freed memory back and stands between us and the system itself.
#pragma once

namespace covey_test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#  else
inline constexpr bool sanitized = false;
#  endif
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace covey_test
