// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Arrays for cases: aligned or misaligned on purpose, in large pages where they are large, every page touched.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace bench {

/// `size` zeros, the first of them `offset` elements behind a 64-byte boundary.
///
/// From 4 MiB on the array asks for large pages: what is compared is variants, not how the system hands out pages. All
/// variants of a case, peers and limits too, work on the same arrays.
template <class T> class array {
 public:
  explicit array(std::size_t size, std::size_t offset = 0) : size_(size), offset_(offset) {
    std::size_t const bytes = (size + offset) * sizeof(T);
    bool const large = bytes >= (std::size_t{4} << 20);
    memory_ = memory(static_cast<T*>(::operator new(bytes + 1, alignment(large))), deleter{large});
#if defined(__linux__)
    if (large) ::madvise(memory_.get(), bytes, MADV_HUGEPAGE);  // a wish
#endif
    std::uninitialized_value_construct_n(memory_.get(), size + offset);
  }

  T* data() noexcept { return memory_.get() + offset_; }
  T const* data() const noexcept { return memory_.get() + offset_; }
  std::size_t size() const noexcept { return size_; }
  std::span<T> span() noexcept { return {data(), size_}; }
  std::span<T const> span() const noexcept { return {data(), size_}; }
  T& operator[](std::size_t i) noexcept { return data()[i]; }
  T const& operator[](std::size_t i) const noexcept { return data()[i]; }

 private:
  static constexpr std::align_val_t alignment(bool large) { return std::align_val_t{large ? std::size_t{2} << 20 : 64}; }

  struct deleter {
    bool large = false;
    void operator()(T* p) const { ::operator delete(p, alignment(large)); }
  };
  using memory = std::unique_ptr<T[], deleter>;

  std::size_t size_, offset_;
  memory memory_;
};

/// Fills with numbers from [lo, hi), the same on every machine.
template <class T> void fill_random(std::span<T> out, T lo, T hi, std::uint64_t seed = 1) {
  std::uint64_t state = seed * 0x9e3779b97f4a7c15u;
  for (T& value : out) {
    state = state * 6364136223846793005u + 1442695040888963407u;  // Knuth's MMIX
    constexpr int bits = std::numeric_limits<T>::digits;          // all that the type has
    value = lo + (hi - lo) * (static_cast<T>(state >> (64 - bits)) / static_cast<T>(std::uint64_t{1} << bits));
  }
}

}  // namespace bench
