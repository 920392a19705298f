// error: covey needs RTTI
// SPDX-License-Identifier: Apache-2.0
// What -fno-rtti does.
#undef __cpp_rtti
#include <covey/config.hpp>
