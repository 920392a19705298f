// SPDX-License-Identifier: Apache-2.0
// The live view on a terminal of the test's own: what it draws, what ends it, and how it leaves the terminal.

#include "programs.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>
#include <vector>

namespace {

using top_test::resident;

constexpr const char* own_page = "\033[?1049l";

/// covey-top on a terminal of so many lines.
class session {
 public:
  session(const std::vector<std::string>& arguments, unsigned short lines) {
    winsize size{lines, 100, 0, 0};
    if (::openpty(&master_, &slave_, nullptr, nullptr, &size) != 0) {
      throw std::system_error(errno, std::generic_category(), "openpty");
    }
    ::tcgetattr(slave_, &before_);
    std::vector<std::string> command{COVEY_TEST_TOP};
    command.insert(command.end(), arguments.begin(), arguments.end());
    std::vector<char*> words;
    for (std::string& word : command) {
      words.push_back(word.data());
    }
    words.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(master_);
      ::login_tty(slave_);
      ::execv(words.front(), words.data());
      ::_exit(127);
    }
  }
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(slave_);
    ::close(master_);
  }

  /// Reads until the text comes. @returns whether it came.
  [[nodiscard]] bool shows(const std::string& text) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (seen_.find(text) == std::string::npos) {
      pollfd waiting{master_, POLLIN, 0};
      std::array<char, 4096> block{};
      if (std::chrono::steady_clock::now() > limit || ::poll(&waiting, 1, 1000) < 0) {
        return false;
      }
      if (waiting.revents != 0) {
        const ssize_t got = ::read(master_, block.data(), block.size());
        seen_.append(block.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
      }
    }
    seen_.erase(0, seen_.find(text) + text.size());
    return true;
  }
  void press(char key) const { ASSERT_EQ(::write(master_, &key, 1), 1); }
  void send(int signal) const { ::kill(pid_, signal); }
  void resize(unsigned short lines) const {
    const winsize size{lines, 100, 0, 0};
    ::ioctl(master_, TIOCSWINSZ, &size);
  }
  /// @returns the exit status.
  [[nodiscard]] int end() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  [[nodiscard]] bool left_as_found() const {
    termios now{};
    ::tcgetattr(slave_, &now);
    return now.c_lflag == before_.c_lflag && now.c_iflag == before_.c_iflag;
  }

 private:
  int master_ = -1;
  int slave_ = -1;
  pid_t pid_ = -1;
  termios before_{};
  std::string seen_;
};

TEST(live, shows_totals_and_the_tree_until_q) {
  const resident target{{COVEY_TEST_REAL_TARGET, "full"}};
  session view{{target.id(), "--interval", "0.05"}, 24};
  EXPECT_TRUE(view.shows("process " + target.id()));
  EXPECT_TRUE(view.shows("level full  nurseries 2  children 3"));
  EXPECT_TRUE(view.shows("[outer nursery]"));
  EXPECT_TRUE(view.shows("first child  real_target.cpp:"));
  EXPECT_TRUE(view.shows("3/10  30%"));
  EXPECT_TRUE(view.shows("deep child"));
  EXPECT_TRUE(view.shows("tasks/s 0"));
  view.press('q');
  EXPECT_TRUE(view.shows(own_page));
  EXPECT_EQ(view.end(), 0);
  EXPECT_TRUE(view.left_as_found());
}

TEST(live, keys_change_the_order) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "tree"}};
  session view{{target.id(), "--interval", "3600", "--sort", "children"}, 24};
  EXPECT_TRUE(view.shows("sorted by children"));
  view.press('a');
  EXPECT_TRUE(view.shows("sorted by age"));
  view.press('s');
  EXPECT_TRUE(view.shows("sorted by state"));
  view.press('t');
  EXPECT_TRUE(view.shows("sorted by tree"));
  view.press('c');
  EXPECT_TRUE(view.shows("sorted by children"));
  view.press('Q');
  EXPECT_EQ(view.end(), 0);
}

TEST(live, the_tree_is_cut_to_the_window_and_follows_it) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "tree"}};
  session view{{target.id(), "--interval", "3600"}, 24};
  EXPECT_TRUE(view.shows("queued child"));
  view.resize(7);
  EXPECT_TRUE(view.shows("… 3 more"));
  view.resize(24);
  EXPECT_TRUE(view.shows("queued child"));
  view.press('q');
  EXPECT_EQ(view.end(), 0);
}

TEST(live, signals_end_it_and_the_terminal_is_left_as_it_was) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "tree"}};
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    session view{{target.id(), "--interval", "3600"}, 24};
    EXPECT_TRUE(view.shows("queued child"));
    EXPECT_FALSE(view.left_as_found());
    view.send(signal);
    EXPECT_TRUE(view.shows(own_page));
    EXPECT_EQ(view.end(), 0);
    EXPECT_TRUE(view.left_as_found());
  }
}

TEST(live, a_process_that_ends_is_told_at_once) {
  resident target{{COVEY_TEST_FAKE_TARGET, "tree"}};
  session view{{target.id(), "--interval", "3600"}, 24};
  EXPECT_TRUE(view.shows("queued child"));
  const std::string id = target.id();
  EXPECT_EQ(target.end(), 0);
  EXPECT_TRUE(view.shows(own_page));
  EXPECT_TRUE(view.shows("process " + id + " has ended"));
  EXPECT_EQ(view.end(), 0);
  EXPECT_TRUE(view.left_as_found());
}

TEST(live, is_only_for_terminals) {
  const resident target{{COVEY_TEST_FAKE_TARGET, "tree"}};
  const top_test::ending result = top_test::run_top({target.id()});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out.find('\033'), std::string::npos);
  EXPECT_NE(result.out.find("nursery 'fake nursery'"), std::string::npos);
}

}  // namespace
