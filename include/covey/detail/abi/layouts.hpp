// SPDX-License-Identifier: Apache-2.0
// One layout for all compilers and flags: what library and program both know, checked where either is compiled.
#pragma once

#include <covey/batch.hpp>
#include <covey/composite_exception.hpp>
#include <covey/config.hpp>
#include <covey/detail/batch/item_source.hpp>
#include <covey/detail/batch/progress.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/failure/failure.hpp>
#include <covey/detail/fast/thread_words.hpp>
#include <covey/detail/stop/stop_state.hpp>
#include <covey/detail/task/frame.hpp>
#include <covey/detail/task/result.hpp>
#include <covey/detail/task/scope.hpp>
#include <covey/detail/task/worker.hpp>
#include <covey/door.hpp>
#include <covey/error.hpp>
#include <covey/future.hpp>
#include <covey/item_outcome.hpp>
#include <covey/leaf.hpp>
#include <covey/nursery.hpp>
#include <covey/nursery_box.hpp>
#include <covey/outcome.hpp>
#include <covey/policy.hpp>
#include <covey/pool.hpp>
#include <covey/stop_token.hpp>
#include <covey/task_info.hpp>
#include <covey/tracking.hpp>

#include <cstddef>

// Numbers of x86-64 with libstdc++; a std::mutex has another size elsewhere.
#if defined(__x86_64__) && defined(__LP64__) && defined(__GLIBCXX__)

namespace covey::detail {

// Whether T has that size, with the alignment of a pointer unless told otherwise.
template <class T, std::size_t Bytes, std::size_t Align = alignof(void*)>
inline constexpr bool is_laid_out = sizeof(T) == Bytes && alignof(T) == Align;

struct any_callable {
  int operator()() const;
  void* bound;
};

// Values.
static_assert(is_laid_out<site, 8>);
static_assert(is_laid_out<label, 48, 1>);
static_assert(is_laid_out<stop_reason, 160>);
static_assert(is_laid_out<amount, 16>);
static_assert(is_laid_out<time_limit, 16>);
static_assert(is_laid_out<parent, 16>);
static_assert(is_laid_out<policy, 1, 1>);
static_assert(is_laid_out<nursery_options, 152>);
static_assert(is_laid_out<nursery_outcome, 208>);
static_assert(is_laid_out<pool_options, 64>);
static_assert(is_laid_out<batch_options, 216>);
static_assert(is_laid_out<batch_summary, 200>);
static_assert(is_laid_out<item_outcome<int>, 24>);
// Failures.
static_assert(is_laid_out<failure, 72>);
static_assert(is_laid_out<scope_info, 232>);
static_assert(is_laid_out<leaf, 32>);
static_assert(is_laid_out<composite_exception, 24>);
static_assert(is_laid_out<cancelled, 168>);
static_assert(is_laid_out<timeout_error, 176>);
static_assert(is_laid_out<structure_error, 16>);
static_assert(is_laid_out<pool_error, 32>);
// Handles.
static_assert(is_laid_out<future<int>, 8>);
static_assert(is_laid_out<child_future<any_callable>, 8>);
static_assert(is_laid_out<door, 8>);
static_assert(is_laid_out<pool, 8>);
static_assert(is_laid_out<stop_token, 8>);
static_assert(is_laid_out<stop_node, 32>);
static_assert(is_laid_out<stop_callback<any_callable>, 48>);
static_assert(is_laid_out<stop_state, 312>);
// Children and scopes.
static_assert(is_laid_out<frame, 56>);
static_assert(is_laid_out<frame_ops, 48>);
static_assert(is_laid_out<result_ops<int>, 56>);
static_assert(is_laid_out<thread_words, 24>);
static_assert(is_laid_out<worker, 384, 128>);
static_assert(is_laid_out<context_base, 8>);
static_assert(is_laid_out<scope, 192, 16>);
static_assert(is_laid_out<nursery, 192, 16>);
static_assert(is_laid_out<nursery_box, 192, 16>);
// Batches.
static_assert(is_laid_out<throttle, 88>);
static_assert(is_laid_out<share, 128, 128>);
static_assert(is_laid_out < spread, COVEY_DEBUG_CONTAINERS == 0 ? 272 : 304 >);
static_assert(is_laid_out<item_range, 24>);
static_assert(is_laid_out<item_source, 152>);
static_assert(is_laid_out<item_block, 32>);
static_assert(is_laid_out<progress_reports, 56>);

// Offsets of the words that both the inline paths and the library access.
#  pragma GCC diagnostic push
#  pragma GCC diagnostic ignored "-Winvalid-offsetof"  // supported by all that compile covey
static_assert(offsetof(frame_ops, bytes) == 32);
static_assert(offsetof(frame_ops, align) == 36);
static_assert(offsetof(frame_ops, storage) == 40);
static_assert(offsetof(frame_ops, size_class) == 44);
static_assert(offsetof(result_ops<int>, invoke) == 48);
static_assert(offsetof(frame, of) == 8);
static_assert(offsetof(frame, spawned_at) == 16);
static_assert(offsetof(frame, queue_position) == 24);
static_assert(offsetof(frame, home) == 32);
static_assert(offsetof(frame, order) == 40);
static_assert(offsetof(frame, flags) == 48);
static_assert(offsetof(frame, phase) == 52);
static_assert(offsetof(frame, marks) == 53);
static_assert(offsetof(frame, holder) == 54);
static_assert(offsetof(thread_words, runs) == 8);
static_assert(offsetof(thread_words, ran) == 16);
static_assert(offsetof(worker, exceptions) == 16);
static_assert(offsetof(worker, stack_bound) == 24);
static_assert(offsetof(worker, free) == 48);
static_assert(offsetof(worker, waits_below) == 176);
static_assert(offsetof(worker, floor) == 256);
static_assert(offsetof(worker, ceiling) == 264);
static_assert(offsetof(worker, check_wanted) == 272);
static_assert(offsetof(scope, owner) == 8);
static_assert(offsetof(scope, rare) == 16);
static_assert(offsetof(scope, spawned) == 80);
static_assert(offsetof(scope, outer) == 88);
static_assert(offsetof(scope, finished) == 96);
static_assert(offsetof(scope, opened_at) == 104);
static_assert(offsetof(scope, finished_elsewhere) == 160);
static_assert(offsetof(scope, done) == 168);
static_assert(offsetof(scope, target) == 176);
static_assert(offsetof(share, cost) == 16);
static_assert(offsetof(share, recall) == 32);
static_assert(offsetof(share, me) == 80);
#  pragma GCC diagnostic pop

}  // namespace covey::detail

#endif
