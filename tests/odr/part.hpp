// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What each instruction set's object offers: the same calls of tandem, under a name of its own.
#include <string>
#include <vector>

#include <tandem/core/matrix.hpp>
#include <tandem/core/options.hpp>
#include <tandem/execution.hpp>

namespace odr {

using policy = tandem::policy_with_options<true, true>;

/// The functions of one object. Their types are tandem's plain ones, which all objects share.
struct part {
  std::string (*abi)();
  std::vector<double> (*polynomial)(policy const&, std::vector<double> const&);
  tandem::matrix<double> (*distances)(tandem::matrix<double> const&, tandem::matrix_view<double const>);
  std::vector<double> (*reductions)(policy const&, std::vector<double> const&);
  std::vector<long> (*mapped)(std::vector<int> const&);
  void (*cancel)();                    ///< throws tandem::cancelled
  void (*mismatch)();                  ///< throws std::invalid_argument
  std::string (*catches)(void (*)());  ///< calls it and says what it threw
};

part baseline(), v3(), v4();

}  // namespace odr
