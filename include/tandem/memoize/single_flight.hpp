// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Single flight: of calls that want the same key at the same time one computes, the others wait, and nobody waits for ever.
///
/// A flight is a computation on its way. It lies on the stack of the thread that computes, below whatever that thread does
/// next. Under work stealing this may be anything: a task that a thread takes up while it waits for a parallel loop can want
/// a key that lies lower on the same stack, or on the stack of a thread that waits in turn for one of ours. So before a call
/// waits, it follows who would wait for it: the flight it was made in, the flights below it on its stack, all that wait for
/// one of those, and so on. If its key is among them it does not wait but computes the result by itself, which is right for a
/// pure function, only done twice; it is kept once.
///
/// What a thread works for is known for calls through `self`, in tandem's own parallel calls, and outside of tasks. Tasks that a
/// function gives to oneTBB by itself do not tell, nor do jobs and threads of its own. The flight that spawned them is isolated,
/// so that its thread takes no other's tasks; what is left is bounded by time: see `patience`.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <tandem/backend/tasks.hpp>
#include <tandem/memoize/key.hpp>

namespace tandem::detail {

struct waiting_call;

/// What the question who waits for whom needs of a flight.
struct flight_links {
  flight_links* parent = nullptr;    // the flight in which the call was made
  bool parent_certain = false;       // it is known to be that one
  bool chain_certain = false;        // so it is for all that this one is known to hold up
  flight_links* below = nullptr;     // the next one on the stack of this thread
  std::uint64_t serial = 0;          // never used twice; given by the first who finds this one on its way
  backend::trail repeats;            // marked with the serial number of the flight that this one repeats, or with 0
  waiting_call* waiting = nullptr;   // who waits for this one (wait_graph's)
  flight_links* to_visit = nullptr;  // (wait_graph's)
  std::uint64_t visited = 0;         // (wait_graph's)

  flight_links() = default;
  flight_links(flight_links const&) = delete;
  flight_links& operator=(flight_links const&) = delete;

  /// A call was made on this thread, in the flight `caller`, or, if that is null, wherever this thread is.
  void begin_call(flight_links* caller, flight_links* uppermost, bool origin_certain) noexcept {
    parent = caller != nullptr ? caller : static_cast<flight_links*>(backend::current_origin.computation);
    parent_certain = caller != nullptr || origin_certain;
    below = uppermost;
    chain_certain =
        parent_certain && (parent == nullptr || parent->chain_certain) && (below == nullptr || below->chain_certain);
  }
};

/// A call that waits, or thinks about it.
struct waiting_call {
  flight_links* parent = nullptr;
  flight_links* below = nullptr;
  flight_links* target = nullptr;
  waiting_call* next = nullptr;
};

/// The flight that lies uppermost on the stack of this thread.
inline constinit thread_local flight_links* uppermost_flight = nullptr;

/// Who waits for whom, in the whole process. Only calls that are about to wait take its lock.
class wait_graph {
 public:
  static wait_graph& get() {
    static wait_graph& graph = *new wait_graph;
    return graph;
  }

  /// Notes that `call` waits for `target`, unless `target` waits for `call`: then it says so by false, and nothing is noted.
  bool wait(waiting_call& call, flight_links& target) {
    std::lock_guard const lock(mutex_);
    if (depends_on(target, call)) return false;
    call.target = &target;
    call.next = std::exchange(target.waiting, &call);
    return true;
  }

  /// `call` waits no more.
  void leave(waiting_call& call) {
    std::lock_guard const lock(mutex_);
    if (call.target == nullptr) return;
    waiting_call** at = &call.target->waiting;
    while (*at != &call) at = &(*at)->next;
    *at = call.next;
    call.target = nullptr;
  }

  /// `flight` is done; nobody waits for it any more.
  void done(flight_links& flight) {
    std::lock_guard const lock(mutex_);
    for (waiting_call* call = std::exchange(flight.waiting, nullptr); call != nullptr; call = call->next)
      call->target = nullptr;
  }

 private:
  /// Whether `target` cannot go on before `call` does: goes from the call to all that are held up by it.
  bool depends_on(flight_links& target, waiting_call const& call) {
    ++round_;
    flight_links* pending = nullptr;
    auto const held_up = [&](flight_links* flight) {
      if (flight == nullptr || flight->visited == round_) return;
      flight->visited = round_;
      flight->to_visit = std::exchange(pending, flight);
    };
    held_up(call.parent);
    held_up(call.below);
    while (pending != nullptr) {
      flight_links* const flight = std::exchange(pending, pending->to_visit);
      if (flight == &target) return true;
      held_up(flight->parent);
      held_up(flight->below);
      for (waiting_call* other = flight->waiting; other != nullptr; other = other->next) {
        held_up(other->parent);
        held_up(other->below);
      }
    }
    return false;
  }

