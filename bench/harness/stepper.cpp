// SPDX-License-Identifier: Apache-2.0
// A tracer in three phases: the process runs freely up to the first mark, goes step by step up to the second mark, and
// then runs freely to its end. Steps are a thousand times slower than free running; what else runs meanwhile would take
// the measuring thread for stuck and step in. So the others stand still, and go on, in steps too, only while it waits.
#include "harness/stepper.hpp"

#if defined(__x86_64__) && defined(__linux__)

#  include "harness/instruction.hpp"

#  include <algorithm>
#  include <array>
#  include <cerrno>
#  include <csignal>
#  include <cstddef>
#  include <cstring>
#  include <linux/futex.h>
#  include <map>
#  include <sched.h>
#  include <set>
#  include <sys/ptrace.h>
#  include <sys/syscall.h>
#  include <sys/user.h>
#  include <sys/wait.h>
#  include <unistd.h>
#  include <unordered_map>
#  include <utility>

namespace bench {
namespace {

/// While it lives, this thread and those that it shares with keep to one core: a step is two switches between them, and
/// within a core these take a fraction of the time.
class one_core {
 public:
  one_core() {
    known_ = sched_getaffinity(0, sizeof(before_), &before_) == 0;
    CPU_ZERO(&one_);
    CPU_SET(static_cast<std::size_t>(std::max(0, sched_getcpu())), &one_);
    share_with(0);
  }
  ~one_core() {
    if (known_) {
      sched_setaffinity(0, sizeof(before_), &before_);
    }
  }
  one_core(const one_core&) = delete;
  one_core& operator=(const one_core&) = delete;

  void share_with(pid_t thread) const {
    if (known_) {
      sched_setaffinity(thread, sizeof(one_), &one_);
    }
  }

 private:
  cpu_set_t before_{};
  cpu_set_t one_{};
  bool known_ = false;
};

/// Of one process and all of its threads.
class tracer {
 public:
  tracer(pid_t process, std::uint64_t most) : process_(process), most_(most) {
    threads_[process] = 0;
  }

  /// Until the process has ended.
  steps run() {
    int status = 0;
    for (;;) {
      const pid_t who = waitpid(-1, &status, __WALL);
      if (who < 0 && errno != EINTR) {
        counted_.trouble = "waitpid failed";
        return counted_;
      }
      if (who >= 0 && WIFSTOPPED(status)) {
        stopped(who, status);
      } else if (who >= 0) {
        threads_.erase(who);
        if (who == process_) {
          ended(status);
          return counted_;
        }
      }
    }
  }

 private:
  enum class phase : std::uint8_t { before, between, after };

  void stopped(pid_t who, int status) {
    threads_.try_emplace(who, 0);
    const int event = status >> 16;
    const int signal = WSTOPSIG(status);
    const bool trapped = event == 0 && signal == SIGTRAP;
    if (trapped && phase_ == phase::before) {
      begin(who);
    }
    if (who == measuring_) {
      others_run_ = false;  // if it waited, it has ended
    }
    if (phase_ == phase::between && who != measuring_ && !others_run_) {
      held_.insert(who);
    } else {
      resume(who, trapped || event != 0 ? 0 : signal);
    }
  }

  void begin(pid_t who) {
    phase_ = phase::between;
    measuring_ = who;
    for (const auto& [thread, last] : threads_) {
      core_.share_with(thread);
      if (thread != who) {
        ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr);
      }
    }
  }

  void release_others() {
    for (const pid_t thread : std::exchange(held_, {})) {
      resume(thread, 0);
    }
  }

  void resume(pid_t who, std::intptr_t signal) {
    if (phase_ == phase::between) {
      count(who);
    }
    // NOLINTNEXTLINE(performance-no-int-to-ptr): ptrace takes the signal as a pointer
    void* const passed_on = reinterpret_cast<void*>(signal);
    ptrace(phase_ == phase::between ? PTRACE_SINGLESTEP : PTRACE_CONT, who, nullptr, passed_on);
    if (who == measuring_ && (others_run_ || phase_ == phase::after)) {
      release_others();
    }
  }

