# SPDX-License-Identifier: BSL-1.0
# What a program that links tandem is compiled with, for the checks that call the compiler themselves: a file with the
# compiler in the first line and one argument in each of the others.
add_library(tandem_flags OBJECT "${CMAKE_CURRENT_LIST_DIR}/flags.cpp")
target_link_libraries(tandem_flags PRIVATE tandem_checked)
set_target_properties(tandem_flags PROPERTIES EXCLUDE_FROM_ALL TRUE)

set(includes "$<TARGET_PROPERTY:tandem_flags,INCLUDE_DIRECTORIES>")
set(own "${PROJECT_SOURCE_DIR}/include")
set(others "$<REMOVE_DUPLICATES:$<FILTER:${includes},EXCLUDE,^${own}$>>")
set(definitions "$<TARGET_PROPERTY:tandem_flags,COMPILE_DEFINITIONS>")
string(REPLACE " " "\n" preset_flags "${CMAKE_CXX_FLAGS}")

function(tandem_write_flags file options)
  set(lines "${CMAKE_CXX_COMPILER}\n-std=c++20\n")
  string(APPEND lines "${options}\n-I${own}\n"
    "$<$<BOOL:${others}>:-isystem$<JOIN:${others},\n-isystem>\n>"
    "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},\n-D>\n>")
  file(GENERATE OUTPUT "${file}" CONTENT "${lines}")
endfunction()

# As the tests are compiled, warnings as errors included; and as a user compiles who asks for nothing.
set(TANDEM_CHECKED_FLAGS "${CMAKE_BINARY_DIR}/checked.flags")
set(TANDEM_PLAIN_FLAGS "${CMAKE_BINARY_DIR}/plain.flags")
tandem_write_flags("${TANDEM_CHECKED_FLAGS}" "${preset_flags}\n$<JOIN:$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:tandem_flags,COMPILE_OPTIONS>>,\n>")
tandem_write_flags("${TANDEM_PLAIN_FLAGS}" "")
