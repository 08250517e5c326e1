// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The storage of `matrix`: a zeroed array that can be megabytes large.
///
/// Large arrays of numbers come straight from the kernel: their pages are zero already, so that nothing is written before
/// the threads that will fill them first touch them, and they are asked for in large pages.

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <tandem/core/detail/large_pages.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#endif

// Under the address sanitizer all memory comes from the heap, which it watches.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TANDEM_WATCHED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define TANDEM_WATCHED 1
#endif
namespace tandem::detail {

/// Arrays start at a cache line, so that aligned loads and stores of any vector are possible.
inline constexpr std::size_t array_alignment = 64;

/// Owns `size` value-initialised elements; throws `std::bad_alloc`. Strong guarantee when an element's constructor throws.
template <class T> class zeroed_buffer {
 public:
  zeroed_buffer() noexcept = default;

  explicit zeroed_buffer(std::size_t size) : size_(size) {
    if (size == 0) return;
#if defined(__linux__) && !defined(TANDEM_WATCHED)
    // All bits zero is the value-initialised state of numbers and addresses only.
    if ((std::is_arithmetic_v<T> || std::is_pointer_v<T>) && bytes() >= large_array_bytes) {  // below, the heap is faster
      data_ = static_cast<T*>(map(bytes()));
      mapped_ = true;
      return;
    }
#endif
    void* const memory = ::operator new(bytes(), alignment());
    try {
      std::uninitialized_value_construct_n(static_cast<T*>(memory), size);
    } catch (...) {
      ::operator delete(memory, alignment());
      throw;
    }
    data_ = static_cast<T*>(memory);
  }

  zeroed_buffer(zeroed_buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)), mapped_(other.mapped_) {}
  zeroed_buffer& operator=(zeroed_buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(mapped_, other.mapped_);
    return *this;
  }

  ~zeroed_buffer() {
    if (data_ == nullptr) return;
#if defined(__linux__)
    if (mapped_) {
      ::munmap(data_, whole_pages(bytes()));
      return;
    }
#endif
    std::destroy_n(data_, size_);
    ::operator delete(data_, alignment());
  }

  T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::align_val_t alignment() {
    return std::align_val_t{alignof(T) > array_alignment ? alignof(T) : array_alignment};
  }

  std::size_t bytes() const noexcept { return size_ * sizeof(T); }

#if defined(__linux__)
  // In large pages to the very end: a last one that is cut short would be served by hundreds of small ones.
  static constexpr std::size_t whole_pages(std::size_t wanted) { return (wanted + large_page - 1) / large_page * large_page; }

  // Maps up to one large page more than wanted and returns what lies before and behind the aligned part.
  static void* map(std::size_t wanted) {
    std::size_t const whole = whole_pages(wanted);
    void* const start = ::mmap(nullptr, whole + large_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) throw std::bad_alloc();
    char* const first = static_cast<char*>(start);
    std::size_t const before = (large_page - reinterpret_cast<std::size_t>(first) % large_page) % large_page;
    if (before != 0) ::munmap(first, before);
    if (large_page - before != 0) ::munmap(first + before + whole, large_page - before);
    prefer_large_pages(first + before, whole);
    return first + before;
  }
#endif

  T* data_ = nullptr;
  std::size_t size_ = 0;
  bool mapped_ = false;  // kept here: another object of the program may be built with the sanitizer
};

}  // namespace tandem::detail
