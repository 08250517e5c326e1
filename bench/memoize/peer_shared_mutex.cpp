// SPDX-License-Identifier: BSL-1.0
// A map under a lock for many readers. It keeps everything, so it serves only where nothing has to be dropped. Beside it the map
// without any lock, for one thread.
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "problem.hpp"

namespace bench::memoize {
namespace {

template <class Key> struct shared_map {
  double operator()(Key const& k) {
    {
      std::shared_lock const lock(mutex);
      if (auto const found = map.find(k); found != map.end()) return found->second;
    }
    double const value = compute(k);
    std::unique_lock const lock(mutex);
    return map.emplace(k, value).first->second;
  }
  std::shared_mutex mutex;
  std::unordered_map<Key, double> map;
};

template <class Key> bool keeps_all(calls<Key> const& d) { return d.capacity >= 10'000 || d.capacity == 1024; }

template <class Key> bool add() {
  return add_variant<calls<Key>>("memoize", "peer_shared_mutex", threads::one,
                                 [](calls<Key>& d) -> std::function<void()> {
                                   if (!keeps_all(d)) return {};
                                   return by_one(
                                       d, [map = std::make_shared<shared_map<Key>>()](Key const& k) { return (*map)(k); });
                                 }) &&
         add_variant<calls<Key>>("memoize", "peer_shared_mutex_all", threads::all,
                                 [](calls<Key>& d) -> std::function<void()> {
                                   if (!keeps_all(d)) return {};
                                   return by_all(
                                       d, [map = std::make_shared<shared_map<Key>>()](Key const& k) { return (*map)(k); });
                                 }) &&
         add_variant<calls<Key>>("memoize", "peer_map_without_lock", threads::one, [](calls<Key>& d) -> std::function<void()> {
           if (!keeps_all(d)) return {};
           return by_one(d, [map = std::make_shared<std::unordered_map<Key, double>>()](Key const& k) {
             auto const found = map->find(k);
             return found != map->end() ? found->second : map->emplace(k, compute(k)).first->second;
           });
         });
}

bool const added = add<int>() && add<std::string>();

}  // namespace
}  // namespace bench::memoize
