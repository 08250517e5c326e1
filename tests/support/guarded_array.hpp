// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Arrays whose neighbours cannot be touched: a read or write beside them ends the test program.

#include <cstddef>
#include <new>
#include <span>

#include <sys/mman.h>
#include <unistd.h>

namespace kernel_test {

/// Room for `capacity` elements between two pages that can be neither read nor written.
template <class T> class guarded_array {
 public:
  explicit guarded_array(std::size_t capacity) : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
    room_ = (capacity * sizeof(T) + page_ - 1) / page_ * page_;
    void* const start = ::mmap(nullptr, room_ + 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) throw std::bad_alloc();
    start_ = static_cast<char*>(start);
    if (::mprotect(start_, page_, PROT_NONE) != 0 || ::mprotect(start_ + page_ + room_, page_, PROT_NONE) != 0)
      throw std::bad_alloc();
  }
  guarded_array(guarded_array const&) = delete;
  ~guarded_array() { ::munmap(start_, room_ + 2 * page_); }

  /// `n` elements, the first of which follows the untouchable page.
  std::span<T> first(std::size_t n) const { return {reinterpret_cast<T*>(start_ + page_), n}; }
  /// `n` elements, the last of which precedes the untouchable page.
  std::span<T> last(std::size_t n) const { return {reinterpret_cast<T*>(start_ + page_ + room_) - n, n}; }

 private:
  std::size_t page_, room_ = 0;
  char* start_ = nullptr;
};

}  // namespace kernel_test
