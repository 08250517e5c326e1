// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Keys: what of a call's arguments is kept, and when two are the same.
///
/// A key owns what it is made of: strings and spans are looked up as they are and copied when a result is kept, references and
/// views within pairs, tuples, optionals and containers too. Two keys are the same when their bits are: 0.0 and -0.0 differ,
/// since 1 / x does, and a NaN is the same as any other. By their parts are compared `std::pair`, `tuple`, `optional`, `variant`,
/// `array`, `vector`, `span`, `deque`, `list`, `set`, `map` and their multi-kinds; the unordered containers are no keys. Other
/// types are compared by their `==` and `std::hash`, or, where they have `==` but no hash and are nothing but bytes without
/// padding, by these. That a type has `==` says that its author means the value: one that holds a pointer and compares it is
/// taken at its word. Smart pointers, iterators, `std::initializer_list` and `tandem::matrix_view` are refused.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <tandem/memoize/detail/key_kind.hpp>
#include <tandem/memoize/options.hpp>

namespace tandem::detail {

// ---- hashing. A 64 x 64 -> 128 bit product, folded, mixes all bits of both (the construction of wyhash and rapidhash).
// Only the upper half of a hash need be good.

inline std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  wide const product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline constexpr std::uint64_t first_secret = 0x2d358dccaa6c78a5, second_secret = 0x8bb84b93962eacc9;

/// Fibonacci hashing (Knuth): keys that count up, as parameters do, are spread evenly instead of by chance. The upper half is
/// what tables use; it depends on all bits.
inline std::uint64_t hash_word(std::uint64_t word) noexcept { return word * 0x9e3779b97f4a7c15; }
inline std::uint64_t hash_next(std::uint64_t so_far, std::uint64_t word) noexcept {
  return fold_product(so_far ^ first_secret, word ^ second_secret);
}

inline std::uint64_t load_bytes(std::byte const* from, std::size_t n) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, n);
  return word;
}

inline std::uint64_t hash_bytes(void const* data, std::size_t n) noexcept {
  auto const* at = static_cast<std::byte const*>(data);
  std::uint64_t hash = n * second_secret;
  for (; n > 16; n -= 16, at += 16) hash = fold_product(load_bytes(at, 8) ^ first_secret, load_bytes(at + 8, 8) ^ hash);
  // What is left is read as two words that overlap.
  std::uint64_t a = 0, b = 0;
  if (n >= 8) a = load_bytes(at, 8), b = load_bytes(at + n - 8, 8);
  else if (n >= 4) a = load_bytes(at, 4), b = load_bytes(at + n - 4, 4);
  else if (n > 0) a = load_bytes(at, 1) | load_bytes(at + n / 2, 1) << 8 | load_bytes(at + n - 1, 1) << 16;
  return fold_product(fold_product(a ^ second_secret, fold_product(b ^ second_secret, hash ^ first_secret)), first_secret);
}

// ---- bits

/// The bits of a floating-point number, the same for all NaN.
template <std::floating_point T> auto number_bits(T x) noexcept {
  if constexpr (sizeof(T) == 4) {
    auto const bits = std::bit_cast<std::uint32_t>(x);
    return (bits & 0x7fffffff) > 0x7f800000 ? std::uint32_t{0x7fc00000} : bits;
  } else if constexpr (sizeof(T) == 8) {
    auto const bits = std::bit_cast<std::uint64_t>(x);
    return (bits & 0x7fffffffffffffff) > 0x7ff0000000000000 ? std::uint64_t{0x7ff8000000000000} : bits;
  } else {
    // x87's 80 bits in a larger object, or 128: mantissa and exponent by themselves, without the padding.
    std::array<std::uint64_t, 2> bits{};
    if (__builtin_isnan(x)) return std::array<std::uint64_t, 2>{1, 0x7fff};
    std::memcpy(bits.data(), &x, std::numeric_limits<T>::digits == 64 ? 10 : sizeof(T));
    return bits;
  }
}

template <class T> std::uint64_t key_hash(T const& x);
template <class A, class B> bool key_same(A const& a, B const& b);

template <class T> std::uint64_t hash_elements(T const* from, std::size_t n) {
  if constexpr (word_like<T>) return hash_bytes(from, n * sizeof(T));
  else {
    std::uint64_t hash = n;
    for (std::size_t i = 0; i < n; ++i) hash = hash_next(hash, key_hash(from[i]));
    return hash;
  }
}

