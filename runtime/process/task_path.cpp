// SPDX-License-Identifier: Apache-2.0
// Walks the contexts of a crashing thread; checks whatever it reads.
#include "process/task_path.hpp"

#include "scope/context.hpp"
#include "scope/migration.hpp"
#include "scope/scope_extra.hpp"
#include "worker/careful_reads.hpp"

#include <covey/detail/task/frame.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace covey::runtime {

namespace {

namespace bits = detail::attention;

constexpr int most_levels = 64;
constexpr std::size_t most_name_bytes = 64;

void write_site(signal_text& out, const site& where) noexcept {
  const auto word = std::bit_cast<std::uintptr_t>(where);
  careful_copy<detail::source_data> found;
  const bool packed = detail::is_packed(word);
  careful_file_name file;
  if ((!packed && !found.read(word)) ||
      !file.read(packed ? detail::packed_file(word) : found->file) || file.view().empty()) {
    out << "an unknown place";
    return;
  }
  out << file.view() << ":" << std::uint64_t{packed ? detail::packed_line(word) : found->line};
}

// Whether this can be the table of a callable: its size class must follow from its size, which random bytes hardly do.
[[nodiscard]] bool is_plausible(const detail::frame_ops& ops) noexcept {
  const bool small = ops.bytes <= detail::class_bytes * detail::class_count;
  const bool in_class = ops.size_class == detail::heap_class ||
                        (small && ops.size_class == (ops.bytes - 1) / detail::class_bytes);
  return in_class && ops.bytes >= sizeof(frame) && ops.storage < ops.bytes &&
         ops.align >= detail::frame_align && (ops.align & (ops.align - 1)) == 0;
}

void write_name(signal_text& out, const frame* f, const frame& copy) noexcept {
  careful_copy<detail::frame_ops> ops;
  careful_text<most_name_bytes> name;
  if (!ops.read(copy.ops) || !is_plausible(*ops) || ops->name == nullptr) {
    out << "an unnamed child";
    return;
  }
  const std::string_view text = ops->name(f);
  if (!name.read(text.data(), text.size())) {
    out << "a child whose name cannot be read";
    return;
  }
  out << "child ";
  out.quoted(name.view());
}

[[nodiscard]] std::string_view state_of(const frame& f) noexcept {
  switch (f.phase.load(std::memory_order_relaxed)) {
    case detail::phase::queued:
      return "queued";
    case detail::phase::running:
      return "running";
    default:
      return "finished";
  }
}

// @returns the next context up; 0: it cannot be told.
[[nodiscard]] context write_child(signal_text& out, context c) noexcept {
  careful_copy<task_context> task;
  careful_copy<frame> f;
  if (!task.read(c & ~detail::context_tag) || !f.read(task->task) || f->of != task->of) {
    return 0;
  }
  write_name(out, task->task, *f);
  const bool wants_stop =
      (f->flags.load(std::memory_order_relaxed) & detail::frame_flag::stop) != 0;
  out << ", " << state_of(*f) << (wants_stop ? ", asked to stop" : "") << ", spawned at ";
  write_site(out, f->spawned_at);
  out.end_line();
  return detail::child_of(task->of);
}

void write_counts(signal_text& out, const scope& s) noexcept {
  const std::uint64_t bits = s.attention.load(std::memory_order_relaxed);
  const std::uint64_t spawned = s.spawned.load(std::memory_order_relaxed);
  const std::uint64_t back =
      s.finished.load(std::memory_order_relaxed) + count_finished_elsewhere(s);
  const bool stopped = (bits & bits::stopped) != 0 && (bits & bits::unstopped) == 0;
  out << ", "
      << (stopped                      ? "stopping"
          : (bits & bits::closed) != 0 ? "joined"
                                       : "open")
      << ", " << (spawned - back + (bits >> 32U)) << " children not finished";
}

// @returns the next context up; 0: it cannot be told.
[[nodiscard]] context write_nursery(signal_text& out, context c) noexcept {
  careful_copy<scope> s;
  if (!s.read(c & ~detail::context_tag)) {
    return 0;
  }
  careful_copy<scope_extra> extra;
  const scope_extra* const rare = extra_if_any(*s);
  const bool has_extra = rare != nullptr && extra.read(rare);
  if (has_extra && !extra->name.empty()) {
    out << "nursery ";
    out.quoted(extra->name.view());
  } else {
    out << "an unnamed nursery";
  }
  write_counts(out, *s);
  out << ", opened at ";
  write_site(out, s->opened_at);
  out.end_line();
  if ((s->attention.load(std::memory_order_relaxed) & bits::adopted) != 0) {
    return has_extra ? extra->logical_parent : 0;
  }
  return s->outer;
}

}  // namespace

void write_task_path(signal_text& out) noexcept {
  context at = detail::this_context();
  if (at == detail::outside()) {
    out << "  outside of every task";
    out.end_line();
    return;
  }
  bool in_child = false;  // whether the line before was of a child of the next nursery
  for (int level = 0; level < most_levels && at != detail::outside(); ++level) {
    out << "  in ";
    const context tag = at & detail::context_tag;
    if (tag == detail::in_child && !in_child) {
      out << "a child that get() runs in place, of ";
    }
    in_child = tag == detail::in_task;
    at = tag == detail::in_task    ? write_child(out, at)
         : tag <= detail::in_child ? write_nursery(out, at)
                                   : 0;
    if (at == 0) {
      out << "something that cannot be read; the path ends here";
      out.end_line();
      return;
    }
  }
  if (at != detail::outside()) {
    out << "  and so on";
    out.end_line();
  }
}

}  // namespace covey::runtime
