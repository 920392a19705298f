// SPDX-License-Identifier: Apache-2.0
// The nursery for members and the heap: any thread may use and destroy it; its destructor never throws.
#pragma once

#include <covey/detail/base/clock.hpp>
#include <covey/detail/compiled/deadline.hpp>
#include <covey/detail/compiled/doors.hpp>
#include <covey/detail/compiled/ending.hpp>
#include <covey/detail/compiled/opening.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/nursery.hpp>

namespace covey {

/// A nursery that may be a member or live on the heap, and be used and destroyed by any thread.
///
/// Every spawn goes through the pool's common queue (some 100 ns instead of some ns). Its parent is none, unless
/// options name one: its life is not tied to a block. Its policy is supervise unless options say fail_fast, after which it
/// refuses everything once a child has failed: try_run() and stop_requested() tell, and on_failure when it happens.
/// join() throws as nursery::join(); the destructor waits, never throws, and gives failures that nobody received to the
/// handler of unhandled failures.
/// Children may refer to what outlives the box: of the members of a class, those that are declared before it.
/// A box that is destroyed while the process exits (a static object, say) stops its children (kind shutdown) and waits for
/// them at most 2 s, and never for the child that exits; see pool::default_pool().
/// Thread safety: all members but the destructor may be called from any thread at any time.
class nursery_box : private detail::scope {
 public:
  using door = covey::door;

  /// @throws as nursery's.
  explicit nursery_box(site where = site::current()) : nursery_box(nursery_options{}, where) {}
  /// The same with options. @throws as nursery's.
  explicit nursery_box(const nursery_options& options, site where = site::current())
      : scope(where) {
    detail::open_with_options(*this, options, true);
  }
  nursery_box(nursery_box&&) = delete;
  nursery_box& operator=(nursery_box&&) = delete;
  /// Waits for every child; gives failures that nobody received to the handler of unhandled failures.
  ~nursery_box() { detail::end_boxed(*this); }

  /// @name The members of nursery, with the same contracts
  /// @{
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) future<detail::child_result_t<std::decay_t<F>>> spawn(
      F&& work, site where = site::current()) {
    return detail::future_access::plain<std::decay_t<F>>(
        detail::spawn_child<false, false>(*this, where, {}, std::forward<F>(work)));
  }
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) future<detail::child_result_t<std::decay_t<F>>> spawn(
      std::string_view name, F&& work, site where = site::current()) {
    return detail::future_access::plain<std::decay_t<F>>(
        detail::spawn_child<true, false>(*this, where, name, std::forward<F>(work)));
  }
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) void run(F&& work, site where = site::current()) {
    detail::spawn_child<false, true>(*this, where, {}, std::forward<F>(work));
  }
  template <class F>
  requires(detail::is_child<std::decay_t<F>>) void run(std::string_view name,
                                                       F&& work,
                                                       site where = site::current()) {
    detail::spawn_child<true, true>(*this, where, name, std::forward<F>(work));
  }
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      std::optional<future<detail::child_result_t<std::decay_t<F>>>> try_spawn(
          F&& work, site where = site::current()) {
    return try_child<false>({}, std::forward<F>(work), where);
  }
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      std::optional<future<detail::child_result_t<std::decay_t<F>>>> try_spawn(
          std::string_view name, F&& work, site where = site::current()) {
    return try_child<true>(name, std::forward<F>(work), where);
  }
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      [[nodiscard]] bool try_run(F&& work, site where = site::current()) {
    return detail::try_child<false, true>(*this, where, {}, std::forward<F>(work)) != nullptr;
  }
  template <class F>
  requires(detail::is_child<std::decay_t<F>>)
      [[nodiscard]] bool try_run(std::string_view name, F&& work, site where = site::current()) {
    return detail::try_child<true, true>(*this, where, name, std::forward<F>(work)) != nullptr;
  }
  void join() { detail::join_scope(*this); }
  void wait_idle() { detail::drain_scope(*this); }
  [[nodiscard]] std::size_t pending() const noexcept { return detail::count_pending(*this); }
  void stop(std::string_view text = {}, site where = site::current()) {
    detail::stop_scope(*this, text, where);
  }
  [[nodiscard]] bool stop_requested() const noexcept { return detail::scope_stopped(*this); }
  [[nodiscard]] covey::stop_token get_stop_token() { return detail::token_of_scope(*this); }
  [[nodiscard]] door open_door() { return covey::door(*this); }
  [[nodiscard]] nursery_outcome outcome() const { return detail::outcome_of(*this); }
  void expire_at(clock::time_point when) { detail::set_deadline(*this, when); }
  void expire_after(time_limit length) { expire_at(length.after(detail::clock_now())); }
  [[nodiscard]] clock::time_point deadline() const noexcept { return detail::deadline_of(*this); }
  [[nodiscard]] label name() const noexcept { return detail::name_of(*this); }
  /// @}

 private:
  template <bool Named, class F>
  std::optional<future<detail::child_result_t<std::decay_t<F>>>> try_child(std::string_view name,
                                                                           F&& work,
                                                                           const site& where) {
    detail::frame* const f =
        detail::try_child<Named, false>(*this, where, name, std::forward<F>(work));
    if (f == nullptr) {
      return std::nullopt;
    }
    return detail::future_access::plain<std::decay_t<F>>(f);
  }
};

}  // namespace covey
