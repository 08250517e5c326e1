// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Any callable over any range by many threads: `map`, `starmap` and `try_map` (map/map.hpp), `imap` and `imap_unordered`
/// (map/stream.hpp), `map_async` and `submit` (map/job.hpp), `invoke` (map/invoke.hpp), and a `progress_bar`.

#include <tandem/core.hpp>
#include <tandem/execution.hpp>
#include <tandem/map/context.hpp>
#include <tandem/map/invoke.hpp>
#include <tandem/map/job.hpp>
#include <tandem/map/map.hpp>
#include <tandem/map/outcome.hpp>
#include <tandem/map/progress_bar.hpp>
#include <tandem/map/stream.hpp>