template <class T> std::uint64_t key_hash(T const& x) {
  if constexpr (word_like<T>) {
    if constexpr (sizeof(T) <= 8) return hash_word(static_cast<std::uint64_t>(x));
    else return hash_bytes(&x, sizeof x);
  } else if constexpr (std::is_floating_point_v<T>) {
    auto const bits = number_bits(x);
    if constexpr (std::integral<decltype(bits)>) return hash_word(bits);
    else return hash_next(hash_word(bits[0]), bits[1]);
  } else if constexpr (is_complex<T>) return hash_next(key_hash(x.real()), key_hash(x.imag()));
  else if constexpr (string_like<T>) return hash_bytes(x.data(), x.size() * sizeof(typename T::value_type));
  else if constexpr (sequence<T>) return hash_elements(x.data(), x.size());
  else if constexpr (is_optional<T>) return x ? hash_next(1, key_hash(*x)) : hash_word(0);
  else if constexpr (is_variant<T>) {
    if (x.valueless_by_exception()) return hash_word(0);
    return std::visit([&](auto const& held) { return hash_next(x.index() + 1, key_hash(held)); }, x);
  } else if constexpr (walked_container<T>) {
    std::uint64_t hash = x.size();
    for (auto const& element : x) hash = hash_next(hash, key_hash(element));
    return hash;
  } else if constexpr (is_tuple<T>)
    return std::apply(
        [](auto const&... parts) {
          std::uint64_t hash = sizeof...(parts);
          ((hash = hash_next(hash, key_hash(parts))), ...);
          return hash;
        },
        x);
  else if constexpr (hashes_itself<T>)
    return fold_product(static_cast<std::uint64_t>(std::hash<T>()(x)) ^ first_secret, second_secret);
  else return hash_bytes(&x, sizeof x);
}

/// Whether two keys are the same; a string may be compared with a view, a vector with a span.
template <class A, class B> bool key_same(A const& a, B const& b) {
  if constexpr (word_like<A>) return a == b;
  else if constexpr (std::is_floating_point_v<A>) return number_bits(a) == number_bits(b);
  else if constexpr (is_complex<A>) return key_same(a.real(), b.real()) && key_same(a.imag(), b.imag());
  else if constexpr (string_like<A>)
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(typename A::value_type)) == 0);
  else if constexpr (sequence<A> && sequence<B>) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!key_same(a.data()[i], b.data()[i])) return false;
    return true;
  } else if constexpr (walked_container<B>) {
    if (a.size() != b.size()) return false;
    auto at = a.begin();
    for (auto const& element : b)
      if (!key_same(*at++, element)) return false;
    return true;
  } else if constexpr (is_optional<A>) return a.has_value() == b.has_value() && (!a || key_same(*a, *b));
  else if constexpr (is_variant<A>)
    return a.index() == b.index() && [&]<std::size_t... index>(std::index_sequence<index...>) {
      return ((a.index() != index || key_same(*std::get_if<index>(&a), *std::get_if<index>(&b))) && ...);
    }(std::make_index_sequence<std::variant_size_v<A>>());
  else if constexpr (is_tuple<A>)
    return [&]<std::size_t... index>(std::index_sequence<index...>) {
      return (key_same(std::get<index>(a), std::get<index>(b)) && ...);
    }(std::make_index_sequence<std::tuple_size_v<A>>());
  else if constexpr (hashes_itself<A>) return a == b;
  else return std::memcmp(&a, &b, sizeof a) == 0;
}

// ---- from parameters to keys

/// What is kept of a T: references and views, wherever they are in it, become what they refer to.
template <class T> struct owned_key {
  using type = T;
};
template <class T> using owned_key_t = typename owned_key<std::remove_cvref_t<T>>::type;

/// Elements that are kept; bools as bytes, since those of a `std::vector<bool>` have no addresses.
template <class T> using owned_elements = std::vector<std::conditional_t<std::same_as<T, bool>, unsigned char, owned_key_t<T>>>;

