// SPDX-License-Identifier: Apache-2.0
// A signal handler that writes to a descriptor, and a thread that reads there and asks a nursery to stop.
#include "base/fork.hpp"

#include <covey/error.hpp>
#include <covey/stop_on_signal.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace covey {

// Not in an unnamed namespace: stop_on_signal::state has a member of a type defined here.
namespace runtime {

namespace {

// Whether a stop_on_signal exists, and where it was made.
constinit detail::fork_mutex one_signal_at_a_time;
constinit bool lives = false;  // guarded by one_signal_at_a_time, as is made_at
constinit site made_at{};
constinit std::uint32_t made_in = 0;  // the fork generation

}  // namespace

// Held by the one stop_on_signal of the process.
class signal_turn {
 public:
  explicit signal_turn(const site& where) {
    const std::scoped_lock guard(one_signal_at_a_time);
    if (lives && made_in == detail::fork_generation()) {
      throw structure_error("covey: one stop_on_signal at a time; the first was made at " +
                            to_string(made_at) + ", this one at " + to_string(where));
    }
    lives = true;
    made_at = where;
    made_in = detail::fork_generation();
  }
  signal_turn(const signal_turn&) = delete;
  signal_turn& operator=(const signal_turn&) = delete;
  ~signal_turn() {
    const std::scoped_lock guard(one_signal_at_a_time);
    lives = false;
  }
};

}  // namespace runtime

namespace {

constexpr std::size_t most_signals = 8;

// What the handler reads. One object for the process: there is one stop_on_signal at a time.
//   signals  written before the handlers are installed; zeros at the end.
//   event    the descriptor; -1: none. Written once in a process, before the first handlers are installed, and never
//   closed: a handler may run on another thread while the last of them goes, and must not write into somebody's file.
//   caught   written by the first handler that comes (compare-exchange of zero); read by the thread that waits, and
//   caught().
//   process  whose signals these are: a forked process has the handlers, too.
//   order    seq_cst: handlers may use nothing else that is lock-free, and it is rare.
struct handler_words {
  std::array<std::atomic<int>, most_signals> signals{};
  std::atomic<int> event{-1};
  std::atomic<int> caught{0};
  std::atomic<pid_t> process{0};
};
constinit handler_words words{};
static_assert(std::atomic<int>::is_always_lock_free);

void back_to_default() noexcept {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  for (const std::atomic<int>& each : words.signals) {
    if (const int number = each.load()) {
      ::sigaction(number, &usual, nullptr);
    }
  }
}

void wake_waiter(int event) noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(
      !::write(event, &one, sizeof one));  // cannot fail: the counter is far from full
}

extern "C" void covey_on_stop_signal(int number) {
  const int saved = errno;
  back_to_default();
  if (words.process.load() != ::getpid()) {
    ::raise(number);  // comes when this handler has returned
  } else {
    int none = 0;
    if (words.caught.compare_exchange_strong(none, number)) {
      wake_waiter(words.event.load());
    }
  }
  errno = saved;
}

[[nodiscard]] std::string name_of_signal(int number) {
  const char* const name = ::sigabbrev_np(number);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

// While it lives, threads that are started here begin with every signal blocked: signals are for the program's own threads.
class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;
  ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

struct stop_on_signal::state {
  state(target what, const site& where) : to_stop(what), made_at_site(where), mine(where) {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() { put_back(); }

  const target to_stop;
  const site made_at_site;
  const runtime::signal_turn mine;
  const std::uint32_t born_in = detail::fork_generation();
  int event = -1;
  std::array<struct sigaction, most_signals> before{};
  std::size_t installed = 0;  // of the signals, the first ones
  // The thread shall end. Written by the destructor, read by the thread after the descriptor woke it.
  std::atomic<bool> over{false};
  std::thread waiter;

  void begin(std::initializer_list<int> signals);
  void install(int number);
  void put_back() noexcept;
  void wait() const;
};

// Restores the former actions, unless the program has set others meanwhile.
void stop_on_signal::state::put_back() noexcept {
  for (; installed > 0; --installed) {
    std::atomic<int>& number = words.signals[installed - 1];
    struct sigaction now {};
    ::sigaction(number.load(), nullptr, &now);
    const bool ours = (now.sa_flags & SA_SIGINFO) == 0 &&
                      (now.sa_handler == &covey_on_stop_signal ||
                       (now.sa_handler == SIG_DFL && words.caught.load() != 0));
    if (ours) {
      ::sigaction(number.load(), &before[installed - 1], nullptr);
    }
    number.store(0);
  }
}

void stop_on_signal::state::install(int number) {
  struct sigaction found {};
  if (::sigaction(number, nullptr, &found) == 0 && (found.sa_flags & SA_SIGINFO) == 0 &&
      found.sa_handler == SIG_IGN) {
    return;
  }
  struct sigaction ours {};
  ours.sa_handler = &covey_on_stop_signal;
  ours.sa_flags = SA_RESTART | SA_ONSTACK;
  ::sigfillset(&ours.sa_mask);
  words.signals[installed].store(number);
  if (::sigaction(number, &ours, &before[installed]) != 0) {
    words.signals[installed].store(0);
    throw std::invalid_argument("covey: stop_on_signal cannot catch the signal " +
                                std::to_string(number));
  }
  ++installed;
}

void stop_on_signal::state::begin(std::initializer_list<int> signals) {
  if (signals.size() > most_signals) {
    throw std::invalid_argument("covey: stop_on_signal takes at most " +
                                std::to_string(most_signals) + " signals, not " +
                                std::to_string(signals.size()));
  }
  // A forked process must not write to the descriptor of its parent.
  if (words.event.load() < 0 || words.process.load() != ::getpid()) {
    const int made = ::eventfd(0, EFD_CLOEXEC);
    if (made < 0) {
      throw std::system_error(errno, std::generic_category(), "covey: stop_on_signal");
    }
    words.event.store(made);
    words.process.store(::getpid());
  }
  event = words.event.load();
  words.caught.store(0);
  {
    const signals_blocked in_there;
    waiter = std::thread([this] { wait(); });
  }
  try {
    for (const int number : signals) {
      install(number);
    }
  } catch (...) {
    over.store(true);
    wake_waiter(event);
    waiter.join();
    throw;
  }
}

void stop_on_signal::state::wait() const {
  ::pthread_setname_np(::pthread_self(), "covey-signals");
  bool asked = false;
  while (!over.load()) {
    std::uint64_t count = 0;
    if (::read(event, &count, sizeof count) != static_cast<ssize_t>(sizeof count)) {
      continue;  // EINTR
    }
    const int number = words.caught.load();
    if (number != 0 && !asked) {
      asked = true;
      to_stop.stop(to_stop.it, name_of_signal(number), made_at_site);
    }
  }
}

stop_on_signal::stop_on_signal(target what, std::initializer_list<int> signals, site where)
    : state_(std::make_unique<state>(what, where)) {
  state_->begin(signals);
}

stop_on_signal::~stop_on_signal() {
  state_->put_back();
  if (state_->born_in != detail::fork_generation()) {
    static_cast<void>(state_.release());  // its thread does not exist in this process
    return;
  }
  state_->over.store(true);
  wake_waiter(state_->event);
  state_->waiter.join();
}

int stop_on_signal::caught() const noexcept {
  return words.caught.load();
}

}  // namespace covey
