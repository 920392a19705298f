// SPDX-License-Identifier: Apache-2.0
// A look is drawn again as often as keys and the window ask for it, and renewed once an interval.

#include "watch.hpp"

#include "events.hpp"
#include "image_reader.hpp"
#include "key_reader.hpp"
#include "problem.hpp"
#include "screen.hpp"
#include "text/printable_text.hpp"
#include "totals.hpp"
#include "tracking/task_tree.hpp"
#include "view.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <limits>
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
        interval_(std::chrono::duration_cast<steady::duration>(
            std::chrono::duration<double>(wanted.interval))) {
    chosen_.key = wanted.sort;
  }

  void look() {
    const covey::runtime::tracking_image image = reader_.read();
    tree_ = covey::runtime::tree_of(image);
    const totals now = totals_of(image);
    speed_ = sums_ ? rates_between(*sums_, now) : std::nullopt;
    sums_ = now;
    next_look_ = steady::now() + interval_;
  }

  void draw(const screen& on) {
    const screen_size size = on.size();
    const frame shown{target_.name, tree_, *sums_, speed_, chosen_};
    const std::size_t others =
        header_of(shown).size() + (tree_.level != covey::tracking_level::full ? 1 : 0);
    room_ = size.lines > others ? size.lines - others : 0;
    keep_in_sight(chosen_, rows_in(tree_, chosen_).size(), room_);
    on.draw(screenful_of(shown, size));
  }

  /// @returns whether to go on.
  bool obey(char byte) {
    switch (const int key = keys_.read(byte)) {
      case 't':
        chosen_.key = sort_key::tree;
        break;
      case 'a':
        chosen_.key = sort_key::age;
        break;
      case 's':
        chosen_.key = sort_key::state;
        break;
      case 'c':
        chosen_.key = sort_key::children;
        break;
      case 'g':
        chosen_.grouped = !chosen_.grouped;
        break;
      case '\n':
      case '\r':
      case ' ':
        fold_here();
        break;
      default:
        move(key);
        return key != 'q' && key != 'Q';
    }
    return true;
  }

  [[nodiscard]] steady::time_point next_look() const noexcept { return next_look_; }

 private:
  void fold_here() {
    const std::vector<row> rows = rows_in(tree_, chosen_);
    if (chosen_.has_cursor && chosen_.cursor < rows.size()) {
      fold(chosen_, tree_, rows[chosen_.cursor]);
    }
    chosen_.has_cursor = true;
  }

  void move(int key) {
    const std::size_t page = std::max<std::size_t>(room_, 2) - 1;
    const std::size_t at = chosen_.cursor;
    constexpr std::size_t last = std::numeric_limits<std::size_t>::max() / 2;
    switch (key) {
      case key_reader::up:
      case 'k':
        chosen_.cursor = chosen_.has_cursor && at > 0 ? at - 1 : at;
        break;
      case key_reader::down:
      case 'j':
        chosen_.cursor = chosen_.has_cursor ? at + 1 : at;
        break;
      case key_reader::page_up:
        chosen_.cursor = at > page ? at - page : 0;
        break;
      case key_reader::page_down:
        chosen_.cursor = at + page;
        break;
      case key_reader::home:
        chosen_.cursor = 0;
        break;
      case key_reader::end:
        chosen_.cursor = last;
        break;
      default:
        return;
    }
    chosen_.has_cursor = true;
  }

  const target& target_;
  image_reader reader_;
  selection chosen_;
  key_reader keys_;
  steady::duration interval_;
  steady::time_point next_look_;
  covey::task_tree tree_;
  std::optional<totals> sums_;
  std::optional<rates> speed_;
  std::size_t room_ = 0;  // rows on the screen
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
