// SPDX-License-Identifier: Apache-2.0
// Names the children of a pool whose threads all sleep. They may wake meanwhile, so that memory is read with careful_copy.
#include "watch/standstill.hpp"

#include "platform/thread_stack.hpp"
#include "platform/thread_state.hpp"
#include "pool/crew.hpp"
#include "scope/context.hpp"
#include "scope/scope_extra.hpp"
#include "worker/careful_reads.hpp"
#include "worker/thread_switch.hpp"

#include <covey/stacks.hpp>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>

namespace covey::runtime {

namespace {

// Written by tell_standstill(), on the timer thread; read by watchdogs. relaxed: it only counts.
constinit std::atomic<std::uint64_t> told{0};

constexpr int most_scopes_above = 64;
constexpr std::size_t most_lines = 32;

// Appends one context to the text. @param named the named children of the thread; they cannot end while its lock is held.
// @returns the next context up; outside(): `at` is a child, or cannot be read.
[[nodiscard]] context add_level(std::string& text, context at, const task_context* named) {
  if (is_task(at)) {
    careful_copy<task_context> task;
    careful_copy<frame> f;
    if (!task.read(at & ~detail::context_tag) || !f.read(task->task) || f->of != task->of) {
      text += "something that cannot be read";
      return detail::outside();
    }
    while (named != nullptr && context_of(const_cast<task_context*>(named)) != at) {
      named = named->outer_named;
    }
    text += named != nullptr ? "child " + quoted(name_of_child(named->task).view())
                             : std::string("an unnamed child");
    text += ", spawned at " + to_string(f->spawned_at);
    return detail::outside();
  }
  careful_copy<scope> s;
  if (!s.read(at & ~detail::context_tag)) {
    text += "something that cannot be read";
    return detail::outside();
  }
  careful_copy<scope_extra> extra;
  const scope_extra* const rare = extra_if_any(*s);
  const bool has_name = rare != nullptr && extra.read(rare) && !extra->name.empty();
  text += (at & detail::context_tag) == detail::in_body ? "the body of "
                                                        : "a child that get() runs in place, of ";
  text += has_name ? "nursery " + quoted(extra->name.view()) : std::string("an unnamed nursery");
  text += ", opened at " + to_string(s->opened_at);
  if (s->outer != detail::outside()) {
    text += ", in ";
  }
  return s->outer;
}

// The contexts of a worker as text, innermost first, up to the first child.
[[nodiscard]] std::string contexts_in_words(record& r) {
  std::string text;
  const std::scoped_lock guard(r.named_lock);
  context at = context_seen(r);
  for (int level = 0; level < most_scopes_above && at != detail::outside(); ++level) {
    at = add_level(text, at, r.named);
  }
  return text;
}

struct sleepers_there {
  std::size_t count = 0;
  std::uint32_t first = 0;  // thread
};

[[nodiscard]] std::string all_that_sleep(crew& of) {
  std::map<std::string, sleepers_there> all;
  for (std::size_t i = 0; i < of.members(); ++i) {
    record& r = *of.member(i);
    const std::uint32_t thread = r.card.thread.load(std::memory_order_relaxed);
    if (thread == 0 || context_seen(r) == detail::outside() || !is_asleep(thread)) {
      continue;
    }
    if (const std::string where = contexts_in_words(r); !where.empty()) {
      sleepers_there& there = all[where];
      there.first = there.count++ == 0 ? thread : there.first;
    }
  }
  std::string text;
  std::size_t lines = 0;
  for (const auto& [where, there] : all) {
    if (++lines > most_lines) {
      text += "  and in " + std::to_string(all.size() - most_lines) + " other places\n";
      break;
    }
    text += "  " + std::to_string(there.count) +
            (there.count == 1 ? " thread sleeps" : " threads sleep") + " in " + where + "\n" +
            to_string(stack_of(there.first));
  }
  return text;
}

// Says on stderr which children sleep.
// @param at_bound the pool has as many threads as it may have; otherwise the system refuses more.
void tell_standstill(crew& of, bool at_bound) noexcept {
  try {
    const pool_description pool = of.describe();
    std::string text = "covey: nothing moves in the pool";
    text += pool.name.empty() ? std::string() : " " + quoted(pool.name.view());
    text += " of " + std::to_string(pool.size) + (pool.size == 1 ? " thread" : " threads");
    text += ": children are queued, the threads that could run them sleep, and ";
    text += at_bound ? "there may be no more of them (max_substitutes is " +
                           std::to_string(pool.max_substitutes) + ")"
                     : std::string("the system refuses more of them");
    text += "\n";
    text += all_that_sleep(of);
    std::fputs(text.c_str(), stderr);
  } catch (...) {
    std::fputs("covey: nothing moves in a pool, and there is no memory to say where\n", stderr);
  }
  told.fetch_add(1, std::memory_order_relaxed);
}

// The sum of children begun, children taken out, and slow paths: it changes while anything makes progress.
[[nodiscard]] std::uint64_t moves(const crew& of) noexcept {
  std::uint64_t sum = of.common.departures();
  const std::size_t count = of.members();
  for (std::size_t i = 0; i < count; ++i) {
    const record& r = *of.member(i);
    sum += runs_seen(r.card) + r.answers.load(std::memory_order_relaxed);
  }
  return sum;
}

}  // namespace

void check_standstill(crew& of, bool no_thread) noexcept {
  constexpr unsigned patience = 200;  // ticks: a second
  const std::uint64_t now = moves(of);
  const bool still = no_thread && now == of.at_tick.moves;
  of.at_tick.moves = now;
  of.at_tick.still = still ? of.at_tick.still + 1 : 0;
  if (of.at_tick.still == patience && !of.at_tick.told_standstill) {
    of.at_tick.told_standstill = true;
    tell_standstill(of, of.threads.at_bound());
  }
}

std::uint64_t standstills() noexcept {
  return told.load(std::memory_order_relaxed);
}

}  // namespace covey::runtime
