// SPDX-License-Identifier: Apache-2.0
// machine: the default size of a pool from CPUs, affinity mask and the quotas of containers (robustness row 31).
#include "platform/machine.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <string>
#include <thread>

namespace {

namespace fs = std::filesystem;
using covey::runtime::container_quota;
using covey::runtime::cpu_quota;
using covey::runtime::decide_threads;
using covey::runtime::machine_capacity;
using covey::runtime::measure_machine;

constexpr const char* v2_mount =
    "35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 "
    "rw,nsdelegate\n";
constexpr const char* v1_mount =
    "33 32 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:11 - cgroup cgroup rw,cpu,cpuacct\n";

// A root folder of the test's own, filled with the files that it wants the library to see.
class planted_root : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "covey-machine-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  void plant(const std::string& path, const std::string& text) const {
    const fs::path file = root_ / path.substr(1);
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  void plant_v2(const std::string& cgroup) const {
    plant("/proc/self/cgroup", "0::" + cgroup + "\n");
    plant("/proc/self/mountinfo", v2_mount);
  }
  void plant_v1(const std::string& cgroup) const {
    plant("/proc/self/cgroup",
          "12:pids:" + cgroup + "\n4:cpu,cpuacct:" + cgroup + "\n1:name=systemd:/x\n0::/\n");
    plant("/proc/self/mountinfo", v1_mount);
  }
  // 0 means: no quota.
  [[nodiscard]] double quota() const {
    const std::optional<cpu_quota> found = container_quota(root_.string());
    return found ? found->cpus : 0.0;
  }
  [[nodiscard]] const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

class machine_v2 : public planted_root {};
class machine_v1 : public planted_root {};

}  // namespace

TEST(machine, default_size_is_the_affinity_mask_without_a_quota) {
  const machine_capacity limits = decide_threads(8, 8, std::nullopt);
  EXPECT_EQ(limits.threads, 8U);
  EXPECT_EQ(limits.why, "8 CPUs online");
  EXPECT_FALSE(limits.quota.has_value());
  EXPECT_EQ(decide_threads(8, 2, std::nullopt).threads, 2U);
  EXPECT_EQ(decide_threads(8, 2, std::nullopt).why, "the affinity mask allows 2 of 8 CPUs");
}

TEST(machine, default_size_rounds_a_quota_up_and_says_why) {
  const machine_capacity limits = decide_threads(8, 8, cpu_quota{1.5, "/sys/fs/cgroup/cpu.max"});
  EXPECT_EQ(limits.threads, 2U);
  EXPECT_EQ(limits.why, "the container's CPU quota is 1.50 (/sys/fs/cgroup/cpu.max) of 8 CPUs");
  EXPECT_EQ(limits.quota, 1.5);
  EXPECT_EQ(decide_threads(8, 8, cpu_quota{2.0, ""}).threads, 2U);
  EXPECT_EQ(decide_threads(8, 8, cpu_quota{0.01, ""}).threads, 1U);
}

TEST(machine, a_quota_above_the_affinity_mask_changes_nothing) {
  for (const double cpus : {2.0, 7.5, 1e30}) {
    const machine_capacity limits = decide_threads(8, 2, cpu_quota{cpus, "file"});
    EXPECT_EQ(limits.threads, 2U) << cpus;
    EXPECT_EQ(limits.why, "the affinity mask allows 2 of 8 CPUs");
    EXPECT_EQ(limits.quota, cpus);
  }
}

TEST(machine, default_size_is_at_least_one) {
  const machine_capacity limits = decide_threads(0, 0, std::nullopt);
  EXPECT_EQ(limits.threads, 1U);
  EXPECT_EQ(limits.hardware, 1U);
  EXPECT_EQ(limits.affinity, 1U);
  EXPECT_EQ(limits.why, "1 CPU online");
}

TEST(machine, this_machine_has_a_sensible_size) {
  const machine_capacity limits = measure_machine();
  EXPECT_GE(limits.threads, 1U);
  EXPECT_LE(limits.threads, limits.affinity);
  EXPECT_GE(limits.hardware, 1U);
  EXPECT_FALSE(limits.why.empty());
}

