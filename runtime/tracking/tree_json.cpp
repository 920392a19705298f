// SPDX-License-Identifier: Apache-2.0
// The tree as JSON.
#include "tracking/tree_json.hpp"

#include "text/json_writer.hpp"
#include "tracking/tree_progress.hpp"

#include <string>
#include <vector>

namespace covey::runtime {

namespace {

void tell_counts(json_writer& out, const tree_counts& counts) {
  out.object("children")
      .number("spawned", counts.spawned)
      .number("done", counts.done)
      .number("failed", counts.failed)
      .number("stopped", counts.stopped)
      .number("never_started", counts.never_started)
      .end();
}

void tell_stop(json_writer& out, const tree_node& node) {
  out.boolean("stopping", node.stopping);
  if (node.stopping) {
    out.signed_number("stopping_for_ns", node.stopping_for.count());
  }
  if (node.stop != stop_kind::none) {
    out.text("stop", to_string(node.stop)).text("stop_text", node.stop_text.view());
  }
}

void tell_node(json_writer& out, const task_tree& tree, const tree_node& node, double progress) {
  out.object()
      .number("id", node.id)
      .text("kind", node.kind == tree_kind::nursery ? "nursery" : "child")
      .text("name", node.name.view())
      .text("state", to_string(node.state));
  tell_stop(out, node);
  if (node.parent != tree_node::none) {
    out.number("parent", tree.nodes[node.parent].id);
  }
  out.text("file", node.file).number("line", node.line).text("function", node.function);
  if (node.worker != 0) {
    out.number("worker", node.worker);
  }
  out.signed_number("age_ns", node.age.count());
  out.signed_number("age_in_state_ns", node.age_in_state.count());
  if (node.kind == tree_kind::child) {
    out.signed_number("unchecked_ns", node.unchecked.count());
  } else {
    tell_counts(out, node.counts);
  }
  if (node.progress.total != 0) {
    out.number("done", node.progress.done).number("total", node.progress.total);
  }
  if (progress >= 0) {
    out.real("progress", progress);
  }
  if (node.left) {
    out.signed_number("left_ns", node.left->count());
  }
  out.end();
}

void tell_worker(json_writer& out, const tree_worker& worker, std::size_t number) {
  out.object()
      .number("number", number)
      .number("thread", worker.thread)
      .number("pool", worker.pool)
      .text("kind",
            worker.foreign    ? "foreign"
            : worker.borrowed ? "onetbb"
                              : "own")
      .boolean("sleeping", worker.sleeping)
      .number("ran", worker.ran)
      .number("steals", worker.steals)
      .number("lends", worker.lends)
      .number("sleeps", worker.sleeps)
      .signed_number("slept_ns", worker.slept.count())
      .end();
}

}  // namespace

std::string json_of(const task_tree& tree) {
  std::string text;
  {
    const std::vector<double> progress = progress_of_all(tree);
    json_writer out(text);
    out.number("schema", task_tree::schema).text("level", to_string(tree.level));
    out.number("process", tree.process).array("nodes");
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
      tell_node(out, tree, tree.nodes[i], progress[i]);
    }
    out.end().array("workers");
    for (std::size_t i = 0; i < tree.workers.size(); ++i) {
      tell_worker(out, tree.workers[i], i + 1);
    }
    out.end().number("not_shown", tree.not_shown);
    out.signed_number("cost_of_copy_ns", tree.cost_of_copy.count());
  }
  return text + '\n';
}

}  // namespace covey::runtime
