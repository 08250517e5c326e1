// SPDX-License-Identifier: BSL-1.0
// Describing data in one pass, as pandas' describe() and value_counts(): several reducers fused, a histogram, groups.
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <tandem/reduce.hpp>

int main() {
  // Ten years of made-up temperatures, hourly, by station.
  std::vector<double> temperature(87'600);
  std::vector<std::string> station(temperature.size());
  std::vector<std::string> const names{"Bergen", "Davos", "Sevilla"};
  for (std::size_t i = 0; i < temperature.size(); ++i) {
    double const hour = static_cast<double>(i),
                 swing = 8 * std::sin(hour * 6.283185307 / 8760) + 4 * std::sin(hour * 6.283185307 / 24);
    station[i] = names[i % names.size()];
    temperature[i] = 8. + 6. * static_cast<double>(i % names.size()) + swing;
  }

  auto const description = tandem::fused(tandem::mean, tandem::stddev, tandem::minmax, tandem::argmax);
  auto const [mean, deviation, ends, hottest] = description(temperature);
  std::printf("mean %.3f, standard deviation %.3f, from %.2f to %.2f, hottest in hour %zu\n", mean, deviation, ends.min,
              ends.max, hottest);

  std::vector<double> const edges{-10, 0, 10, 20, 30, 40};
  std::vector<std::size_t> const counts = tandem::histogram(edges)(temperature);
  for (std::size_t b = 0; b < counts.size(); ++b)
    std::printf("%3.0f to %2.0f: %5zu hours\n", edges[b], edges[b + 1], counts[b]);
  std::size_t const frost = tandem::count_if([](auto t) { return t < 0.; })(temperature);

  std::size_t grouped = 0;
  for (auto const& [name, result] : tandem::group_by(station, temperature, description)) {
    auto const& [own_mean, own_deviation, own_ends, own_hottest] = result;
    std::printf("%-8s mean %6.3f, standard deviation %.3f, at most %.2f\n", name.c_str(), own_mean, own_deviation,
                own_ends.max);
    grouped += own_mean > -10 && own_mean < 40 ? 1 : 0;
  }

  // The mean power of heating to 20 degrees, without an array of differences.
  double const heating =
      tandem::transform_reduce(temperature, tandem::mean, [](auto t) { return tandem::maximum(20. - t, 0. * t); });
  std::printf("heated by %.3f degrees on average\n", heating);

  bool const right =
      counts[0] == frost && temperature[hottest] == ends.max && grouped == 3 && heating > 0 && std::isfinite(deviation);
  return right ? 0 : 1;
}
