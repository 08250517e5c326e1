// SPDX-License-Identifier: BSL-1.0
#include <string_view>

#include <catch2/catch_test_macros.hpp>

#include <tandem/core/config.hpp>

#define TANDEM_TEST_TEXT(...) #__VA_ARGS__
#define TANDEM_TEST_TEXT_OF(...) TANDEM_TEST_TEXT(__VA_ARGS__)

namespace tandem {
inline namespace TANDEM_ABI {
inline int something_with_lanes() { return 7; }
}  // namespace TANDEM_ABI
}  // namespace tandem

namespace {

constexpr std::string_view tag = TANDEM_TEST_TEXT_OF(TANDEM_ABI);

// Whether the tag holds a whole word: "_avx" is no word of "abi_avx2".
constexpr bool says(std::string_view word) {
  for (std::size_t at = tag.find(word); at != std::string_view::npos; at = tag.find(word, at + 1))
    if (at + word.size() == tag.size() || tag[at + word.size()] == '_') return true;
  return false;
}

TANDEM_INLINE int twice(int x) { return 2 * x; }

}  // namespace

TEST_CASE("The version is three numbers the preprocessor can compare") {
#if TANDEM_VERSION_MAJOR < 0 || TANDEM_VERSION_MINOR < 0 || TANDEM_VERSION_PATCH < 0
  FAIL("a negative version");
#endif
  constexpr int version = TANDEM_VERSION_MAJOR * 10000 + TANDEM_VERSION_MINOR * 100 + TANDEM_VERSION_PATCH;
  STATIC_REQUIRE(version > 0);
}

TEST_CASE("The namespace of lanes is inline and its name says what the file was compiled for") {
  CHECK(tandem::something_with_lanes() == 7);
  CHECK(&tandem::something_with_lanes == &tandem::TANDEM_ABI::something_with_lanes);
  CHECK(tag.substr(0, 3) == "abi");
  CHECK(tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos);
#if defined(__AVX2__)
  CHECK(says("_avx2"));
#else
  CHECK_FALSE(says("_avx2"));
#endif
#if defined(__AVX__) && !defined(__AVX2__)
  CHECK(says("_avx"));
#endif
#if defined(__FMA__)
  CHECK(says("_fma"));
#else
  CHECK_FALSE(says("_fma"));
#endif
#if defined(__SSE4_2__)
  CHECK(says("_sse42"));
#elif defined(__SSE2__) && !defined(__SSE3__)
  CHECK(says("_sse2"));
#endif
#if defined(__AVX512F__)
  CHECK(tag.find("_avx512") != std::string_view::npos);
#else
  CHECK(tag.find("_avx512") == std::string_view::npos);
#endif
#if defined(__ARM_NEON) && !defined(__ARM_FEATURE_SVE)
  CHECK(says("_neon"));
#endif
}

TEST_CASE("A function marked to melt into its caller is still a function") { CHECK(twice(21) == 42); }
