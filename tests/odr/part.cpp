// SPDX-License-Identifier: BSL-1.0
// Compiled once an instruction set, with ODR_SET as its name; see CMakeLists.txt.
#include "part.hpp"

#include <stdexcept>
#include <stop_token>

#include <tandem/tandem.hpp>

namespace odr {
namespace {

#define ODR_TEXT_OF(...) #__VA_ARGS__
#define ODR_TEXT(...) ODR_TEXT_OF(__VA_ARGS__)

std::string abi() { return ODR_TEXT(TANDEM_ABI); }

std::vector<double> polynomial(policy const& how, std::vector<double> const& x) {
  std::vector<double> y(x.size()), z(x.size());
  tandem::transform(how, x, y, [](auto v) { return 2. * v * v + 3. * v + 4.; });
  tandem::transform(tandem::seq, tandem::zip(x, y), z, [](auto v, auto w) { return tandem::sqrt(tandem::abs(v)) + w; });
  return z;
}

tandem::matrix<double> distances(tandem::matrix<double> const& x, tandem::matrix_view<double const> y) {
  return tandem::cdist(x, y, tandem::sqeuclidean);
}

std::vector<double> reductions(policy const& how, std::vector<double> const& x) {
  auto const [total, spread] = tandem::reduce(how, x, tandem::fused(tandem::sum, tandem::stddev));
  std::vector<double> moved(x.size());
  tandem::moving(how, x, moved, 10, tandem::mean);
  moved.back() += tandem::group_by(how, x, x, tandem::sum).back().result;
  return {total, spread, tandem::dot(how, x, moved), tandem::min(how, x), static_cast<double>(tandem::argmax(how, x))};
}

std::vector<long> mapped(std::vector<int> const& x) {
  auto const square = tandem::memoize([](int v) { return long{v} * v; }, {.capacity = 100});
  std::vector<long> results = tandem::map(tandem::par.with({.jobs = 2}), x, [&](int v) { return square(v % 7); });
  for (long r : tandem::imap(x, [](int v) { return long{v}; })) results.push_back(r);
  results.push_back(tandem::submit([](long a, long b) { return a + b; }, 1L, 2L).get());
  return results;
}

struct silent {
  void update(tandem::progress_info const&) {}
};

void cancel() {
  std::stop_source source;
  source.request_stop();
  silent sink;
  std::vector<float> x(10);
  tandem::transform(tandem::par.with({.stop = source.get_token(), .progress = &sink, .label = "odr"}), x, x,
                    [](auto v) { return v; });
}

void mismatch() {
  std::vector<float> x(10), y(11);
  tandem::transform(x, y, [](auto v) { return v; });
}

std::string catches(void (*thrower)()) {
  try {
    thrower();
  } catch (tandem::cancelled const& error) {
    return std::string("cancelled: ") + error.what();
  } catch (std::invalid_argument const& error) {
    return std::string("invalid_argument: ") + error.what();
  } catch (...) {
    return "something else";
  }
  return "nothing";
}

}  // namespace

part ODR_SET() { return {abi, polynomial, distances, reductions, mapped, cancel, mismatch, catches}; }

}  // namespace odr
