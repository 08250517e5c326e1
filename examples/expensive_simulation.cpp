// SPDX-License-Identifier: BSL-1.0
// A parameter study that asks for the same points again and again, as refined grids and line searches do: each point is
// simulated once, by whichever thread asks first, and looked up afterwards.
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <utility>
#include <vector>

#include <tandem/memoize.hpp>

// A damped pendulum that is pushed periodically: its mean energy, by a few thousand small steps.
double mean_energy(double damping, double push) {
  double const dt = 0.002;
  double angle = 0.1, speed = 0, energy = 0;
  int const steps = 4000;
  for (int i = 0; i < steps; ++i) {
    speed += dt * (-std::sin(angle) - damping * speed + push * std::cos(0.7 * dt * i));
    angle += dt * speed;
    energy += 0.5 * speed * speed + 1 - std::cos(angle);
  }
  return energy / steps;
}

int main() {
  // Five grids, each with half the spacing of the one before: most points of a grid are points of the coarser one.
  std::vector<std::pair<double, double>> points;
  for (int level = 1; level <= 5; ++level) {
    int const n = 1 << level;
    for (int i = 0; i <= n; ++i)
      for (int j = 0; j <= n; ++j) points.emplace_back(static_cast<double>(i) / n, static_cast<double>(j) / n);
  }

  auto const seconds_of = [](auto const& f) {
    auto const begin = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };

  std::vector<double> plain, remembered, again;
  double const plain_time = seconds_of([&] {
    for (auto const& [damping, push] : points) plain.push_back(mean_energy(damping, push));
  });
  auto simulate = tandem::memoize(mean_energy);
  double const first_time = seconds_of([&] { remembered = simulate.map(points); });  // all cores, each point once
  double const second_time = seconds_of([&] { again = simulate.map(points); });

  auto const info = simulate.info();
  std::printf("%zu points, %zu different ones\n", points.size(), info.size);
  std::printf("each by itself    %8.2f ms\n", 1e3 * plain_time);
  std::printf("memoized          %8.2f ms\n", 1e3 * first_time);
  std::printf("a second time     %8.2f ms\n", 1e3 * second_time);
  // No check of times: this machine may be busy.
  return remembered == plain && again == plain && info.misses == 33 * 33 && info.hits + info.misses == 2 * points.size() ? 0
                                                                                                                         : 1;
}
