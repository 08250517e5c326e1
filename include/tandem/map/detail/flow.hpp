// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The pattern of imap: a window of items that moves over the input. The consumer pulls items in and takes results out; it and
/// helpers run what lies between.
///
/// Helpers are tasks that come when there are items and leave when there are none, so that nobody is kept waiting for a
/// consumer. Where items prove so cheap that handing them over would cost more, the consumer runs them itself, one by one.

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <tandem/backend/tasks.hpp>
#include <tandem/core/options.hpp>
#include <tandem/core/zip.hpp>
#include <tandem/map/detail/call.hpp>
#include <tandem/map/detail/items.hpp>
#include <tandem/map/detail/run.hpp>

namespace tandem::detail {

/// A range, borrowed or owned, whose items are kept one after the other.
template <class Range, class Kept = Range> class feed {
 public:
  using item = kept_item<Range>;

  template <class Given> feed(std::string_view, Given&& given) : range_(std::forward<Given>(given)) {}

  std::optional<std::size_t> size() {
    if constexpr (std::ranges::sized_range<Range>) return static_cast<std::size_t>(std::ranges::size(range_));
    else return std::nullopt;
  }

  /// Keeps the next item; false at the end. Nothing is read before it is asked for.
  bool pull(std::optional<item>& to) {
    if (!at_) at_.emplace(std::ranges::begin(range_));
    else ++*at_;
    if (*at_ == std::ranges::end(range_)) return false;
    to.emplace(keep_item<Range>(*at_));
    return true;
  }

  /// Whether nothing would follow; of a range that can be walked only once nobody knows.
  bool at_end() {
    if constexpr (std::ranges::forward_range<Range>)
      return (at_ ? std::ranges::next(*at_) : std::ranges::begin(range_)) == std::ranges::end(range_);
    else return false;
  }

  decltype(auto) operator()(item& kept) const { return give<Range>(kept); }
  decltype(auto) again(item& kept) const { return give_again<Range>(kept); }

 private:
  Kept range_;
  std::optional<std::ranges::iterator_t<Range>> at_;
};

/// A zip, whose items are kept by their number.
template <class Zip> class zip_feed {
 public:
  using item = std::size_t;

  template <class Given> zip_feed(std::string_view function, Given&& given)
      : zip_(std::forward<Given>(given)), items_(open_items(function, zip_)) {}

  std::optional<std::size_t> size() const noexcept { return items_.size(); }
  bool pull(std::optional<item>& to) {
    if (next_ == items_.size()) return false;
    to = next_++;
    return true;
  }
  bool at_end() const noexcept { return next_ == items_.size(); }
  auto operator()(item& kept) const { return items_[kept]; }
  auto again(item& kept) const { return items_[kept]; }

 private:
  Zip zip_;
  decltype(open_items({}, std::declval<Zip&>())) items_;
  std::size_t next_ = 0;
};

template <class Input> struct feed_for {
  using type = feed<std::remove_reference_t<Input>, Input>;
};
// Who is given an initializer list keeps nothing by it.
template <class Input> requires is_initializer_list<std::remove_cvref_t<Input>>
struct feed_for<Input> {
  using list = std::vector<std::ranges::range_value_t<Input>>;
  using type = feed<list>;
};
template <class Input> requires is_zipped<std::remove_cvref_t<Input>>
struct feed_for<Input> {
  using type = zip_feed<std::remove_cvref_t<Input>>;
};

/// Results in the order in which they come, with their place.
template <class R> struct indexed {
  std::size_t index;
  R value;
};

template <class Feed, class Call, class F, bool Ordered> class flow
    : public std::enable_shared_from_this<flow<Feed, Call, F, Ordered>> {
  using Item = typename Feed::item;
  using R = call_result<Call, F, decltype(std::declval<Feed const&>()(std::declval<Item&>()))>;
  using stored = std::conditional_t<std::is_void_v<R>, std::monostate, R>;
  using clock = std::chrono::steady_clock;

 public:
  using value_type = std::conditional_t<Ordered, stored, indexed<stored>>;

  template <class Policy, class Input, class Callable>
  flow(std::string_view function, Policy const& policy, Input&& input, Callable&& f, std::optional<std::size_t> window)
      : function_(function), chosen_(policy.options() == nullptr ? options() : *policy.options()),
        jobs_(map_call_of(function, policy).jobs), window_(window ? *window : 2 * (std::min)(jobs_, unbounded / 4)),
        feed_(std::in_place, function, std::forward<Input>(input)), f_(std::in_place, std::forward<Callable>(f)),
        size_(feed_->size()), interruption_(&chosen_), net_(std::in_place, function, chosen_.on_error, 0),
        consumer_(std::in_place, 0, this, &asks), meter_(&chosen_, size_.value_or(0)) {
    std::fegetenv(&floating_point_);
    if (backend::cost_memory const* const memory = memory_of<F>())
      if (double const known = memory->nanoseconds(); known >= 0) cost_ = known;
    if (backend::reports_wanted()) report_.emplace(function, &chosen_, jobs_);
  }

  /// Makes the next result the current one; false at the end. Throws what the item threw whose turn it is.
  bool advance() {
    std::size_t pulled = 0;
    std::unique_lock lock(mutex_);
    // What helpers do from now on, the jobs wait for that this thread works for.
    if (auto jobs = backend::lineage::jobs(); jobs != *waiters_)
      waiters_ = std::make_shared<std::vector<backend::lineage::id> const>(std::move(jobs));
    if (current_ != nullptr) recycle(std::exchange(current_, nullptr));
    for (;;) {
      if (!interrupted_ && interruption_.came()) {
        ended_ = interrupted_ = true;
        waiting_.clear();
      }
      bool const ready = Ordered ? !order_.empty() && order_.front()->done : !finished_.empty();
      bool const room = !ended_ && used_ < (alone() ? 1 : window_ < unbounded ? window_ + 1 : unbounded);
      if (ready && (!room || pulled >= 2)) {
        entry* const next = take_finished();
        if (next->error) fail_at(*next, lock);
        if (!next->value) {  // it threw, and that is collected
          recycle(next);
          continue;
        }
        current_ = next;
        return true;
      }
      if (room) {
        pull(lock);
        ++pulled;
      } else if (!waiting_.empty()) {
        run_next(lock, *consumer_);
      } else if (running_ > 0) {
        bell_.wait(lock,
                   [&] { return (Ordered ? !order_.empty() && order_.front()->done : !finished_.empty()) || running_ == 0; });
      } else if (!ready) {
        lock.unlock();
        finish();
        return false;
      }
    }
  }

  value_type& current() noexcept { return *current_->value; }

  /// Stops, waits for what runs, and lets go of the input and the callable.
  void close() noexcept {
    std::size_t withdrawn = 0;
    for (backend::offer& each : offers_) withdrawn += each.withdraw();
    {
      std::unique_lock lock(mutex_);
      closed_ = true;
      helpers_ -= withdrawn;
      limit_.store(0, std::memory_order_relaxed);
      waiting_.clear();
      work_bell_.notify_all();
      bell_.wait(lock, [&] { return helpers_ == 0; });
    }
    threads_.clear();
    consumer_.reset();  // and with it what items kept
    if (report_ && !std::exchange(reported_, true)) report_->print();
    if (backend::cost_memory* const memory = memory_of<F>(); memory != nullptr && cost_ >= 0) memory->learn(cost_);
    // Not by a thread that has helped and may be the last to hold this.
    entries_.clear();
    error_ = nullptr;
    net_.reset();
    chosen_.on_error = {};
    f_.reset();
    feed_.reset();
  }

 private:
  static constexpr std::size_t unbounded = (std::numeric_limits<std::size_t>::max)();
  static constexpr double nanoseconds_worth_a_hand_over = 2000;

  /// An item on its way from the input to the consumer.
  struct entry {
    std::size_t index = 0;
    bool done = false;
    std::optional<Item> item;
    std::optional<value_type> value;
    std::exception_ptr error;
  };

  static bool asks(void const* self, std::size_t item) {
    flow const& here = *static_cast<flow const*>(self);
    return item >= here.limit_.load(std::memory_order_relaxed) || here.interruption_.came();
  }

  /// Whether the consumer is to do all by itself.
  bool alone() const noexcept {
    return jobs_ <= 1 || window_ == 0 || (!chosen_.blocking && cost_ >= 0 && cost_ < nanoseconds_worth_a_hand_over);
  }

  entry* take_finished() {
    auto& from = [&]() -> auto& {
      if constexpr (Ordered) return order_;
      else return finished_;
    }();
    entry* const next = from.front();
    from.pop_front();
    return next;
  }

  void recycle(entry* used) {
    used->value.reset();
    used->item.reset();
    used->done = false;
    free_.push_back(used);
    --used_;
  }

  // The item whose turn it is threw: nothing above it is wanted.
  [[noreturn, gnu::cold]] void fail_at(entry& failed, std::unique_lock<std::mutex>& lock) {
    std::exception_ptr const error = failed.error;
    finished_once_ = true;
    order_.clear();
    lock.unlock();
    net_->count(pulled_);
    net_->finish(error);
    std::rethrow_exception(error);
  }

  // By the consumer: the next item of the input, read without holding anybody up.
  void pull(std::unique_lock<std::mutex>& lock) {
    if (free_.empty()) {
      entries_.emplace_back();
      free_.push_back(&entries_.back());
    }
    entry* const next = free_.back();
    free_.pop_back();
    ++used_;
    next->index = pulled_;
    next->error = nullptr;
    lock.unlock();
    bool there = false;
    try {
      there = feed_->pull(next->item);
    } catch (...) {
      next->error = std::current_exception();
    }
    lock.lock();
    if (there) {
      ++pulled_;
      if (ended_) return recycle(next);  // an item before it threw meanwhile
      waiting_.push_back(next);
      if constexpr (Ordered) order_.push_back(next);
      if (!alone()) call_helper();
      return;
    }
    ended_ = true;
    work_bell_.notify_all();
    if (next->error) {  // the input's turn to throw comes after all items before
      next->done = true;
      note_error(*next);
      if constexpr (Ordered) order_.push_back(next);
    } else {
      exhausted_ = true;
      recycle(next);
    }
  }

  void note_error(entry const& failed) {
    if (failed.index >= limit_.load(std::memory_order_relaxed)) return;
    limit_.store(failed.index, std::memory_order_relaxed);
    error_ = failed.error;
  }

  /// Runs the first item that waits. Under the lock before and after, not meanwhile.
  void run_next(std::unique_lock<std::mutex>& lock, backend::worker& who) {
    entry& next = *waiting_.front();
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    auto const begun = clock::now();
    run(next, who);
    auto const ended = clock::now();
    done_.fetch_add(1, std::memory_order_relaxed);
    if (meter_) meter_.tick(done_);
    if (report_) report_->add(who.slot(), next.index, next.index + 1, begun, ended);
    double const spent = std::chrono::duration<double, std::nano>(ended - begun).count();
    lock.lock();
    // One slow item is enough to share the next ones; a few quick ones show that it was an accident.
    double const shown = (std::min)(spent, 16 * nanoseconds_worth_a_hand_over);
    cost_ = cost_ < 0 ? shown : cost_ + (shown - cost_) / (shown > cost_ ? 4 : 8);
    --running_;
    next.done = true;
    if (next.error) {
      note_error(next);
      ended_ = true;
      waiting_.clear();
      work_bell_.notify_all();
    }
    if constexpr (!Ordered)
      if (!next.error) finished_.push_back(&next);
    if (!Ordered || (!order_.empty() && &next == order_.front()) || running_ == 0) bell_.notify_all();
  }

  void run(entry& next, backend::worker& who) noexcept {
    auto const make = [&]() -> decltype(auto) {
      context c(who, next.index);
      return Call::run(*f_, (*feed_)(*next.item), c);
    };
    auto const make_again = [&]() -> R {
      context c(who, next.index);
      return Call::run(*f_, feed_->again(*next.item), c);
    };
    auto const put = [&](auto const& value) {
      if constexpr (std::is_void_v<R>) {
        value();
        keep(next, std::monostate());
      } else {
        keep(next, value());
      }
    };
    try {
      if (net_->repeats()) net_->run(next.index, who, put, make_again);
      else net_->run(next.index, who, put, make);
      if constexpr (std::is_void_v<R>)
        if (!next.value && chosen_.on_error.what() == error_policy::kind::substituting) keep(next, std::monostate());
      next.item.reset();
    } catch (...) {
      next.value.reset();
      next.error = std::current_exception();
    }
  }

  template <class Value> static void keep(entry& next, Value&& value) {
    if constexpr (Ordered) next.value.emplace(std::forward<Value>(value));
    else next.value.emplace(value_type{next.index, std::forward<Value>(value)});
  }

  // One more helper if there are items that nobody comes for.
  void call_helper() {
    if (helpers_ + 1 >= jobs_) {
      if (chosen_.blocking) work_bell_.notify_one();
      return;
    }
    if (chosen_.blocking) {
      if (idle_ >= waiting_.size()) return work_bell_.notify_one();
      try {
        ++helpers_;
        threads_.emplace_back([this] { serve(); });
      } catch (std::exception const&) {
        --helpers_;  // the system gives no more threads, or memory for them: those there are do the work
        work_bell_.notify_one();
      }
      return;
    }
    if (pending_ >= waiting_.size()) return;
    ++helpers_, ++pending_;
    try {
      if (offers_.size() >= jobs_ || offers_.capacity() == 0) {
        std::erase_if(offers_, [](backend::offer const& each) { return !each.is_open(); });
        offers_.reserve(2 * offers_.size() + 8);
      }
      offers_.push_back(backend::offer_work([self = this->shared_from_this()] {
        {
          std::lock_guard const guard(self->mutex_);
          --self->pending_;
        }
        self->serve();
      }));
    } catch (std::bad_alloc const&) {
      --helpers_, --pending_;
    }
  }

  // By a helper: runs items until none waits; a thread of its own stays until no more can come.
  void serve() {
    std::fenv_t here;
    std::fegetenv(&here);
    std::fesetenv(&floating_point_);
    {
      std::unique_lock lock(mutex_);
      auto const waiters = waiters_;
      backend::lineage const member(*waiters);
      if (!closed_) {
        std::size_t const slot = take_slot();
        {
          backend::worker who(slot, this, &asks);
          for (;;) {
            if (chosen_.blocking && waiting_.empty() && !closed_ && !ended_) {
              ++idle_;
              work_bell_.wait(lock, [&] { return !waiting_.empty() || closed_ || ended_; });
              --idle_;
            }
            if (closed_ || waiting_.empty() || interruption_.came()) break;
            run_next(lock, who);
          }
          lock.unlock();
        }  // what items kept here goes before the slot does
        lock.lock();
        free_slots_.push_back(slot);
      }
      --helpers_;
      bell_.notify_all();
    }
    std::fesetenv(&here);
  }

  std::size_t take_slot() {
    if (free_slots_.empty()) return ++last_slot_;
    std::size_t const slot = free_slots_.back();
    free_slots_.pop_back();
    return slot;
  }

  // All that was pulled has been delivered.
  void finish() {
    if (finished_once_) return;
    finished_once_ = true;
    net_->count(pulled_);
    net_->finish(error_);
    if (interrupted_ && (done_ < pulled_ || !(exhausted_ || pulled_ == size_ || feed_->at_end())))
      interruption_.raise(function_, std::to_string(done_) + " items were done");
    meter_.finish(done_);
  }

  std::string_view function_;
  options chosen_;
  std::size_t jobs_, window_;
  std::optional<Feed> feed_;
  std::optional<F> f_;
  std::optional<std::size_t> size_;
  backend::interruption interruption_;
  std::optional<rescue<R>> net_;
  std::shared_ptr<std::vector<backend::lineage::id> const> waiters_ =
      std::make_shared<std::vector<backend::lineage::id> const>();
  std::optional<backend::worker> consumer_;
  std::fenv_t floating_point_;

  std::mutex mutex_;
  std::condition_variable bell_, work_bell_;  // for the consumer; for helpers that wait
  std::deque<entry> entries_;
  std::vector<entry*> free_;
  std::deque<entry*> waiting_, order_, finished_;  // ascending and not begun; not delivered; unordered: to be delivered
  entry* current_ = nullptr;
  std::size_t used_ = 0, pulled_ = 0, running_ = 0;
  std::size_t helpers_ = 0, pending_ = 0, idle_ = 0, last_slot_ = 0;
  std::vector<std::size_t> free_slots_;
  double cost_ = -1;  // of an item, in nanoseconds
  bool ended_ = false, exhausted_ = false, interrupted_ = false, closed_ = false, finished_once_ = false, reported_ = false;
  std::exception_ptr error_;
  std::atomic<std::size_t> limit_ = unbounded;  // items from here on are not wanted
  std::atomic<std::size_t> done_ = 0;
  backend::progress_meter meter_;
  std::optional<backend::call_report> report_;
  std::vector<std::jthread> threads_;
  std::vector<backend::offer> offers_;  // by which tasks come to help
};

}  // namespace tandem::detail