TEST(machine, a_thread_pinned_to_one_cpu_counts_one) {
  std::thread([] {
    cpu_set_t before;
    ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
    int first = 0;
    while (CPU_ISSET(static_cast<std::size_t>(first), &before) == 0) {
      ++first;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(first), &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(measure_machine().affinity, 1U);
    EXPECT_EQ(measure_machine().threads, 1U);
  }).join();
}

TEST_F(planted_root, no_files_at_all_mean_no_quota) {
  EXPECT_EQ(quota(), 0.0);
  EXPECT_GE(measure_machine(root().string()).threads, 1U);
}

TEST_F(planted_root, garbage_in_proc_means_no_quota) {
  plant("/proc/self/cgroup", "\n:\n::\n0:\ngarbage\n0::\n9:cpu\n4:cpu,cpuacct\n");
  plant("/proc/self/mountinfo", "\n - \n- - - - cgroup2\n1 2 3 - cgroup2\n1 2 3 4 5 6 - cgroup2\n");
  EXPECT_EQ(quota(), 0.0);
}

TEST_F(planted_root, folders_in_place_of_files_mean_no_quota) {
  plant("/proc/self/cgroup/x", "");
  plant("/proc/self/mountinfo/x", "");
  EXPECT_EQ(quota(), 0.0);
}

TEST_F(machine_v2, reads_quota_and_period) {
  plant_v2("/");
  plant("/sys/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota(), 1.5);
  EXPECT_EQ(container_quota(root().string())->file, root().string() + "/sys/fs/cgroup/cpu.max");
}

TEST_F(machine_v2, a_lone_quota_has_the_default_period) {
  plant_v2("/");
  plant("/sys/fs/cgroup/cpu.max", "50000");
  EXPECT_EQ(quota(), 0.5);
}

TEST_F(machine_v2, max_means_no_quota) {
  plant_v2("/a");
  plant("/sys/fs/cgroup/a/cpu.max", "max 100000\n");
  EXPECT_EQ(quota(), 0.0);
}

TEST_F(machine_v2, a_file_that_makes_no_sense_means_no_quota) {
  plant_v2("/");
  for (const std::string text : {"",
                                 "\n",
                                 " ",
                                 "max",
                                 "garbage 100000",
                                 "100000 garbage",
                                 "-1 100000",
                                 "0 100000",
                                 "100000 0",
                                 "100000 -5",
                                 "1e5 100000",
                                 "99999999999999999999999 100000",
                                 "100000  100000",
                                 "0x10 100000",
                                 "100000x 100000"}) {
    plant("/sys/fs/cgroup/cpu.max", text);
    EXPECT_EQ(quota(), 0.0) << '"' << text << '"';
  }
  plant("/sys/fs/cgroup/cpu.max", std::string("200000\0 100000", 14));
  EXPECT_EQ(quota(), 0.0);
}

TEST_F(machine_v2, the_tightest_ancestor_binds) {
  plant_v2("/slice/service/leaf");
  plant("/sys/fs/cgroup/slice/service/leaf/cpu.max", "400000 100000");
  plant("/sys/fs/cgroup/slice/service/cpu.max", "max 100000");
  plant("/sys/fs/cgroup/slice/cpu.max", "75000 50000");
  EXPECT_EQ(quota(), 1.5);
  plant("/sys/fs/cgroup/cpu.max", "100000 100000");
  EXPECT_EQ(quota(), 1.0);
  plant("/sys/fs/cgroup/slice/service/leaf/cpu.max", "20000 100000");
  EXPECT_EQ(quota(), 0.2);
}

TEST_F(machine_v2, siblings_and_children_do_not_bind) {
  plant_v2("/mine");
  plant("/sys/fs/cgroup/other/cpu.max", "100000 100000");
  plant("/sys/fs/cgroup/mine/child/cpu.max", "100000 100000");
  plant("/sys/fs/cgroup/min/cpu.max", "100000 100000");
  EXPECT_EQ(quota(), 0.0);
}

TEST_F(machine_v2, the_mounted_cgroup_is_taken_off_the_path) {
  plant("/proc/self/cgroup", "0::/docker/abc/inner\n");
  plant("/proc/self/mountinfo", "35 24 0:30 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  plant("/sys/fs/cgroup/inner/cpu.max", "300000 100000");
  EXPECT_EQ(quota(), 3.0);
  plant("/proc/self/cgroup", "0::/docker/abc\n");
  EXPECT_EQ(quota(), 0.0);
  plant("/proc/self/cgroup", "0::/docker/abcdef/inner\n");
  EXPECT_EQ(quota(), 0.0);
}

TEST_F(machine_v2, a_process_outside_what_is_mounted_has_the_quota_of_the_mount_point) {
  plant_v2("/../../elsewhere");
  plant("/sys/fs/cgroup/cpu.max", "200000 100000");
  plant("/elsewhere/cpu.max", "100000 100000");
  EXPECT_EQ(quota(), 2.0);
}

TEST_F(machine_v2, paths_with_blanks_colons_and_doubled_slashes_are_found) {
  plant("/proc/self/cgroup", "0::/a:b c/\n");
  plant("/proc/self/mountinfo",
        "35 24 0:30 / /mnt/c\\040g\\134x rw shared:1 master:2 - cgroup2 none rw\n");
  plant("/mnt/c g\\x/a:b c/cpu.max", "250000 100000");
  EXPECT_EQ(quota(), 2.5);
}

TEST_F(machine_v2, a_deleted_cgroup_still_has_its_ancestors) {
  plant_v2("/slice/gone (deleted)");
  plant("/sys/fs/cgroup/slice/cpu.max", "100000 100000");
  EXPECT_EQ(quota(), 1.0);
}

TEST_F(machine_v2, a_very_deep_path_ends) {
  std::string deep;
  for (int i = 0; i < 200; ++i) {
    deep += "/d";
  }
  plant_v2(deep);
  plant("/sys/fs/cgroup/d/cpu.max", "100000 100000");
  EXPECT_EQ(quota(), 1.0);
}

TEST_F(machine_v1, reads_quota_and_period) {
  plant_v1("/");
  plant("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "250000\n");
  plant("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 2.5);
}

TEST_F(machine_v1, minus_one_means_no_quota_and_an_ancestor_binds) {
  plant_v1("/docker/abc");
  const std::string base = "/sys/fs/cgroup/cpu,cpuacct/docker";
  plant(base + "/abc/cpu.cfs_quota_us", "-1\n");
  plant(base + "/abc/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 0.0);
  plant(base + "/cpu.cfs_quota_us", "50000\n");
  EXPECT_EQ(quota(), 0.0) << "no period yet";
  plant(base + "/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota(), 0.5);
}

TEST_F(machine_v1, another_controller_is_not_mistaken_for_cpu) {
  plant("/proc/self/cgroup", "5:cpuset:/a\n4:cpuacct:/a\n");
  plant("/proc/self/mountinfo", "33 32 0:28 / /cg rw - cgroup cgroup rw,cpuset\n");
  plant("/cg/a/cpu.cfs_quota_us", "100000");
  plant("/cg/a/cpu.cfs_period_us", "100000");
  EXPECT_EQ(quota(), 0.0);
}

TEST_F(machine_v1, beside_version_2_the_tighter_one_binds) {
  plant("/proc/self/cgroup", "4:cpu:/a\n0::/b\n");
  plant("/proc/self/mountinfo",
        std::string(v2_mount) + "33 32 0:28 / /cg rw - cgroup cgroup rw,cpu\n");
  plant("/cg/a/cpu.cfs_quota_us", "300000");
  plant("/cg/a/cpu.cfs_period_us", "100000");
  EXPECT_EQ(quota(), 3.0);
  plant("/sys/fs/cgroup/b/cpu.max", "200000 100000");
  EXPECT_EQ(quota(), 2.0);
}
