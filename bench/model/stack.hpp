// SPDX-License-Identifier: Apache-2.0
// The calls that a simulated worker is in, and with them its deque. Between two events nothing is simulated: how far the
// worker has come is computed when somebody asks.
#pragma once

#include "model/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace model {

using call_id = std::uint32_t;
inline constexpr call_id no_call = ~call_id{0};
inline constexpr std::uint64_t by_call =
    ~std::uint64_t{0};  // call::index of a call that was not spawned

/// A call that has begun, or a carrier: the place below a stolen child, with those that were stolen together with it.
/// The children that it has queued are [low, high): thieves take the lowest.
struct call {
  std::size_t of = kind::none;  ///< its kind; none: a carrier
  call_id parent =
      no_call;              ///< who spawned or called it; of a carrier: who spawned what it carries
  std::uint64_t index = 0;  ///< which child of the parent it is
  bool begun = false;
  bool called = false;  ///< the call in its body was made
  bool over = false;
  std::uint64_t made = 0;  ///< children spawned
  std::uint64_t next = 0;  ///< children got, if in order
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::uint64_t away = 0;  ///< stolen and not back; of a carrier: run and not reported
  std::uint64_t back = 0;  ///< which stolen children are back, if in order: a bit each
  std::size_t waiter = ~std::size_t{0};  ///< the worker that sleeps until some are back

  [[nodiscard]] bool is_carrier() const { return of == kind::none; }
  [[nodiscard]] std::uint64_t queued() const { return high - low; }
};

/// All calls of a simulation.
class calls {
 public:
  [[nodiscard]] call_id make(std::size_t of, call_id parent, std::uint64_t index);
  void free(call_id id) { unused_.push_back(id); }
  [[nodiscard]] call& operator[](call_id id) { return all_[id]; }
  [[nodiscard]] const call& operator[](call_id id) const { return all_[id]; }

 private:
  std::vector<call> all_;
  std::vector<call_id> unused_;
};

/// What a worker does next.
enum class move {
  begin,
  spawn,
  make_call,
  get,   // a child of its own that is private
  take,  // a child of its own that is public: needs the lock
  wait,  // for a stolen child
  end_call,
  end_child  // of one that was spawned and then stolen: the worker has to report it
};

class stack {
 public:
  stack(const tree& program, calls& all) : program_(&program), calls_(&all) {}

  [[nodiscard]] bool empty() const { return ids_.empty(); }
  [[nodiscard]] call_id top_id() const { return ids_.back(); }
  [[nodiscard]] call& top() { return (*calls_)[ids_.back()]; }
  [[nodiscard]] const std::vector<call_id>& ids() const { return ids_; }  ///< outermost first
  [[nodiscard]] std::uint64_t queued() const { return queued_; }
  [[nodiscard]] std::uint64_t open() const { return open_; }  ///< public children
  [[nodiscard]] bool has_private() const { return queued_ > open_; }
  [[nodiscard]] std::uint64_t ran() const { return ran_; }
  [[nodiscard]] picoseconds at() const { return at_; }

  void set_time(picoseconds at) { at_ = at; }
  void lose(picoseconds time) { at_ += time; }

  [[nodiscard]] move next() const;
  [[nodiscard]] picoseconds cost(move step) const;
  /// One step. @pre it is next(), and neither take, wait nor end_child.
  void perform(move step);
  /// Goes on until `until`, or to a step that needs others.
  void advance(picoseconds until);
  /// When the next step comes that needs others, if nobody disturbs.
  [[nodiscard]] picoseconds horizon() const;

  /// A carrier for children [first, last) of `parent`, and on it the first of them.
  void carry(call_id parent, std::uint64_t first, std::uint64_t last);
  void begin_root();
  /// The public child that next() wants. @pre next() == move::take
  void take_own();
  /// The last child of the carrier on top. @pre it has one
  void take_carried();
  void pop();

  void publish_half() { open_ += (queued_ - open_ + 1) / 2; }
  void publish_all() { open_ = queued_; }
  void reclaim_half() { open_ /= 2; }

  /// The lowest child queued in `from`, which is on this stack. @pre there is one, and it is public
  [[nodiscard]] std::uint64_t steal(call_id from, std::uint64_t count);
  /// The outermost call with queued children. @pre queued() > 0
  [[nodiscard]] call_id lowest() const;

 private:
  [[nodiscard]] const kind& kind_of(const call& c) const { return program_->kinds[c.of]; }
  [[nodiscard]] move next_in_order(const call& c, const kind& k) const;
  [[nodiscard]] std::uint64_t open_in_top() const;
  [[nodiscard]] bool skip_or_enter(move step, picoseconds until);
  [[nodiscard]] bool remaining(const call& c, std::uint64_t open_here, picoseconds& time) const;
  void push(std::size_t of, call_id parent, std::uint64_t index);
  [[nodiscard]] std::uint64_t unqueue_own();

  const tree* program_;
  calls* calls_;
  std::vector<call_id> ids_;
  picoseconds at_ = 0;  // where it is in simulated time: at the beginning of next()
  std::uint64_t queued_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t ran_ = 0;
};

}  // namespace model
