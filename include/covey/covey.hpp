// SPDX-License-Identifier: Apache-2.0
// Everything that most programs need.
#pragma once

#include <covey/batch.hpp>
#include <covey/composite_exception.hpp>
#include <covey/detail/abi/layouts.hpp>
#include <covey/error.hpp>
#include <covey/future.hpp>
#include <covey/item_outcome.hpp>
#include <covey/map.hpp>
#include <covey/nursery.hpp>
#include <covey/nursery_box.hpp>
#include <covey/policy.hpp>
#include <covey/pool.hpp>
#include <covey/pulled_ranges.hpp>
#include <covey/reduce.hpp>
#include <covey/spawn_and_wait.hpp>
#include <covey/stop_token.hpp>
#include <covey/stream.hpp>
#include <covey/task_info.hpp>
#include <covey/this_task.hpp>
#include <covey/tracking.hpp>
#include <covey/unhandled_failure.hpp>
#include <covey/with_nursery.hpp>
