// SPDX-License-Identifier: Apache-2.0
// Makes the tree of a copy of the tracker's entries: parents and children, states, ages, progress.
#include "tracking/task_tree.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>

namespace covey::runtime {

namespace {

using std::chrono::nanoseconds;

// Nothing in an image is trusted: it may come from another process, and lie.
[[nodiscard]] label label_in(const word64 (&from)[label_words]) noexcept {
  char bytes[sizeof(label)];
  for (std::size_t i = 0; i < label_words; ++i) {
    const std::uint64_t each = from[i].load(std::memory_order_relaxed);
    std::memcpy(bytes + i * sizeof each, &each, sizeof each);
  }
  const std::size_t size =
      std::min<std::size_t>(static_cast<unsigned char>(bytes[label::capacity]), label::capacity);
  return label(std::string_view(bytes, size));
}

// Turns ticks into nanoseconds before the copy.
class age_reader {
 public:
  explicit age_reader(const tracking_image& image) noexcept : now_(image.now_ticks) {
    if (image.now_ticks > image.first_ticks && image.now_ns > image.first_ns) {
      length_ = static_cast<double>(image.now_ns - image.first_ns) /
                static_cast<double>(image.now_ticks - image.first_ticks);
    }
  }
  [[nodiscard]] nanoseconds length(std::uint64_t ticks) const noexcept {
    constexpr double most = 9e18;
    return nanoseconds(
        static_cast<nanoseconds::rep>(std::clamp(static_cast<double>(ticks) * length_, 0.0, most)));
  }
  [[nodiscard]] nanoseconds since(std::uint64_t ticks) const noexcept {
    return ticks == 0 || ticks > now_ ? nanoseconds(0) : length(now_ - ticks);
  }

 private:
  std::uint64_t now_;
  double length_ = 1.0;
};

[[nodiscard]] std::uint64_t value(const word64& from) noexcept {
  return from.load(std::memory_order_relaxed);
}
[[nodiscard]] std::uint32_t value(const word32& from) noexcept {
  return from.load(std::memory_order_relaxed);
}

[[nodiscard]] bool is_live(const word64& life) noexcept {
  const std::uint64_t now = value(life) & life_mask;
  return now >= static_cast<std::uint64_t>(runtime::life::queued) &&
         now <= static_cast<std::uint64_t>(runtime::life::blocking);
}

[[nodiscard]] tree_state state_in(const word64& life) noexcept {
  switch (static_cast<runtime::life>(value(life) & life_mask)) {
    case runtime::life::queued:
      return tree_state::queued;
    case runtime::life::waiting:
      return tree_state::waiting;
    case runtime::life::blocking:
      return tree_state::blocking;
    default:
      return tree_state::running;
  }
}

// Builds the tree of one image.
class builder {
 public:
  explicit builder(const tracking_image& image) : image_(image), ages_(image) {}

  [[nodiscard]] task_tree build() {
    tree_.level = static_cast<tracking_level>(std::min<std::uint32_t>(image_.level, 2));
    tree_.process = image_.process;
    tree_.not_shown = image_.not_shown;
    add_workers();
    collect();
    for (const std::uint64_t root : roots_) {
      add_below(root);
    }
    inherit();
    return std::move(tree_);
  }

 private:
  struct found {
    const nursery_entry* nursery = nullptr;
    const child_entry* child = nullptr;
    std::vector<std::uint64_t> kids;
  };

  void add_workers() {
    auto sorted = image_.workers;
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return a.number < b.number;
    });
    for (const auto& each : sorted) {
      if (each.thread == 0) {
        continue;  // nobody owns that record at the moment
      }
      tree_worker made;
      made.thread = each.thread;
      made.pool = each.pool;
      made.foreign = (each.kind & 1U) != 0;
      made.borrowed = (each.kind & 2U) != 0;
      made.sleeping = each.sleeping != 0;
      made.ran = each.ran;
      made.steals = each.steals;
      made.lends = each.lends;
      made.sleeps = each.sleeps;
      made.slept = ages_.length(each.slept);
      if (made.sleeping) {
        // A damaged image may tell of times whose sum is no time.
        made.slept += std::min(ages_.since(each.fell_asleep), nanoseconds::max() - made.slept);
      }
      tree_.workers.push_back(made);
      workers_.emplace(each.number + 1U, static_cast<std::uint32_t>(tree_.workers.size()));
    }
  }

