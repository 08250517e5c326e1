# SPDX-License-Identifier: BSL-1.0
# The warnings that tandem's own programs are compiled with. Consumers never see them.
add_library(tandem_warnings INTERFACE)
target_compile_options(tandem_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror)
