// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What the handles of a memoized function share: the function, its results, and the calls that are on their way.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
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
      : below_(std::exchange(uppermost_flight, &flight)),
        origin_({&flight, certain ? backend::context_here() : nullptr,
                 flight.repeats.mark != 0 ? &flight.repeats : backend::current_origin.way}) {}
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
    if constexpr (Recursive)
      static_assert(std::is_invocable_r_v<R, F&, self_type&, Parameters...>,
                    "tandem::memoize_recursive: the function cannot be called with (self, arguments...) of this signature");
    else
      static_assert(std::is_invocable_r_v<R, F&, Parameters...>,
                    "tandem::memoize: the function cannot be called with the arguments of this signature");
    for (std::size_t s = 0; s < limits_.shards; ++s) shards_[s].emplace(limits_);
  }

  /// `caller`: the flight of the `self` that was called, or null.
  value_type call(flight_links* caller, std::remove_reference_t<taken<Parameters>>&... arguments) {
    auto const& key = keys_.view(arguments...);
    std::uint64_t const hash = key_hash(key);
    shard& home = shard_of(hash);
    reader_record& who = this_reader();
    if (!exact_) [[likely]] {
      reading const keep(who);
      if (auto* const found = home.table.find(short_hash(hash), key)) [[likely]] {
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

  /// For caches whose order is exact: what `use_again` must know.
  bool is_exact() const noexcept { return exact_; }
  std::uint64_t generation() {
    std::lock_guard const lock(shards_[0]->table.lock());
    return shards_[0]->generation;
  }
  /// Makes this key the last one used, as a call would, whose result is known; unless something was forgotten since `generation`.
  void use_again(std::uint64_t generation, value_type const& result, std::remove_reference_t<taken<Parameters>>&... arguments) {
    auto const& key = keys_.view(arguments...);
    std::uint32_t const hash = short_hash(key_hash(key));
    shard& home = *shards_[0];
    {
      std::lock_guard const lock(home.table.lock());
      if (home.generation != generation || home.table.find_and_use(hash, key) != nullptr) return;
    }
    try {
      owned again = keys_.make(arguments...);
      value_type copy(result);
      typename table_type::leftovers rest;
      std::lock_guard const lock(home.table.lock());
      if (home.generation == generation && home.table.find_and_use(hash, key) == nullptr)
        home.table.insert(hash, std::move(again), std::move(copy), rest);
    } catch (...) {
      // a result that cannot be copied now is not kept
    }
  }
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
    if (auto* const on_its_way = home.flights.find(hash, key)) on_its_way->outdated = true;
    ++home.generation;
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
    bool const certain = backend::origin_is_certain();
    std::optional<flight_type> room;
    try {
      room.emplace(hash, keys_.make(arguments...));
    } catch (std::bad_alloc const&) {
      // computed all the same, only not kept
    } catch (...) {
      count_miss(home);
      throw;
    }
    if (!room) return compute_unkept(caller, certain, home, arguments...);
    flight_type& mine = *room;
    mine.begin_call(caller, uppermost_flight, certain);
    for (bool asks = false;;) {
      part what = part::compute;
      std::shared_ptr<mail_type> mail;
      waiting_call call{mine.parent, mine.below, nullptr, nullptr};
      std::uint64_t generation = 0, other_serial = 0;
      {
        std::unique_lock lock(home.table.lock());
        if (auto* const found = home.table.find_and_use(short_hash(hash), key)) {
          ++home.hits;
          reading const keep(who);
          lock.unlock();
          return found->value();
        }
        if (flight_type* const other = home.flights.find(hash, key)) {
          other_serial = serial_of(*other);
          bool cycle = is_cycle(mine, *other);
          if (!cycle && !other->outdated) {
            mail = mail_of(*other);
            int const repeated = times_repeated(other_serial);
            bool const waits = repeated == 0 && mail != nullptr && (!asks || wait_graph::get().wait(call, *other));
            what = waits ? part::wait : part::repeat;
            cycle = repeated == 3;
          }
          if (cycle) {
            ++home.misses;
            throw_cycle();
          }
        }
        if (what == part::compute) home.flights.add(mine);
        if (what != part::wait) ++home.misses;
        generation = home.generation;
      }
      if (what == part::wait) {
        bool arrived = false;
        if (asks) {
          patience limit(mine.chain_certain, backend::current_origin.way != nullptr);
          while (!arrived && !limit.exhausted()) arrived = limit.wait(*mail);
          wait_graph::get().leave(call);
        } else {
          arrived = mail->wait_for(wait_without_question);
          asks = true;
          if (!arrived) continue;
        }
        if (arrived) {
          bool const failed = mail->error() != nullptr && errors_ == memo_errors::propagate;
          if (!failed && !mail->value().has_value()) continue;
          hits_.add(who);
          waits_.fetch_add(1, std::memory_order_relaxed);
          if (failed) std::rethrow_exception(mail->error());
          return *mail->value();
        }
        what = part::repeat;
        count_miss(home);
      }
      if (what == part::repeat) mine.repeats = {other_serial, backend::current_origin.way};
      return compute(what, mine, certain, generation, home, arguments...);
    }
  }

  void count_miss(shard& home) {
    std::lock_guard const lock(home.table.lock());
    ++home.misses;
  }

  // Under the lock of the shard.
  static std::uint64_t serial_of(flight_links& flight) noexcept {
    static constinit std::atomic<std::uint64_t> last = 0;
    if (flight.serial == 0) flight.serial = last.fetch_add(1, std::memory_order_relaxed) + 1;
    return flight.serial;
  }
  /// Null when there is no memory to wait.
  static std::shared_ptr<mail_type> mail_of(flight_type& flight) noexcept {
    try {
      if (flight.mail == nullptr) flight.mail = std::make_shared<mail_type>();
    } catch (std::bad_alloc const&) {
      // who cannot wait computes
    }
    return flight.mail;
  }

  /// Whether the computation of a key asks for it.
  static bool is_cycle(flight_links const& mine, flight_links const& other) {
    bool certain = mine.parent_certain;
    for (flight_links const* at = mine.parent; certain && at != nullptr; at = at->parent) {
      if (at == &other || at->repeats.mark == other.serial) return true;
      certain = at->parent_certain;
    }
    return false;
  }

  /// How often this flight has been repeated on the way here. Where it is not known for whom a task works this may have been for
  /// a stranger; so once more is nothing yet, but it need not be waited for again, and it is a cycle if it goes on.
  static int times_repeated(std::uint64_t serial) {
    int repeats = 0;
    for (backend::trail const* step = backend::current_origin.way; step != nullptr; step = step->before)
      repeats += step->mark == serial;
    return repeats;
  }

  [[noreturn, gnu::cold, gnu::noinline]] static void throw_cycle() {
    throw memo_cycle_error("tandem::memoize: a key needs its own result to be computed");
  }

  template <class Owned> void run(std::optional<value_type>& result, flight_links& mine, bool certain, Owned const& key,
                                  std::remove_reference_t<taken<Parameters>>&... arguments) {
    auto call_function = [&] {
      backend::run_isolated([&] {
        computing const now(mine, certain);
        keys_.apply(
            [&](auto&&... given) {
              if constexpr (Recursive) {
                self_type self(*this, mine);
                result.emplace(std::invoke(function_, self, std::forward<decltype(given)>(given)...));
              } else {
                result.emplace(std::invoke(function_, std::forward<decltype(given)>(given)...));
              }
            },
            key, arguments...);
      });
    };
    if (stack_has_room()) call_function();
    else run_on_further_stack(call_function);
  }

  [[gnu::cold, gnu::noinline]] value_type compute_unkept(flight_links* caller, bool certain, shard& home,
                                                         std::remove_reference_t<taken<Parameters>>&... arguments) {
    count_miss(home);
    flight_links mine;
    mine.begin_call(caller, uppermost_flight, certain);
    std::optional<value_type> result;
    run(result, mine, certain, no_key(), arguments...);
    return std::move(*result);
  }

  value_type compute(part what, flight_type& mine, bool certain, std::uint64_t generation, shard& home,
                     std::remove_reference_t<taken<Parameters>>&... arguments) {
    std::optional<value_type> result;
    try {
      run(result, mine, certain, mine.key, arguments...);
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
    typename table_type::leftovers rest;  // destroyed when those who wait have got their mail
    std::shared_ptr<mail_type> mail;
    {
      std::lock_guard const lock(home.table.lock());
      bool current = generation == home.generation;
      if (what == part::compute) {
        home.flights.remove(mine);
        mail = std::move(mine.mail);
        current = !mine.outdated;
      }
      try {
        if (kept && current && home.table.find(short_hash(mine.hash), mine.key) == nullptr)
          home.table.insert(short_hash(mine.hash), std::move(mine.key), std::move(*kept), rest);
      } catch (...) {
        // what a comparison of keys throws is nothing to the result, which is right
      }
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
