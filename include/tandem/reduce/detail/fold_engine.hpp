// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The pattern of reductions: which blocks are folded, and in which order what was folded is merged.
///
/// Where the order does not matter each thread folds whatever it gets into an accumulator of its own. Where it does, blocks
/// of a fixed number of elements are the leaves of a binary tree over their index: block 0 with 1, 2 with 3, then those, and so
/// on. Whoever completes a pair merges it, so that at most a few accumulators a thread wait for their neighbours.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/split.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/core/detail/function_view.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>

namespace tandem::detail {

template <class A>
concept order_independent = requires { requires A::order_independent; };

/// What the engine needs of a policy, in one type: who works, and the options, if there are any. Lanes are the bricks' matter.
struct crew {
  std::size_t jobs;
  options const* chosen;
};
template <class Policy> crew crew_of(Policy const& policy) { return {jobs_of(policy), policy.options()}; }
inline constexpr crew one_thread{1, nullptr};

/// The same options without the progress sink: for reductions in several runs, none of which is the whole.
class quiet_crew {
 public:
  explicit quiet_crew(crew const& who) : who_(who) {
    if (who.chosen == nullptr) return;
    quiet_ = *who.chosen;
    quiet_.progress = {};
    who_.chosen = &quiet_;
  }
  quiet_crew(quiet_crew const&) = delete;
  quiet_crew& operator=(quiet_crew const&) = delete;
  operator crew const&() const { return who_; }

 private:
  options quiet_;
  crew who_;
};

/// Runs `body(begin, end)` on all chunks of a cut.
inline void run_parts(std::string_view function, backend::split const& cut, crew const& who, backend::start when,
                      function_view<void(std::size_t, std::size_t)> body) {
  backend::for_chunks(function, cut, who.jobs, who.chosen, when, body);
}
inline void run_parts(std::string_view function, backend::split const& cut, crew const& who,
                      function_view<void(std::size_t, std::size_t)> body) {
  run_parts(function, cut, who, backend::start_of(who.chosen), body);
}

/// The elements of a block: so many that folding them outweighs a merge, and that numbers stay in the first cache.
template <class T> inline constexpr std::size_t block_elements = std::is_arithmetic_v<T> ? 4096 : 16;

/// A tree that is merged as its leaves come.
template <class A> class merge_tree {
 public:
  struct node {
    std::size_t level, index;  // holds blocks [index << level, (index + 1) << level)
    A folded;
  };

  /// Adds a node that follows all those there are: merged with its left neighbour as long as that is here.
  void append(node next) {
    for (; !nodes_.empty() && next.index % 2 == 1 && is_sibling(nodes_.back(), next); nodes_.pop_back())
      next = parent(std::move(nodes_.back()), std::move(next));
    nodes_.push_back(std::move(next));
  }

  /// Adds a node from anywhere; other threads may do the same.
  void insert(node next) {
    for (;;) {
      std::unique_lock lock(mutex_);
      auto const found = std::find_if(nodes_.begin(), nodes_.end(), [&](node const& n) { return is_sibling(n, next); });
      if (found == nodes_.end()) {
        nodes_.push_back(std::move(next));
        return;
      }
      node other = std::move(*found);
      if (found != nodes_.end() - 1) *found = std::move(nodes_.back());
      nodes_.pop_back();
      lock.unlock();  // merging may take long
      next = next.index % 2 == 1 ? parent(std::move(other), std::move(next)) : parent(std::move(next), std::move(other));
    }
  }

  std::vector<node> take() { return std::move(nodes_); }

  /// All nodes merged, when every block is here; there must be one. What has no neighbour joins from the right.
  A merged() {
    auto const first = [this](std::size_t i) { return nodes_[i].index << nodes_[i].level; };
    for (std::size_t i = 1; i < nodes_.size(); ++i)  // a few, sorted
      for (std::size_t j = i; j > 0 && first(j) < first(j - 1); --j) std::swap(nodes_[j], nodes_[j - 1]);
    for (; nodes_.size() > 1; nodes_.pop_back()) nodes_[nodes_.size() - 2].folded.merge(std::move(nodes_.back().folded));
    return std::move(nodes_.front().folded);
  }

  bool empty() const noexcept { return nodes_.empty(); }

 private:
  static bool is_sibling(node const& a, node const& b) { return a.level == b.level && (a.index ^ 1) == b.index; }
  static node parent(node left, node right) {
    left.folded.merge(std::move(right.folded));
    return {left.level + 1, left.index / 2, std::move(left.folded)};
  }

  std::mutex mutex_;
  std::vector<node> nodes_;
};

/// Accumulators that threads borrow, each as many as it works on at a time.
template <class A> class accumulator_pool {
 public:
  template <class Make> std::unique_ptr<A> borrow(Make const& make) {
    {
      std::lock_guard const lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<A> last = std::move(idle_.back());
        idle_.pop_back();
        return last;
      }
    }
    return std::unique_ptr<A>(new A(make()));
  }
  void give_back(std::unique_ptr<A> a) {
    std::lock_guard const lock(mutex_);
    idle_.push_back(std::move(a));
  }
  A merged() {
    for (; idle_.size() > 1; idle_.pop_back()) idle_.front()->merge(std::move(*idle_.back()));
    return std::move(*idle_.front());
  }
  bool empty() const noexcept { return idle_.empty(); }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<A>> idle_;
};