  /// Counts the instruction that `who` is about to execute. A repeated one (rep movs) stops once for each round, at the
  /// same address: it counts as one.
  void count(pid_t who) {
    const std::uint64_t at = peek(who, offsetof(user, regs.rip));
    const instruction kind = kind_at(who, at);
    if (kind == instruction::mark) {
      phase_ = phase::after;
      return;
    }
    if (kind == instruction::system_call && who == measuring_) {
      others_run_ = may_wait(who);
    }
    std::uint64_t& last = threads_[who];
    if (at != last) {
      ++counted_.instructions;
      counted_.atomics += kind == instruction::atomic ? 1U : 0U;
      last = at;
    }
    if (++steps_ > most_) {
      counted_.trouble = "more than " + std::to_string(most_) + " steps";
      kill(process_, SIGKILL);
      phase_ = phase::after;
    }
  }

  static std::uint64_t peek(pid_t who, std::size_t of_user) {
    return static_cast<std::uint64_t>(ptrace(PTRACE_PEEKUSER, who, of_user, nullptr));
  }

  /// @returns true if the system call that `who` is about to make may wait for another thread.
  static bool may_wait(pid_t who) {
    switch (peek(who, offsetof(user, regs.rax))) {
      case SYS_futex: {
        constexpr auto command = static_cast<unsigned>(FUTEX_CMD_MASK);
        const auto operation = static_cast<unsigned>(peek(who, offsetof(user, regs.rsi))) & command;
        return operation != FUTEX_WAKE && operation != FUTEX_WAKE_BITSET;
      }
      case SYS_sched_yield:
      case SYS_nanosleep:
      case SYS_clock_nanosleep:
      case SYS_poll:
      case SYS_epoll_wait:
      case SYS_epoll_pwait:
      case SYS_read:
        return true;
      default:
        return false;
    }
  }

  instruction kind_at(pid_t who, std::uint64_t address) {
    const auto known = kinds_.find(address);
    if (known != kinds_.end()) {
      return known->second;
    }
    std::array<std::uint8_t, 2 * sizeof(long)> bytes{};
    std::size_t size = 0;
    for (; size < bytes.size(); size += sizeof(long)) {
      errno = 0;
      const long word = ptrace(PTRACE_PEEKTEXT, who, address + size, nullptr);
      if (errno != 0) {
        break;
      }
      std::memcpy(bytes.data() + size, &word, sizeof(word));
    }
    const instruction kind = instruction_in({bytes.data(), size});
    kinds_.emplace(address, kind);
    return kind;
  }

  void ended(int status) {
    if (!counted_.trouble.empty()) {
      return;
    }
    if (WIFSIGNALED(status)) {
      counted_.trouble = "ended by signal " + std::to_string(WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
      counted_.trouble = "exit code " + std::to_string(WEXITSTATUS(status));
    } else if (phase_ != phase::after) {
      counted_.trouble = "the run has no marks";
    }
  }

  one_core core_;
  pid_t process_;
  std::uint64_t most_;
  std::uint64_t steps_ = 0;
  phase phase_ = phase::before;
  pid_t measuring_ = 0;
  bool others_run_ = false;
  std::set<pid_t> held_;                    // stopped until the measuring thread waits
  std::map<pid_t, std::uint64_t> threads_;  // with the address that was counted last
  std::unordered_map<std::uint64_t, instruction> kinds_;
  steps counted_;
};

std::string rest_of(int reader) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = read(reader, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

steps count_steps(launch wanted, std::uint64_t most) {
  wanted.waits_at_the_gate = true;
  const started child = start(wanted);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): ptrace takes the options as a pointer
  void* const flags =
      reinterpret_cast<void*>(std::uintptr_t{PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL});
  steps result;
  if (ptrace(PTRACE_SEIZE, child.process, nullptr, flags) != 0) {
    close(child.gate);
    waitpid(child.process, nullptr, 0);
    result.trouble = "tracing is not allowed here";
  } else {
    const bool opened = write(child.gate, "", 1) == 1;
    close(child.gate);
    result = tracer(child.process, most).run();
    result.trouble = opened ? result.trouble : "the process could not be started";
    result.report = rest_of(child.reader);
  }
  close(child.reader);
  return result;
}

}  // namespace bench

#else

namespace bench {

steps count_steps(launch, std::uint64_t) {
  return {.trouble = "counted on x86-64 Linux only"};
}

}  // namespace bench

#endif
