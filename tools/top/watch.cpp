// SPDX-License-Identifier: Apache-2.0
// A look is drawn again as often as keys and the window ask for it, and renewed once an interval.

#include "watch.hpp"

#include "events.hpp"
#include "image_reader.hpp"
#include "printable_text.hpp"
#include "problem.hpp"
#include "screen.hpp"
#include "totals.hpp"
#include "view.hpp"

#include <chrono>
#include <csignal>
#include <iostream>
#include <optional>
#include <vector>

namespace top {

namespace {

using steady = std::chrono::steady_clock;

class live_view {
 public:
  live_view(const target& of, const options& wanted)
      : target_(of),
        reader_(of),
        key_(wanted.sort),
        interval_(std::chrono::duration_cast<steady::duration>(
            std::chrono::duration<double>(wanted.interval))) {}

  void look() {
    const covey::runtime::tracking_image image = reader_.read();
    tree_ = covey::runtime::tree_of(image);
    const totals now = totals_of(image);
    speed_ = sums_ ? rates_between(*sums_, now) : std::nullopt;
    sums_ = now;
    next_look_ = steady::now() + interval_;
  }

  void draw(const screen& on) const {
    const frame shown{target_.name, tree_, *sums_, speed_, key_};
    on.draw(screenful(shown, on.size()), header_of(shown).size() - 1);
  }

  /// @returns whether to go on.
  bool obey(char key) {
    switch (key) {
      case 't':
        key_ = sort_key::tree;
        break;
      case 'a':
        key_ = sort_key::age;
        break;
      case 's':
        key_ = sort_key::state;
        break;
      case 'c':
        key_ = sort_key::children;
        break;
      default:
        return key != 'q' && key != 'Q';
    }
    return true;
  }

  [[nodiscard]] steady::time_point next_look() const noexcept { return next_look_; }

 private:
  const target& target_;
  image_reader reader_;
  sort_key key_;
  steady::duration interval_;
  steady::time_point next_look_;
  covey::task_tree tree_;
  std::optional<totals> sums_;
  std::optional<rates> speed_;
};

/// Until the user has enough. @throws process_ended
void show(live_view& view, events& from, screen& on, const std::string& name) {
  for (;;) {
    view.draw(on);
    switch (from.wait_until(view.next_look())) {
      case event::time_is_up:
        view.look();
        break;
      case event::key:
        if (!view.obey(from.key())) {
          return;
        }
        break;
      case event::resized:
        break;
      case event::stopped_by_user:
        // As the terminal's own stop would do, but with the terminal given back meanwhile.
        on.leave();
        static_cast<void>(std::raise(SIGSTOP));
        on.enter();
        break;
      case event::quit:
        return;
      case event::process_ended:
        throw process_ended(name + " has ended");
    }
  }
}

}  // namespace

void watch(const target& of, const options& wanted) {
  live_view view{of, wanted};
  view.look();
  try {
    events from{wanted.process};
    screen on;
    show(view, from, on, of.name);
  } catch (const process_ended&) {
    // The screen is the shell's again.
    std::cout << covey::runtime::printable(of.name) << " has ended\n";
  }
}

}  // namespace top