  std::mutex mutex_;
  std::uint64_t round_ = 0;
};

/// Where those who wait get a result, or an exception. Made by the first of them.
template <class Value> class mailbox {
 public:
  /// By the one who computed, once. A result that cannot be copied makes those who wait compute by themselves.
  void deliver(Value const* value, std::exception_ptr error) noexcept {
    {
      std::lock_guard const lock(mutex_);
      try {
        if (value != nullptr) value_.emplace(*value);
      } catch (...) {}
      error_ = std::move(error);
      arrived_.store(true, std::memory_order_release);
    }
    bell_.notify_all();
  }

  /// Waits at most so long; whether something has arrived.
  bool wait_for(std::chrono::microseconds limit) {
    for (int spin = 0; spin < 200; ++spin)
      if (arrived()) return true;
    std::unique_lock lock(mutex_);
    return bell_.wait_for(lock, limit, [&] { return arrived(); });
  }

  // What has arrived. Neither: the result could not be copied.
  std::optional<Value> const& value() const noexcept { return value_; }
  std::exception_ptr const& error() const noexcept { return error_; }

 private:
  bool arrived() const noexcept { return arrived_.load(std::memory_order_acquire); }

  std::mutex mutex_;
  std::condition_variable bell_;
  std::atomic<bool> arrived_ = false;
  std::optional<Value> value_;
  std::exception_ptr error_;
};

/// How long a call waits before it asks who waits for whom. Most waits of a deep recursion in tasks are shorter, and the answer
/// takes as long as the recursion is deep. Who has not asked is not known to wait; the last one to ask still sees every cycle.
inline constexpr std::chrono::microseconds wait_without_question{200};

/// How long a call waits before it computes by itself, for fear that nobody else ever will.
///
/// Where it is known for whom a call is made, and for whom all that it holds up, only a thread that the function made itself
/// could wait for ever: a minute in which the whole process was idle. Elsewhere, in tasks that were given to oneTBB directly
/// and in jobs: an idle second, or ten seconds of any kind; one second in what is itself computed because a wait was in vain.
class patience {
 public:
  /// The length of a round. Only tests change it.
  static inline constinit std::atomic<int> round_milliseconds = 1000;

  explicit patience(bool certain, bool in_vain = false) noexcept : certain_(certain), most_rounds_(in_vain ? 1 : 10) {}

  /// Waits for one round.
  template <class Value> bool wait(mailbox<Value>& mail) {
    std::chrono::milliseconds const round(round_milliseconds.load(std::memory_order_relaxed));
    double const busy_before = processor_seconds();
    if (mail.wait_for(round)) return true;
    ++rounds_;
    bool const idle = processor_seconds() - busy_before < 0.05 * std::chrono::duration<double>(round).count();
    idle_rounds_ = idle ? idle_rounds_ + 1 : 0;
    return false;
  }
  bool exhausted() const noexcept { return certain_ ? idle_rounds_ >= 60 : idle_rounds_ >= 1 || rounds_ >= most_rounds_; }

 private:
  static double processor_seconds() noexcept {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;  // of all threads
  }
  bool certain_;
  int most_rounds_, rounds_ = 0, idle_rounds_ = 0;
};

/// A computation on its way: the key, and who waits.
template <class Key, class Value> struct flight : flight_links {
  flight(std::uint64_t hash_of_key, Key&& owned) : hash(hash_of_key), key(std::move(owned)) {}

  std::uint64_t hash;
  Key key;
  flight* next = nullptr;                // in the table
  std::shared_ptr<mailbox<Value>> mail;  // under the lock of the shard
  bool outdated = false;                 // the cache was cleared, or the key forgotten: not to be kept
};

/// The flights of one shard, under its lock. Deep recursion has many.
template <class Key, class Value> class flight_table {
 public:
  using flight_type = flight<Key, Value>;

  /// The flight with this key, one that is not outdated before those that are; or null.
  template <class View> flight_type* find(std::uint64_t hash, View const& view) const {
    flight_type* outdated = nullptr;
    for (flight_type* f = bucket(hash); f != nullptr; f = f->next)
      if (f->hash == hash && key_same(f->key, view)) {
        if (!f->outdated) return f;
        outdated = f;
      }
    return outdated;
  }

  void add(flight_type& f) noexcept {
    if (count_ >= buckets_.size()) grow();
    push(f);
    ++count_;
  }

  void remove(flight_type& f) noexcept {
    flight_type** at = &bucket(f.hash);
    while (*at != &f) at = &(*at)->next;
    *at = f.next;
    --count_;
  }

  void outdate_all() noexcept {
    for (flight_type* f : buckets_)
      for (; f != nullptr; f = f->next) f->outdated = true;
    for (flight_type* f = first_; f != nullptr; f = f->next) f->outdated = true;
  }

 private:
  flight_type*& bucket(std::uint64_t hash) noexcept {
    return buckets_.empty() ? first_ : buckets_[hash >> 32 & (buckets_.size() - 1)];
  }
  flight_type* bucket(std::uint64_t hash) const noexcept { return const_cast<flight_table*>(this)->bucket(hash); }

  void push(flight_type& f) noexcept { f.next = std::exchange(bucket(f.hash), &f); }

  void grow() noexcept {
    std::vector<flight_type*> more;
    try {
      more.resize(buckets_.empty() ? 8 : 2 * buckets_.size());
    } catch (std::bad_alloc const&) {
      return;  // longer chains do as well
    }
    more.swap(buckets_);
    for (flight_type* f : more)
      while (f != nullptr) push(*std::exchange(f, f->next));
    while (first_ != nullptr) push(*std::exchange(first_, first_->next));
  }

  std::vector<flight_type*> buckets_;
  flight_type* first_ = nullptr;  // the only bucket in the beginning
  std::size_t count_ = 0;
};

}  // namespace tandem::detail
