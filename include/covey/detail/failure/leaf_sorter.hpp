// SPDX-License-Identifier: Apache-2.0
// Sorts the leaves of a failure tree; split() and handle() are built on it.
#pragma once

#include <covey/config.hpp>
#include <covey/detail/failure/failure.hpp>
#include <covey/leaf.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

namespace covey::detail {

/// Sorts the leaves of one tree into those taken and the rest. Everything that needs memory is done by the
/// constructor, so that nothing is lost once user code has run.
class COVEY_API leaf_sorter {
 public:
  explicit leaf_sorter(
      const composite_exception& whole);  ///< @throws std::bad_alloc, std::length_error
  leaf_sorter(const leaf_sorter&) = delete;
  leaf_sorter& operator=(const leaf_sorter&) = delete;
  ~leaf_sorter();

  [[nodiscard]] const std::vector<leaf>& leaves() const noexcept { return leaves_; }
  void take(std::size_t index) noexcept;  ///< the leaf leaves the rest
  /// In the rest, another exception replaces that of the leaf.
  void replace(std::size_t index, std::exception_ptr error) noexcept;
  [[nodiscard]] std::optional<composite_exception> taken() noexcept;
  /// @param with_counted whether failures that were only counted belong to the rest.
  [[nodiscard]] std::optional<composite_exception> rest(bool with_counted = true) noexcept;

 private:
  struct verdict {
    std::exception_ptr replacement;
    bool taken = false;
    bool replaced = false;
  };
  enum class part : std::uint8_t { taken, rest, rest_without_counted };
  template <class Visit>
  void visit_children(std::size_t scope, part which, Visit&& visit);
  [[nodiscard]] failure_node* rebuild_scope(std::size_t scope, part which, std::uint64_t& lost);
  [[nodiscard]] failure_node* copy_survivors(std::size_t scope, part which, std::uint64_t& lost);
  [[nodiscard]] std::optional<composite_exception> rebuild(part which) noexcept;

  std::shared_ptr<const leaf_routes> routes_;  // holds the tree
  std::vector<leaf> leaves_;
  std::vector<verdict> verdicts_;
  std::vector<failure_node*> rebuilt_;
};

}  // namespace covey::detail
