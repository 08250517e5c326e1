# SPDX-License-Identifier: BSL-1.0
# The warnings that tandem's own programs are compiled with. Consumers never see them.
add_library(tandem_warnings INTERFACE)
target_compile_options(tandem_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror)

# Of GCC's own standard headers, depending on what was inlined and on the length of a literal (a path, say): a warning is not
# the mistake of who builds here.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(tandem_warnings INTERFACE
    -Wno-error=array-bounds -Wno-error=restrict -Wno-error=stringop-overflow -Wno-error=stringop-overread -Wno-error=maybe-uninitialized)
endif()
