# SPDX-License-Identifier: BSL-1.0
# How test programs are made.

# One program of all given sources, compiled with warnings as errors; Catch2's main.
function(tandem_add_test_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE tandem_checked Catch2::Catch2WithMain)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  if(TANDEM_REFERENCE_DATA)
    target_compile_definitions(${name} PRIVATE "TANDEM_REFERENCE_DATA=\"${TANDEM_REFERENCE_DATA}\"")
  endif()
  list(LENGTH ARGN files)
  if(files GREATER 2)
    target_precompile_headers(${name} PRIVATE <catch2/catch_all.hpp>)
  endif()
endfunction()

# The tests of one room: each test case is a test of its own, "room: what it says".
function(tandem_add_unit_tests room)
  tandem_add_test_program(${room}_tests ${ARGN})
  catch_discover_tests(${room}_tests TEST_PREFIX "${room}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 120 LABELS unit)
endfunction()

# The tests of the given rooms once more for the larger instruction sets of x86, the laws with contraction, and exactness with
# everything that a compiler may do to arithmetic but for -ffast-math, which is refused. One test a program, skipped where the processor lacks the set.
function(tandem_add_instruction_set_tests)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    message(STATUS "Tests per instruction set are for x86; this is ${CMAKE_SYSTEM_PROCESSOR}")
    return()
  endif()
  add_executable(run_where_supported "${PROJECT_SOURCE_DIR}/tests/cmake/run_where_supported.cpp")
  target_link_libraries(run_where_supported PRIVATE tandem_warnings)
  target_compile_features(run_where_supported PRIVATE cxx_std_20)
  foreach(room IN LISTS ARGN)
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${room}/*_test.cpp")
    if(NOT sources)
      continue()
    endif()
    tandem_add_set_test(${room} x86-64-v3 "" ${sources})
    # Of x86-64-v4 what compares bits: where it can run, the preset `native` runs all tests for it.
    if(room MATCHES "^(laws|exact)$")
      tandem_add_set_test(${room} x86-64-v4 "" ${sources})
    endif()
    if(room STREQUAL "laws")
      tandem_add_set_test(${room} x86-64-v3 contract-fast ${sources})
    endif()
    if(room STREQUAL "exact")  # with fused operations and without
      tandem_add_set_test(${room} x86-64 unsafe-math ${sources})
      tandem_add_set_test(${room} x86-64-v3 unsafe-math ${sources})
    endif()
  endforeach()
endfunction()

# Lightly optimised: these programs are large, and what they compare is the same bits at any level.
function(tandem_add_set_test room set contraction)
  set(name ${room}.${set})
  if(contraction)
    string(APPEND name .${contraction})
  endif()
  tandem_add_test_program(${name} ${ARGN})
  target_compile_options(${name} PRIVATE -march=${set} -O1)
  if(contraction STREQUAL "unsafe-math")
    target_compile_options(${name} PRIVATE -O2 -ffp-contract=fast -funsafe-math-optimizations)
  elseif(contraction)
    target_compile_options(${name} PRIVATE -ffp-contract=fast)
    target_compile_definitions(${name} PRIVATE TANDEM_TEST_CONTRACTS=1)
  endif()
  add_test(NAME ${name} COMMAND run_where_supported ${set} $<TARGET_FILE:${name}>)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77 LABELS instruction-set)
endfunction()
