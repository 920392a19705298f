// error: covey needs C\+\+ exceptions
// SPDX-License-Identifier: Apache-2.0
// What -fno-exceptions does.
#undef __cpp_exceptions
#include <covey/config.hpp>
