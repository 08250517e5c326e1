# SPDX-License-Identifier: BSL-1.0
# How test programs are made.

# What all tests are compiled with.
function(tandem_compile_as_test name)
  target_link_libraries(${name} PRIVATE tandem_checked Catch2::Catch2WithMain)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  if(TANDEM_REFERENCE_DATA)
    target_compile_definitions(${name} PRIVATE "TANDEM_REFERENCE_DATA=\"${TANDEM_REFERENCE_DATA}\"")
  endif()
endfunction()

# One program of all given sources, with warnings as errors and Catch2's main. What follows OPTIONS is for the compiler. The large headers
# by others are precompiled, once for all programs with the same options; but for xsimd's where they may be for AVX-512: tandem silences
# warnings around these, and a precompiled header forgets that.
function(tandem_add_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "OPTIONS")
  string(MAKE_C_IDENTIFIER "headers ${arg_OPTIONS}" headers)
  if(NOT TARGET ${headers})
    add_library(${headers} OBJECT EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/tests/cmake/headers.cpp")
    tandem_compile_as_test(${headers})
    target_compile_options(${headers} PRIVATE ${arg_OPTIONS})
    target_precompile_headers(${headers} PRIVATE <algorithm> <functional> <random> <string> <thread> <vector>
      <oneapi/tbb/task_arena.h> <oneapi/tbb/task_group.h> <catch2/catch_all.hpp>)
    if(NOT TANDEM_NATIVE AND NOT "-march=x86-64-v4" IN_LIST arg_OPTIONS)
      target_precompile_headers(${headers} PRIVATE <xsimd/xsimd.hpp>)
    endif()
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  tandem_compile_as_test(${name})
  target_compile_options(${name} PRIVATE ${arg_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM ${headers})
endfunction()

# The tests of one room: each test case is a test of its own, "room: what it says".
function(tandem_add_unit_tests room)
  tandem_add_test_program(${room}_tests ${ARGN})
  catch_discover_tests(${room}_tests TEST_PREFIX "${room}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 300 LABELS unit)
endfunction()

# The tests of the given rooms once more for the larger instruction sets of x86, the laws with contraction, and exactness with
# everything that a compiler may do to arithmetic but for -ffast-math, which is refused. One test a program; left out where the processor lacks the set.
function(tandem_add_instruction_set_tests)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    message(STATUS "Tests per instruction set are for x86; this is ${CMAKE_SYSTEM_PROCESSOR}")
    return()
  endif()
  foreach(room IN LISTS ARGN)
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${room}/*_test.cpp")
    # What is the same on any instruction set.
    list(FILTER sources EXCLUDE REGEX "transform_(callables|errors|objects|types|zip)_test")
    if(NOT sources)
      continue()
    endif()
    if(room STREQUAL "exact")  # with fused operations and without
      tandem_add_set_test(${room} x86-64-v3 unsafe-math ${sources})
      list(FILTER sources EXCLUDE REGEX "floating_state_test")  # one register on all of them
      tandem_add_set_test(${room} x86-64 unsafe-math ${sources})
    endif()
    tandem_add_set_test(${room} x86-64-v3 "" ${sources})
    # Of x86-64-v4 what compares bits: where it can run, the preset `native` runs all tests for it.
    if(room MATCHES "^(laws|exact)$")
      tandem_add_set_test(${room} x86-64-v4 "" ${sources})
    endif()
    if(room STREQUAL "laws")
      tandem_add_set_test(${room} x86-64-v3 contract-fast ${sources})
    endif()
  endforeach()
endfunction()

# TANDEM_PROCESSOR_SUPPORTS_<set>: 0 if it does.
function(tandem_processor_supports set)
  if(NOT DEFINED TANDEM_PROCESSOR_SUPPORTS_${set})
    try_run(TANDEM_PROCESSOR_SUPPORTS_${set} compiled "${CMAKE_CURRENT_BINARY_DIR}/supports" "${PROJECT_SOURCE_DIR}/tests/cmake/supports.cpp"
      CXX_STANDARD 20 ARGS ${set})
    if(NOT TANDEM_PROCESSOR_SUPPORTS_${set} EQUAL 0)
      message(STATUS "Tests compiled for ${set} are left out: this processor lacks it")
    endif()
  endif()
endfunction()

# Lightly optimised: these programs are large, and what they compare is the same bits at any level.
function(tandem_add_set_test room set contraction)
  tandem_processor_supports(${set})
  if(NOT TANDEM_PROCESSOR_SUPPORTS_${set} EQUAL 0)
    return()
  endif()
  set(name ${room}.${set})
  set(options -march=${set} -O1)
  if(contraction)
    string(APPEND name .${contraction})
    list(APPEND options -ffp-contract=fast)
  endif()
  if(contraction STREQUAL "unsafe-math")
    list(APPEND options -O2 -funsafe-math-optimizations)
  elseif(contraction)
    list(APPEND options -DTANDEM_TEST_CONTRACTS=1)
  endif()
  tandem_add_test_program(${name} ${ARGN} OPTIONS ${options})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS instruction-set)
endfunction()