/// One reduction: elements are given in one or several runs, in order, and the accumulator of all is taken at the end.
template <class Make> class folding {
 public:
  using accumulator_type = std::decay_t<std::invoke_result_t<Make const&>>;

  /// `make()` makes an accumulator that has seen nothing; `block` is the number of elements of a leaf.
  folding(std::string_view function, Make make, std::size_t block)
      : function_(function), make_(std::move(make)), block_(block) {}

  /// Folds the next `n` elements: `fold(accumulator, begin, end)` for parts [begin, end) of them. Each run but the last must be
  /// a multiple of the block.
  template <class Fold> void run(crew const& who, std::size_t n, Fold const& fold) {
    std::size_t const asked = backend::grain_of(who.chosen), wanted = asked < n ? asked : n;
    // Large enough to hide the handing out, small enough for the second-level cache.
    std::size_t const least = order_independent<accumulator_type> ? (std::max)(block_, std::size_t{512}) : block_;
    std::size_t const share = std::clamp(n / 64 / least * least, least, 16 * least);
    if constexpr (order_independent<accumulator_type>) {
      std::size_t const grain = wanted > 0 ? wanted : share;
      auto const body = [&](std::size_t begin, std::size_t end) {
        auto borrowed = merged_.borrow(make_);
        fold_part(*borrowed, fold, begin, end);
        merged_.give_back(std::move(borrowed));
      };
      run_parts(function_, backend::split(n, grain), who, body);
    } else {
      std::size_t const grain = wanted > 0 ? (wanted - 1) / block_ * block_ + block_ : share;
      auto const body = [&](std::size_t begin, std::size_t end) {
        merge_tree<accumulator_type> local;
        for (std::size_t at = begin; at < end; at += block_) {
          accumulator_type leaf = make_();
          fold_part(leaf, fold, at, end - at < block_ ? end : at + block_);
          local.append({0, (done_ + at) / block_, std::move(leaf)});
        }
        for (auto& node : local.take()) merged_.insert(std::move(node));
      };
      run_parts(function_, backend::split(n, grain), who, body);
    }
    done_ += n;
  }

  std::size_t done() const noexcept { return done_; }

  /// The accumulator of all elements; a new one if there were none.
  accumulator_type merged() { return merged_.empty() ? make_() : merged_.merged(); }

 private:
  template <class Fold> void fold_part(accumulator_type& a, Fold const& fold, std::size_t begin, std::size_t end) {
    if constexpr (requires { a.start_at(begin); }) a.start_at(done_ + begin);
    fold(a, begin, end);
  }

  std::string_view function_;
  Make make_;
  std::size_t block_, done_ = 0;
  std::conditional_t<order_independent<accumulator_type>, accumulator_pool<accumulator_type>, merge_tree<accumulator_type>>
      merged_;
};

/// The accumulator of n elements, folded at once; a function of its own, so that no accumulator is copied.
template <class Make, class Fold> auto fold_alone(std::size_t n, Make const& make, Fold const& fold) {
  auto a = make();
  if (n > 0) fold(a, std::size_t{0}, n);
  return a;
}

/// The accumulator of n elements that `fold(accumulator, begin, end)` can fold in parts.
template <class Make, class Fold> auto fold_all(std::string_view function, crew const& who, std::size_t n, std::size_t block,
                                                Make const& make, Fold const& fold) {
  using accumulator_type = std::decay_t<std::invoke_result_t<Make const&>>;
  if (who.chosen == nullptr && (n <= block || (order_independent<accumulator_type> && who.jobs <= 1)))
    return fold_alone(n, make, fold);  // nobody listens, nobody could help
  folding<Make> whole(function, make, block);
  whole.run(who, n, fold);
  return whole.merged();
}

}  // namespace tandem::detail
