// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Reading, copying and filling as fast as registers allow: what memory limits are measured with, by the ladder of the
/// machine and by the problems' own `limit_*` variants.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include <tandem/backend/simd.hpp>

#include "../support/suite.hpp"
#include "../support/team.hpp"

namespace bench::limits {

using bytes_register = xsimd::batch<std::uint64_t>;
inline constexpr std::size_t register_bytes = sizeof(std::uint64_t) * bytes_register::size;
inline constexpr std::size_t block_bytes = 8 * register_bytes;

enum class store { cached, streaming };

inline bytes_register load(std::byte const* from) {
  return bytes_register::load_unaligned(reinterpret_cast<std::uint64_t const*>(from));
}

/// Registers of half the size: beyond the second cache loops that use them are the faster ones on some processors with
/// AVX-512 (Cascade Lake: 15 ms instead of 20 to 22 for 10^7 doubles), because prefetching keeps ahead of them.
inline constexpr std::size_t beyond_caches = std::size_t{1} << 20;

inline void copy_with_small_registers(std::byte const* from, std::byte* to, std::size_t n) {
  using small [[gnu::vector_size(32), gnu::aligned(1), gnu::may_alias]] = std::uint64_t;
  std::size_t i = 0;
  for (; i + sizeof(small) <= n; i += sizeof(small))
    *reinterpret_cast<small*>(to + i) = *reinterpret_cast<small const*>(from + i);
  std::memcpy(to + i, from + i, n - i);
}

/// Copies any number of bytes between any addresses; streaming stores begin at the first aligned address.
template <store Mode> void copy(std::byte const* from, std::byte* to, std::size_t n) {
  if (Mode == store::cached && n >= beyond_caches) {
    copy_with_small_registers(from, to, n);
    return;
  }
  std::size_t const lead = (register_bytes - reinterpret_cast<std::uintptr_t>(to) % register_bytes) % register_bytes;
  if (n < lead + block_bytes) {
    std::memcpy(to, from, n);
    return;
  }
  std::memcpy(to, from, lead);
  std::size_t i = lead;
  for (; i + block_bytes <= n; i += block_bytes)
    for (std::size_t k = 0; k < 8; ++k) {
      bytes_register const value = load(from + i + k * register_bytes);
      auto* const target = reinterpret_cast<std::uint64_t*>(to + i + k * register_bytes);
      if constexpr (Mode == store::streaming) tandem::backend::store_streaming(target, value);
      else value.store_aligned(target);
    }
  if constexpr (Mode == store::streaming) tandem::backend::streaming_fence();
  std::memcpy(to + i, from + i, n - i);
}

/// Fills whole blocks at an aligned address.
inline void fill(std::byte* to, std::size_t n) {
  bytes_register const value(std::uint64_t{0x0101010101010101});
  for (std::size_t i = 0; i + block_bytes <= n; i += block_bytes)
    for (std::size_t k = 0; k < 8; ++k) value.store_aligned(reinterpret_cast<std::uint64_t*>(to + i + k * register_bytes));
}

/// Reads whole blocks; returns a number that depends on every byte.
inline std::uint64_t read(std::byte const* from, std::size_t n) {
  bytes_register sums[8] = {};
  for (std::size_t k = 0; k < 8; ++k) sums[k] = bytes_register(std::uint64_t{0});
  for (std::size_t i = 0; i + block_bytes <= n; i += block_bytes)
    for (std::size_t k = 0; k < 8; ++k) sums[k] = sums[k] ^ load(from + i + k * register_bytes);
  bytes_register sum = sums[0];
  for (std::size_t k = 1; k < 8; ++k) sum = sum ^ sums[k];
  alignas(register_bytes) std::uint64_t parts[bytes_register::size];
  sum.store_aligned(parts);
  std::uint64_t result = 0;
  for (std::uint64_t const part : parts) result ^= part;
  return result;
}

/// A call that copies `n` elements by `count` threads, which live as long as it does: a `limit_*` variant.
template <store Mode, class T> std::function<void()> copy_call(T const* from, T* to, std::size_t n, threads count) {
  auto const* const source = reinterpret_cast<std::byte const*>(from);
  auto* const target = reinterpret_cast<std::byte*>(to);
  std::size_t const size = n * sizeof(T);
  if (count == threads::one) return [=] { copy<Mode>(source, target, size); };
  auto const crew = std::make_shared<team>(jobs());
  std::function<void(std::size_t)> const part = [=, members = crew.get()](std::size_t i) {
    auto const [begin, end] = members->part(size, i, 4096);
    copy<Mode>(source + begin, target + begin, end - begin);
  };
  return [crew, part] { crew->run(part); };
}

/// A call that reads arrays of `n` elements each by `count` threads: a `limit_*` variant for problems that write little.
template <class T> std::function<void()> read_call(std::vector<T const*> const& arrays, std::size_t n, threads count) {
  std::size_t const size = n * sizeof(T);
  auto const read_part = [arrays](std::size_t begin, std::size_t end) {
    for (T const* const from : arrays) {
      std::uint64_t const value = read(reinterpret_cast<std::byte const*>(from) + begin, end - begin);
      asm volatile("" : : "r"(value) : "memory");
    }
  };
  if (count == threads::one) return [=] { read_part(0, size); };
  auto const crew = std::make_shared<team>(jobs());
  std::function<void(std::size_t)> const part = [=, members = crew.get()](std::size_t i) {
    auto const [begin, end] = members->part(size, i, 4096);
    read_part(begin, end);
  };
  return [crew, part] { crew->run(part); };
}

}  // namespace bench::limits