  // By id: what lives, and who is below whom.
  void collect() {
    for (std::size_t i = 1; i < image_.nursery_count; ++i) {
      const nursery_entry& r = image_.nurseries[i];
      if (is_live(r.life)) {
        all_[value(r.id)].nursery = &r;
      }
    }
    for (std::size_t i = 1; i < image_.child_count; ++i) {
      const child_entry& r = image_.children[i];
      if (is_live(r.life)) {
        all_[value(r.id)].child = &r;
      }
    }
    std::vector<std::uint64_t> ids;
    ids.reserve(all_.size());
    for (const auto& [id, what] : all_) {
      ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    for (const std::uint64_t id : ids) {
      const found& what = all_.at(id);
      const std::uint64_t parent =
          value(what.nursery != nullptr ? what.nursery->parent : what.child->parent);
      if (parent == 0) {
        if (what.nursery != nullptr) {
          roots_.push_back(id);
        }
        continue;
      }
      // One whose parent ended meanwhile has ended, too.
      if (const auto at = all_.find(parent); at != all_.end() && parent != id) {
        at->second.kids.push_back(id);
      }
    }
  }

  // Without recursion: nesting may be deep. An id that was placed is not placed again, should an image have cycles.
  void add_below(std::uint64_t root) {
    struct step {
      std::uint64_t id;
      std::size_t parent;
    };
    std::vector<step> open{{root, tree_node::none}};
    while (!open.empty()) {
      const auto [id, parent] = open.back();
      open.pop_back();
      found& what = all_.at(id);
      if (what.nursery == nullptr && what.child == nullptr) {
        continue;
      }
      const std::size_t at = tree_.nodes.size();
      tree_.nodes.push_back(what.nursery != nullptr ? node_of(*what.nursery)
                                                    : node_of(*what.child));
      tree_node& made = tree_.nodes.back();
      made.id = id;
      made.parent = parent;
      (parent == tree_node::none ? tree_.roots : tree_.nodes[parent].kids).push_back(at);
      for (std::size_t i = what.kids.size(); i-- > 0;) {
        open.push_back({what.kids[i], at});
      }
      what = {};
    }
  }

  template <class Entry>
  [[nodiscard]] tree_node common(const Entry& r) const {
    tree_node made;
    made.state = state_in(r.life);
    made.name = label_in(r.name);
    if (const std::uint32_t site = value(r.site); site < image_.sites.size()) {
      made.file = image_.sites[site].file;
      made.function = image_.sites[site].function;
      made.line = image_.sites[site].line;
    }
    if (const auto at = workers_.find(value(r.worker)); at != workers_.end()) {
      made.worker = at->second;
    }
    made.age = ages_.since(value(r.born));
    made.age_in_state = ages_.since(value(r.since));
    made.progress = {value(r.done), value(r.total)};
    return made;
  }

  [[nodiscard]] tree_node node_of(const child_entry& r) const {
    tree_node made = common(r);
    made.kind = tree_kind::child;
    if (made.state == tree_state::queued) {
      made.worker = 0;
    } else {
      made.unchecked = ages_.since(value(r.checked));
    }
    return made;
  }

  [[nodiscard]] tree_node node_of(const nursery_entry& r) const {
    tree_node made = common(r);
    made.kind = tree_kind::nursery;
    made.counts = {value(r.spawned),
                   value(r.ended[0]),
                   value(r.ended[1]),
                   value(r.ended[2]),
                   value(r.ended[3])};
    if (const std::uint64_t due = value(r.deadline); due != ~std::uint64_t{0}) {
      const std::uint64_t now = image_.deadline_ns != 0 ? image_.deadline_ns : image_.now_ns;
      made.left = nanoseconds(static_cast<nanoseconds::rep>(due - now));
    }
    constexpr std::uint32_t last_kind = static_cast<std::uint32_t>(stop_kind::shutdown);
    if (const std::uint32_t kind = value(r.stop); kind != 0 && kind <= last_kind) {
      made.stop = static_cast<stop_kind>(kind);
      made.stop_text = label_in(r.stop_text);
      made.stopping = true;
      made.stopping_for = ages_.since(value(r.stopped_at));
    }
    return made;
  }

  // A stop and a deadline concern all that is below.
  void inherit() {
    for (tree_node& each : tree_.nodes) {
      if (each.parent == tree_node::none) {
        continue;
      }
      const tree_node& above = tree_.nodes[each.parent];
      each.stopping = each.stopping || above.stopping;
      each.stopping_for = std::max(each.stopping_for, above.stopping_for);
      if (above.left && (!each.left || *above.left < *each.left)) {
        each.left = above.left;
      }
    }
  }

  const tracking_image& image_;
  age_reader ages_;
  task_tree tree_;
  std::unordered_map<std::uint64_t, found> all_;
  std::unordered_map<std::uint32_t, std::uint32_t> workers_;
  std::vector<std::uint64_t> roots_;
};

}  // namespace

task_tree tree_of(const tracking_image& image) {
  return builder(image).build();
}

}  // namespace covey::runtime
