// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What the handles of a memoized function share: the function, its results, and the calls that are on their way.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include <tandem/backend/tasks.hpp>
#include <tandem/memoize/cache_table.hpp>
#include <tandem/memoize/detail/call_key.hpp>
#include <tandem/memoize/detail/deep_stack.hpp>
#include <tandem/memoize/single_flight.hpp>

namespace tandem::detail {

/// While it lives, this thread computes `flight`, and nothing but what the function calls.
class computing {
 public:
  computing(flight_links& flight, bool certain)
      : below_(std::exchange(uppermost_flight, &flight)), origin_({&flight, certain ? backend::context_here() : nullptr}) {}
  ~computing() { uppermost_flight = below_; }
  computing(computing const&) = delete;
  computing& operator=(computing const&) = delete;

 private:
  flight_links* below_;
  backend::origin_scope origin_;
};

template <class F, bool Recursive, class Projection, class R, class... Parameters> class memo_state {
 public:
  using value_type = std::remove_cvref_t<R>;
  using keys = typename key_of_call<Projection, Parameters...>::type;
  template <class Parameter> using taken = typename keys::template taken<Parameter>;

  static_assert(!std::is_void_v<R>, "tandem::memoize: a function that returns nothing leaves nothing to remember");
  static_assert(std::is_copy_constructible_v<value_type>,
                "tandem::memoize: calls return copies of what is remembered: the result must be copyable (std::shared_ptr is)");

  /// What a recursive function calls itself through.
  class self_type {
   public:
    value_type operator()(taken<Parameters>... arguments) const { return state_->call(flight_, arguments...); }

   private:
    friend memo_state;
    self_type(memo_state& state, flight_links& flight) : state_(&state), flight_(&flight) {}
    memo_state* state_;
    flight_links* flight_;
  };

  memo_state(F f, memo_options<Projection> const& options)
      : function_(std::move(f)), keys_(options.key), errors_(options.errors),
        limits_(options.capacity.checked("tandem::memoize", "capacity"), options.policy),
        exact_(options.policy == eviction::lru && limits_.bounded()), notes_uses_(limits_.bounded()),
        shards_(std::make_unique<std::optional<shard>[]>(limits_.shards)) {
    for (std::size_t s = 0; s < limits_.shards; ++s) shards_[s].emplace(limits_);
  }

  /// `caller`: the flight of the `self` that was called, or null.
  value_type call(flight_links* caller, std::remove_reference_t<taken<Parameters>>&... arguments) {
    auto const& key = keys_.view(arguments...);
    std::uint64_t const hash = key_hash(key);
    shard& home = shard_of(hash);
    reader_record& who = this_reader();
    if (!exact_) {
      reading const keep(who);
      if (auto* const found = home.table.find(short_hash(hash), key)) {
        hits_.add(who);
        if (notes_uses_) found->note_use();
        return found->value();
      }
    }
    return find_or_compute(caller, hash, home, who, key, arguments...);
  }

  /// The result, if it is remembered, which counts as a hit; the hash of the key in any case.
  std::uint64_t find(std::optional<value_type>& result, std::remove_reference_t<taken<Parameters>>&... arguments) {
    auto const& key = keys_.view(arguments...);
    std::uint64_t const hash = key_hash(key);
    shard& home = shard_of(hash);
    reader_record& who = this_reader();
    reading const keep(who);
    auto const find_exactly = [&] {
      std::lock_guard const lock(home.table.lock());
      return home.table.find_and_use(short_hash(hash), key);
    };
    auto* const found = exact_ ? find_exactly() : home.table.find(short_hash(hash), key);
    if (found != nullptr) {
      hits_.add(who);
      if (notes_uses_ && !exact_) found->note_use();
      result.emplace(found->value());
    }
    return hash;
  }
  void count_hit() noexcept { hits_.add(this_reader()); }
  template <class Tuple> bool is_same_key(Tuple const& a, Tuple const& b) {
    auto const view = [&](auto&... arguments) -> decltype(auto) { return keys_.view(arguments...); };
    return key_same(std::apply(view, a), std::apply(view, b));
  }

  bool contains(std::remove_reference_t<taken<Parameters>>&... arguments) {
    auto const& key = keys_.view(arguments...);
    std::uint64_t const hash = key_hash(key);
    std::lock_guard const lock(shard_of(hash).table.lock());
    return shard_of(hash).table.find(short_hash(hash), key) != nullptr;
  }

  bool forget(std::remove_reference_t<taken<Parameters>>&... arguments) {
    auto const& key = keys_.view(arguments...);
    std::uint64_t const hash = key_hash(key);
    shard& home = shard_of(hash);
    typename table_type::leftovers rest;
    std::lock_guard const lock(home.table.lock());
    if (auto* const on_its_way = home.flights.find(hash, key)) {
      on_its_way->outdated = true;
      ++home.generation;
    }
    return home.table.remove(short_hash(hash), key, rest);
  }

  void clear() {
    for (std::size_t s = 0; s < limits_.shards; ++s) {
      shard& each = *shards_[s];
      typename table_type::leftovers rest;
      std::lock_guard const lock(each.table.lock());
      each.table.clear(rest);
      each.flights.outdate_all();
      ++each.generation;
      each.hits = each.misses = each.table.evictions = 0;
    }
    hits_.restart();
    waits_.store(0, std::memory_order_relaxed);
  }

  memo_info info() {
    memo_info sum;
    for (std::size_t s = 0; s < limits_.shards; ++s) {
      shard& each = *shards_[s];
      std::lock_guard const lock(each.table.lock());
      sum.hits += each.hits;
      sum.misses += each.misses;
      sum.evictions += each.table.evictions;
      sum.size += each.table.size();
    }
    sum.hits += hits_.total();
    sum.waits = waits_.load(std::memory_order_relaxed);
    sum.capacity = limits_.capacity;
    return sum;
  }

 private:
  using owned = typename keys::owned;
  using table_type = cache_shard<owned, value_type>;
  using flight_type = flight<owned, value_type>;
  using mail_type = mailbox<value_type>;

  struct shard {
    explicit shard(table_limits& limits) : table(limits) {}
    table_type table;
    // Under the table's lock.
    flight_table<owned, value_type> flights;
    std::uint64_t hits = 0, misses = 0, generation = 0;
  };

  /// What a call does that has found nothing.
  enum class part { compute, repeat, wait };

  shard& shard_of(std::uint64_t hash) const noexcept { return *shards_[hash >> 1 >> (63 - limits_.shard_bits)]; }
  std::uint32_t short_hash(std::uint64_t hash) const noexcept { return hash_within_shard(hash, limits_.shard_bits); }

  template <class View> [[gnu::noinline]] value_type find_or_compute(flight_links* caller, std::uint64_t hash, shard& home,
                                                                     reader_record& who, View const& key,
                                                                     std::remove_reference_t<taken<Parameters>>&... arguments) {
    if (exact_) {
      std::unique_lock lock(home.table.lock());
      if (auto* const found = home.table.find_and_use(short_hash(hash), key)) {
        ++home.hits;
        reading const keep(who);
        lock.unlock();
        return found->value();
      }
    }
    flight_type mine(hash, keys_.make(arguments...));
    bool const certain = backend::origin_is_certain();
    mine.parent = caller != nullptr ? caller : static_cast<flight_links*>(backend::current_origin.computation);
    mine.parent_certain = caller != nullptr || certain;
    mine.below = uppermost_flight;
    for (;;) {
      part what = part::compute;
      std::shared_ptr<mail_type> mail;
      waiting_call call{mine.parent, mine.below, nullptr, nullptr};
      std::uint64_t generation = 0;
      flight_links* waited_for = nullptr;
      {
        std::unique_lock lock(home.table.lock());
        if (auto* const found = home.table.find_and_use(short_hash(hash), key)) {
          ++home.hits;
          reading const keep(who);
          lock.unlock();
          return found->value();
        }
        if (flight_type* const other = home.flights.find(hash, key)) {
          refuse_cycle(mine, *other);
          if (!other->outdated) {
            if (other->mail == nullptr) other->mail = std::make_shared<mail_type>();
            mail = other->mail;
            waited_for = other;
            what = wait_graph::get().wait(call, *other) ? part::wait : part::repeat;
            if (what == part::repeat) refuse_endless(mine, *other);
          }
        }
        if (what == part::compute) home.flights.add(mine);
        if (what != part::wait) ++home.misses;
        generation = home.generation;
      }
      if (what == part::wait) {
        if (mine.parent_certain) {
          mail->wait();
        } else {
          patience limit;
          while (what == part::wait && !limit.wait(*mail))
            if (limit.exhausted()) what = part::repeat;
        }
        wait_graph::get().leave(call);
        if (what == part::wait) {
          bool const failed = mail->error() != nullptr && errors_ == memo_errors::propagate;
          if (!failed && !mail->value().has_value()) continue;
          hits_.add(who);
          waits_.fetch_add(1, std::memory_order_relaxed);
          if (failed) std::rethrow_exception(mail->error());
          return *mail->value();
        }
        refuse_endless(mine, *waited_for);
        std::lock_guard const lock(home.table.lock());
        ++home.misses;
      }
      return compute(what, mine, certain, generation, home, arguments...);
    }
  }

  /// A key whose computation asks for it.
  static void refuse_cycle(flight_links const& mine, flight_links const& other) {
    bool certain = mine.parent_certain;
    for (flight_links const* at = mine.parent; certain && at != nullptr; at = at->parent) {
      if (at->original == &other) throw_cycle();
      certain = at->parent_certain;
    }
  }

  /// Where it is not known for whom a task works, the same key below on the stack may be a stranger's. Not for ever.
  /// `other` may be over by now: only its address counts.
  static void refuse_endless(flight_links& mine, flight_links& other) {
    int repeats = 0;
    for (flight_links const* at = mine.below; at != nullptr; at = at->below)
      if (at->original == &other && ++repeats == 4) throw_cycle();
    mine.original = &other;
  }

  [[noreturn, gnu::cold, gnu::noinline]] static void throw_cycle() {
    throw memo_cycle_error("tandem::memoize: a key needs its own result to be computed");
  }

  value_type compute(part what, flight_type& mine, bool certain, std::uint64_t generation, shard& home,
                     std::remove_reference_t<taken<Parameters>>&... arguments) {
    std::optional<value_type> result;
    auto run = [&] {
      computing const now(mine, certain);
      backend::run_isolated([&] {
        keys_.apply(
            [&](auto&&... given) {
              if constexpr (Recursive) {
                self_type self(*this, mine);
                result.emplace(std::invoke(function_, self, std::forward<decltype(given)>(given)...));
              } else {
                result.emplace(std::invoke(function_, std::forward<decltype(given)>(given)...));
              }
            },
            mine.key, arguments...);
      });
    };
    try {
      if (stack_has_room()) run();
      else run_on_further_stack(run);
    } catch (...) {
      finish(what, mine, nullptr, std::current_exception(), generation, home);
      throw;
    }
    finish(what, mine, &*result, nullptr, generation, home);
    return std::move(*result);
  }

  /// Keeps the result, tells those who wait, and lets others compute the key again.
  void finish(part what, flight_type& mine, value_type const* value, std::exception_ptr error, std::uint64_t generation,
              shard& home) noexcept {
    std::optional<value_type> kept;
    if (value != nullptr && limits_.capacity != 0) {
      try {
        kept.emplace(*value);
      } catch (...) {
        // a result that cannot be copied now is not kept
      }
    }
    std::shared_ptr<mail_type> mail;
    {
      typename table_type::leftovers rest;
      std::lock_guard const lock(home.table.lock());
      bool current = generation == home.generation;
      if (what == part::compute) {
        home.flights.remove(mine);
        mail = std::move(mine.mail);
        current = !mine.outdated;
      }
      if (kept && current && home.table.find(short_hash(mine.hash), mine.key) == nullptr)
        home.table.insert(short_hash(mine.hash), std::move(mine.key), std::move(*kept), rest);
    }
    if (mail != nullptr) {
      wait_graph::get().done(mine);
      mail->deliver(value, std::move(error));
    }
  }

  F function_;
  keys keys_;
  memo_errors errors_;
  table_limits limits_;
  bool exact_, notes_uses_;
  std::unique_ptr<std::optional<shard>[]> shards_;
  spread_counter hits_;
  alignas(64) std::atomic<std::uint64_t> waits_ = 0;
};

}  // namespace tandem::detail
