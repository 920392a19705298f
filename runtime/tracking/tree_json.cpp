// SPDX-License-Identifier: Apache-2.0
// The tree as JSON.
#include "tracking/tree_json.hpp"

#include "tracking/tree_progress.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace covey::runtime {

namespace {

// Writes the members of one object.
class object {
 public:
  explicit object(std::string& out) : out_(out) { out_ += '{'; }
  ~object() { out_ += '}'; }
  object(object&&) = delete;
  object& operator=(object&&) = delete;

  void member(std::string_view name) {
    out_ += first_ ? "\"" : ", \"";
    first_ = false;
    out_ += name;
    out_ += "\": ";
  }
  void number(std::string_view name, std::uint64_t value) {
    member(name);
    out_ += std::to_string(value);
  }
  void signed_number(std::string_view name, std::int64_t value) {
    member(name);
    out_ += std::to_string(value);
  }
  void boolean(std::string_view name, bool value) {
    member(name);
    out_ += value ? "true" : "false";
  }
  // Control bytes and wrong UTF-8 are shown as in all messages, as \xNN.
  void text(std::string_view name, std::string_view value) {
    member(name);
    out_ += '"';
    const std::string safe = quoted(value);
    for (std::size_t i = 1; i + 1 < safe.size(); ++i) {
      const char c = safe[i];
      if (c == '\\' && safe[i + 1] == '\'') {
        continue;  // a quote needs no escape here
      }
      if (c == '"' || (c == '\\' && safe[i + 1] != '\\')) {
        out_ += '\\';
      }
      out_ += c;
      if (c == '\\' && safe[i + 1] == '\\') {
        out_ += safe[++i];
      }
    }
    out_ += '"';
  }
  template <class Each>
  void array(std::string_view name, std::size_t count, Each each) {
    member(name);
    out_ += '[';
    for (std::size_t i = 0; i < count; ++i) {
      out_ += i == 0 ? "" : ", ";
      each(i);
    }
    out_ += ']';
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void write_counts(std::string& out, const tree_counts& counts) {
  object made(out);
  made.number("spawned", counts.spawned);
  made.number("done", counts.done);
  made.number("failed", counts.failed);
  made.number("stopped", counts.stopped);
  made.number("never_started", counts.never_started);
}

void write_node(std::string& out, const task_tree& tree, std::size_t at, double progress) {
  const tree_node& node = tree.nodes[at];
  object made(out);
  made.number("id", node.id);
  made.text("kind", node.kind == tree_kind::nursery ? "nursery" : "child");
  made.text("name", node.name.view());
  made.text("state", to_string(node.state));
  made.boolean("stopping", node.stopping);
  if (node.stopping) {
    made.signed_number("stopping_for_ns", node.stopping_for.count());
  }
  if (node.stop != stop_kind::none) {
    made.text("stop", to_string(node.stop));
    made.text("stop_text", node.stop_text.view());
  }
  if (node.parent != tree_node::none) {
    made.number("parent", tree.nodes[node.parent].id);
  }
  made.text("file", node.file);
  made.number("line", node.line);
  made.text("function", node.function);
  if (node.worker != 0) {
    made.number("worker", node.worker);
  }
  made.signed_number("age_ns", node.age.count());
  made.signed_number("age_in_state_ns", node.age_in_state.count());
  if (node.kind == tree_kind::child) {
    made.signed_number("unchecked_ns", node.unchecked.count());
  } else {
    made.member("children");
    write_counts(out, node.counts);
  }
  if (node.progress.total != 0) {
    made.number("done", node.progress.done);
    made.number("total", node.progress.total);
  }
  if (progress >= 0) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6f", progress);
    made.member("progress");
    out += text.data();
  }
  if (node.left) {
    made.signed_number("left_ns", node.left->count());
  }
}

void write_worker(std::string& out, const tree_worker& worker, std::size_t number) {
  object made(out);
  made.number("number", number);
  made.number("thread", worker.thread);
  made.number("pool", worker.pool);
  made.text("kind", worker.foreign ? "foreign" : worker.borrowed ? "onetbb" : "own");
  made.boolean("sleeping", worker.sleeping);
  made.number("ran", worker.ran);
  made.number("steals", worker.steals);
  made.number("lends", worker.lends);
  made.number("sleeps", worker.sleeps);
  made.signed_number("slept_ns", worker.slept.count());
}

}  // namespace

std::string json_of(const task_tree& tree) {
  std::string out;
  {
    object made(out);
    made.number("schema", task_tree::schema);
    made.text("level", to_string(tree.level));
    made.number("process", tree.process);
    const std::vector<double> progress = progress_of_all(tree);
    made.array(
        "nodes", tree.nodes.size(), [&](std::size_t i) { write_node(out, tree, i, progress[i]); });
    made.array("workers", tree.workers.size(), [&](std::size_t i) {
      write_worker(out, tree.workers[i], i + 1);
    });
    made.number("not_shown", tree.not_shown);
    made.signed_number("cost_of_copy_ns", tree.cost_of_copy.count());
  }
  out += '\n';
  return out;
}

}  // namespace covey::runtime
