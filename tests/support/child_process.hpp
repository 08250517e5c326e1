// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Runs a function in a process of its own, for what a process does once only, or to itself.

#include <cstdlib>
#include <exception>
#include <string>

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tests {

/// What `f`, which returns a string, says in a forked child; of an exception, "threw: " and its text.
template <class F> std::string said_by_child(F f) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  pid_t const child = ::fork();
  if (child < 0) return "no child";
  if (child == 0) {
    std::string said;
    try {
      said = f();
    } catch (std::exception const& e) {
      said = std::string("threw: ") + e.what();
    }
    bool const written = ::write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    ::_exit(written ? EXIT_SUCCESS : EXIT_FAILURE);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[256];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) said.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS ? said : "the child died after: " + said;
}

}  // namespace tests
