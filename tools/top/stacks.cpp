// SPDX-License-Identifier: Apache-2.0
// First the addresses of all threads, so that they may go on; then their names.

#include "stacks.hpp"

#include "calls.hpp"
#include "core_memory.hpp"
#include "file.hpp"
#include "modules.hpp"
#include "problem.hpp"
#include "rows.hpp"
#include "target.hpp"

#include <cstdint>
#include <cstdlib>
#include <elfutils/libdwfl.h>
#include <string>
#include <vector>

namespace top {

namespace {

using covey::task_tree;
using covey::tree_node;
using covey::tree_state;

constexpr std::size_t most_frames = 256;

struct thread_stack {
  int thread = 0;
  std::vector<std::uint64_t> addresses;  // inside of the instruction that runs, or has called
  std::string trouble;                   // why there are no more
};

struct walk {
  int process = 0;  // 0: of a core file
  std::vector<thread_stack> stacks;
};

std::string reason() {
  const char* const text = dwfl_errmsg(-1);
  return text != nullptr ? text : "for no reason that libdw tells";
}

int add_frame(Dwfl_Frame* frame, void* to) noexcept {
  auto& stack = *static_cast<thread_stack*>(to);
  Dwarf_Addr address = 0;
  bool running = false;
  if (!dwfl_frame_pc(frame, &address, &running)) {
    return DWARF_CB_ABORT;
  }
  if (stack.addresses.size() == most_frames) {
    stack.trouble = "it is deeper than " + std::to_string(most_frames) + " calls";
    return DWARF_CB_ABORT;
  }
  // What a call returns to may lie beyond the line, or the function, that called.
  stack.addresses.push_back(running || address == 0 ? address : address - 1);
  return DWARF_CB_OK;
}

/// Why a thread cannot be stopped, or must not: whoever waits for it to stop would wait as long as it sleeps.
std::string hindrance(int process, int thread) {
  try {
    const std::string about = text_of_proc(process, "task/" + std::to_string(thread) + "/status");
    if (about.find("\nState:\tD") != std::string::npos) {
      return "it sleeps where nothing can stop it";
    }
    return about.find("\nTracerPid:\t0\n") == std::string::npos
               ? "somebody else traces it, such as a debugger"
               : "";
  } catch (const problem& error) {
    return error.what();
  }
}

int add_thread(Dwfl_Thread* thread, void* to) noexcept {
  auto& all = *static_cast<walk*>(to);
  thread_stack& stack = all.stacks.emplace_back();
  stack.thread = dwfl_thread_tid(thread);
  stack.trouble = all.process != 0 ? hindrance(all.process, stack.thread) : "";
  if (stack.trouble.empty() && dwfl_thread_getframes(thread, &add_frame, &stack) != 0 &&
      stack.trouble.empty()) {
    stack.trouble = reason();
  }
  return DWARF_CB_OK;
}

/// The one that the thread is in: what runs rather than what waits for it, and of these the latest.
const tree_node* node_on(const task_tree& tree, std::uint32_t worker) {
  const tree_node* found = nullptr;
  for (const tree_node& node : tree.nodes) {
    const bool fits = node.worker == worker && node.state != tree_state::queued;
    const bool waits = node.state == tree_state::waiting;
    if (fits && (found == nullptr || !waits || found->state == tree_state::waiting)) {
      found = &node;
    }
  }
  return found;
}

std::string title_of(int thread, const task_tree& tree) {
  std::string title = "thread " + std::to_string(thread);
  for (std::size_t i = 0; i < tree.workers.size(); ++i) {
    if (tree.workers[i].thread != static_cast<std::uint32_t>(thread)) {
      continue;
    }
    const auto number = static_cast<std::uint32_t>(i + 1);
    title += ", worker " + std::to_string(number);
    title += tree.workers[i].sleeping ? ", asleep" : "";
    if (const tree_node* const node = node_on(tree, number)) {
      title += ", in " + name_of(*node) + ", " + std::string(to_string(node->state));
    }
  }
  return title;
}

std::string text_of(const thread_stack& stack, Dwfl* files, const task_tree& tree) {
  std::string text = '\n' + title_of(stack.thread, tree) + '\n';
  std::size_t number = 0;
  for (const std::uint64_t address : stack.addresses) {
    for (const std::string& call : calls_at(files, address)) {
      text += "  #" + std::to_string(number++) + ' ' + call + '\n';
    }
  }
  if (!stack.trouble.empty()) {
    text += "  no more: " + stack.trouble + '\n';
  }
  return text;
}

void tell(const modules& files, walk all, const task_tree& tree, const say_function& say) {
  // Ends with an error behind the last thread that can be had; those before are of use all the same.
  const bool whole = dwfl_getthreads(files.session(), &add_thread, &all) == 0;
  const std::string why = whole ? "" : reason();
  for (const thread_stack& stack : all.stacks) {
    say(text_of(stack, files.session(), tree));
  }
  if (!whole || all.stacks.empty()) {
    throw problem(whole ? "there are no threads" : "not all threads can be seen: " + why);
  }
}

void tell_process(int process, const task_tree& tree, const say_function& say) {
  const modules files = modules_of(process, debug_files::local);
  const int error = dwfl_linux_proc_attach(files.session(), process, false);
  if (error != 0) {
    throw problem("process " + std::to_string(process) + " shows no threads: " + reason());
  }
  tell(files, {process, {}}, tree, say);
}

void tell_core(const options& wanted, const task_tree& tree, const say_function& say) {
  const core_memory core(wanted.core);
  const modules files = core.files(wanted.program, debug_files::local);
  if (dwfl_core_file_attach(files.session(), core.elf()) <= 0) {
    throw problem(wanted.core + " shows no threads: " + reason());
  }
  tell(files, {0, {}}, tree, say);
}

}  // namespace

told stacks_of(const options& wanted, const task_tree& tree) {
  return tell_apart([&](const say_function& say) {
    // Debug information is looked for on this machine, not at servers that an ELF file's own number would be told to.
    ::unsetenv("DEBUGINFOD_URLS");  // NOLINT(concurrency-mt-unsafe): one thread
    if (wanted.core.empty()) {
      tell_process(wanted.process, tree, say);
    } else {
      tell_core(wanted, tree, say);
    }
  });
}

}  // namespace top
