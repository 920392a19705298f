// SPDX-License-Identifier: Apache-2.0
// Memory that may not be there is read without a crash, also where the system forbids the straight way.
#include "worker/careful_reads.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using covey::runtime::careful_copy;
using covey::runtime::careful_text;
using covey::runtime::read_carefully;

// Two pages, the second one not there.
class half_there {
 public:
  half_there()
      : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))),
        memory_(static_cast<char*>(::mmap(
            nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    std::memset(memory_, 'x', page_);
    EXPECT_EQ(::mprotect(memory_ + page_, page_, PROT_NONE), 0);
  }
  half_there(const half_there&) = delete;
  half_there& operator=(const half_there&) = delete;
  ~half_there() { ::munmap(memory_, 2 * page_); }

  [[nodiscard]] char* end() const { return memory_ + page_; }

 private:
  std::size_t page_;
  char* memory_;
};

// @returns 0 if everything is as it should be.
int fault_in_reads() {
  const half_there memory;
  std::array<char, 8192> copy{};
  const auto end = reinterpret_cast<std::uintptr_t>(memory.end());
  if (!read_carefully(copy.data(), end - 4096, 4096) || copy[4095] != 'x') {
    return 1;
  }
  if (read_carefully(copy.data(), end - 8, 9) || read_carefully(copy.data(), end, 1) ||
      read_carefully(copy.data(), 0, 1) || read_carefully(copy.data(), ~std::uintptr_t{0} - 8, 8)) {
    return 2;
  }
  careful_copy<std::uint64_t> number;
  const std::uint64_t original = 42;
  if (!number.read(&original) || *number != 42 || number.read(end - 7) || number.read(end)) {
    return 3;
  }
  careful_text<100> text;
  if (!text.read(memory.end() - 70) || text.view() != std::string(70, 'x')) {
    return 4;
  }
  memory.end()[-3] = '\0';
  if (!text.read(memory.end() - 10) || text.view() != "xxxxxxx" || text.read(memory.end()) ||
      text.read(nullptr)) {
    return 5;
  }
  return text.read(memory.end() - 10, 3) && text.view() == "xxx" ? 0 : 6;
}

TEST(careful_reads, say_what_is_not_there) {
  ASSERT_EQ(covey::runtime::prepare_careful_reads(), 0);
  EXPECT_EQ(fault_in_reads(), 0);
}

// From now on process_vm_readv() fails in this process, as in some containers.
bool forbid_the_straight_way() {
  std::array<sock_filter, 4> program = {{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_process_vm_readv},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EPERM},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST(careful_reads, go_through_a_pipe_where_the_system_forbids_the_straight_way) {
  ASSERT_EQ(covey::runtime::prepare_careful_reads(), 0);
  constexpr int not_possible = 77;
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::_exit(forbid_the_straight_way() ? fault_in_reads() : not_possible);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == not_possible) {
    GTEST_SKIP() << "this system has no system call filters";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