template <class C, class T> struct owned_key<std::basic_string_view<C, T>> {
  using type = std::basic_string<C, T>;
};
template <class T, std::size_t N> struct owned_key<std::span<T, N>> {
  using type = owned_elements<std::remove_cv_t<T>>;
};
template <class T, class A> requires(!std::same_as<T, owned_key_t<T>>)
struct owned_key<std::vector<T, A>> {
  using type = owned_elements<T>;
};
template <walked_container T> requires(!std::same_as<typename T::value_type, owned_key_t<typename T::value_type>>)
struct owned_key<T> {
  using type = owned_elements<typename T::value_type>;
};
template <class T, std::size_t N> struct owned_key<std::array<T, N>> {
  using type = std::array<owned_key_t<T>, N>;
};
template <class T> struct owned_key<std::optional<T>> {
  using type = std::optional<owned_key_t<T>>;
};
template <class... Ts> struct owned_key<std::variant<Ts...>> {
  using type = std::variant<owned_key_t<Ts>...>;
};
template <class A, class B> struct owned_key<std::pair<A, B>> {
  using type = std::pair<owned_key_t<A>, owned_key_t<B>>;
};
template <class... Ts> struct owned_key<std::tuple<Ts...>> {
  using type = std::tuple<owned_key_t<Ts>...>;
};

/// A copy of `x` that owns all it is made of.
template <class T> owned_key_t<T> own_key(T const& x) {
  using owned = owned_key_t<T>;
  if constexpr (std::same_as<owned, T>) return x;
  else if constexpr (is_string_view<T>) return owned(x);
  else if constexpr (is_array<T>)
    return [&]<std::size_t... index>(std::index_sequence<index...>) {
      return owned{own_key(x[index])...};
    }(std::make_index_sequence<std::tuple_size_v<T>>());
  else if constexpr (is_optional<T>) return x ? owned(own_key(*x)) : owned();
  else if constexpr (is_variant<T>)
    return [&]<std::size_t... index>(std::index_sequence<index...>) {
      std::optional<owned> made;
      auto const own_if_held = [&]<std::size_t at>(std::in_place_index_t<at> here) {
        if (x.index() == at) made.emplace(here, own_key(*std::get_if<at>(&x)));
      };
      (own_if_held(std::in_place_index<index>), ...);
      if (!made) throw std::bad_variant_access();
      return *std::move(made);
    }(std::make_index_sequence<std::variant_size_v<T>>());
  else if constexpr (is_tuple<T>) return std::apply([](auto const&... parts) { return owned(own_key(parts)...); }, x);
  else {
    owned elements;
    elements.reserve(x.size());
    for (auto const& element : x) elements.push_back(own_key(element));
    return elements;
  }
}

/// What a memoized function takes where the function takes a Parameter: nothing is copied or allocated for a look-up.
template <class Parameter> struct argument {
  using value = std::remove_cvref_t<Parameter>;
  using type = std::conditional_t<std::is_scalar_v<value> || is_span<value> || is_string_view<value>, value, value const&>;
};
template <class Parameter> requires is_string<std::remove_cvref_t<Parameter>>
struct argument<Parameter> {
  using value = std::remove_cvref_t<Parameter>;
  using type = std::basic_string_view<typename value::value_type, typename value::traits_type>;
};
template <class Parameter> using argument_t = typename argument<Parameter>::type;

/// Refuses what can be no key, by a sentence.
template <class Parameter> consteval bool check_parameter() {
  using value = std::remove_cvref_t<Parameter>;
  static_assert(
      !std::is_pointer_v<value> && !std::is_member_pointer_v<value>,
      "tandem::memoize: a pointer is no key, what it points to may change or be something else later: take the value, a "
      "std::string_view or a std::span of const elements, or say what is meant by the option key");
  static_assert(!std::is_lvalue_reference_v<Parameter> || std::is_const_v<std::remove_reference_t<Parameter>>,
                "tandem::memoize: a function that takes a mutable reference may change its argument, which a remembered result "
                "would not: take it by value or const reference, or say what the key is by the option key");
  static_assert(!refers_elsewhere<value>,
                "tandem::memoize: a smart pointer, an iterator, a std::reference_wrapper, a std::initializer_list or a "
                "tandem::matrix_view is no key, what it refers to may change or go: take the value, a std::string_view or a "
                "std::span of const elements, or say what is meant by the option key");
  if constexpr (is_span<value>)
    static_assert(
        std::is_const_v<typename value::element_type>,
        "tandem::memoize: a span of mutable elements is no key: take a std::span of const elements, or say what is meant "
        "by the option key");
  else if constexpr (!std::is_pointer_v<value> && !std::is_member_pointer_v<value> && !refers_elsewhere<value>)
    static_assert(
        is_key<value>(),
        "tandem::memoize: an argument's type is no key: it needs == and std::hash, or the option key says what the key is");
  static_assert(
      std::is_copy_constructible_v<owned_key_t<value>> || refers_elsewhere<value>,
      "tandem::memoize: an argument that is part of the key must be copyable, or the option key says what the key is");
  return true;
}

}  // namespace tandem::detail
