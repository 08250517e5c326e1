// SPDX-License-Identifier: BSL-1.0
// What everybody writes first: an LRU of a map and a list under a mutex.
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "problem.hpp"

namespace bench::memoize {
namespace {

template <class Key> class locked_lru {
 public:
  explicit locked_lru(std::size_t capacity) : capacity_(capacity) {}
  double operator()(Key const& k) {
    std::lock_guard const lock(mutex_);
    if (auto const found = where_.find(k); found != where_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return found->second->second;
    }
    order_.emplace_front(k, compute(k));
    where_.emplace(k, order_.begin());
    if (order_.size() > capacity_) {
      where_.erase(order_.back().first);
      order_.pop_back();
    }
    return order_.front().second;
  }

 private:
  std::size_t capacity_;
  std::mutex mutex_;
  std::list<std::pair<Key, double>> order_;
  std::unordered_map<Key, typename std::list<std::pair<Key, double>>::iterator> where_;
};

template <class Key> bool add() {
  return add_cache<Key>("peer_mutex", "peer_mutex_all", [](calls<Key>& d) {
    return [cache = std::make_shared<locked_lru<Key>>(d.capacity)](Key const& k) { return (*cache)(k); };
  });
}

bool const added = add<int>() && add<std::string>();

}  // namespace
}  // namespace bench::memoize
