// SPDX-License-Identifier: BSL-1.0
// oneTBB's hash map, which keeps everything, and its LRU cache, a preview feature that keeps what is in use and so many more.
#define TBB_PREVIEW_CONCURRENT_LRU_CACHE 1
#include <memory>

#include <oneapi/tbb/concurrent_hash_map.h>
#include <oneapi/tbb/concurrent_lru_cache.h>

#include "problem.hpp"

namespace bench::memoize {
namespace {

template <class Key> bool add() {
  auto const map = [](calls<Key>&) {
    using table = oneapi::tbb::concurrent_hash_map<Key, double>;
    return [cache = std::make_shared<table>()](Key const& k) {
      {
        typename table::const_accessor found;
        if (cache->find(found, k)) return found->second;
      }
      typename table::accessor made;
      if (cache->insert(made, k)) made->second = compute(k);
      return made->second;
    };
  };
  auto const with_map = [map](auto by) {
    return [map, by](calls<Key>& d) -> std::function<void()> {
      if (d.capacity < 10'000 && d.capacity != 1024) return {};
      return by(d, map(d));
    };
  };
  auto const lru = [](calls<Key>& d) {
    using cache_type = oneapi::tbb::concurrent_lru_cache<Key, double, double (*)(Key)>;
    auto const value = +[](Key k) { return compute(k); };
    return [cache = std::make_shared<cache_type>(value, d.capacity)](Key const& k) { return (*cache)[k].value(); };
  };
  return add_variant<calls<Key>>("memoize", "peer_onetbb_hash_map", threads::one,
                                 with_map([](auto& d, auto cached) { return by_one(d, std::move(cached)); })) &&
         add_variant<calls<Key>>("memoize", "peer_onetbb_hash_map_all", threads::all,
                                 with_map([](auto& d, auto cached) { return by_all(d, std::move(cached)); })) &&
         add_cache<Key>("peer_onetbb_lru_cache", "peer_onetbb_lru_cache_all", lru, 1'000'000);  // more take it minutes
}

bool const added = add<int>() && add<std::string>();

}  // namespace
}  // namespace bench::memoize
