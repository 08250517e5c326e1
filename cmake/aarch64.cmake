# SPDX-License-Identifier: BSL-1.0
# Builds for AArch64 (NEON) on another machine, and runs what was built under user-mode emulation. Compiler, emulator and the
# libraries for the other machine are Debian's packages, unpacked into the dependencies' folder.
include("${CMAKE_CURRENT_LIST_DIR}/debian.cmake")

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)

cmake_path(ABSOLUTE_PATH CMAKE_CURRENT_LIST_DIR NORMALIZE OUTPUT_VARIABLE here)
cmake_path(GET here PARENT_PATH project)
set(dependencies "${project}/build/dependencies")
set(tools "${dependencies}/debian/aarch64-tools")
set(libraries "${dependencies}/debian/aarch64-libraries")
if(NOT EXISTS "${tools}")
  message(STATUS "AArch64: downloading Debian's cross compiler and emulator")
  tandem_debian_packages("${dependencies}" "${tools}" problem CLOSURE g++-12-aarch64-linux-gnu qemu-user-static)
  if(problem)
    message(FATAL_ERROR "A compiler for AArch64 could not be had. Debian's packages: ${problem}")
  endif()
endif()
if(NOT EXISTS "${libraries}")
  message(STATUS "AArch64: downloading Debian's libraries")
  tandem_debian_packages("${dependencies}" "${libraries}" problem ARCHITECTURE arm64
    libtbb-dev libtbb12 libtbbmalloc2 libtbbbind-2-5 libhwloc15 libudev1 libcap2 libcatch2-dev/backports)
  if(problem)
    message(FATAL_ERROR "oneTBB and Catch2 for AArch64 could not be had. Debian's packages: ${problem}")
  endif()
endif()

set(compiler "${dependencies}/aarch64-g++")
if(NOT EXISTS "${compiler}")
  cmake_host_system_information(RESULT machine QUERY OS_PLATFORM)
  tandem_unpacked_command("${compiler}" "${tools}/usr/bin/aarch64-linux-gnu-g++-12" "${tools}/usr/lib/${machine}-linux-gnu"
    "--sysroot=${tools}" -idirafter "${tools}/usr/aarch64-linux-gnu/include"
    "-L${tools}/usr/aarch64-linux-gnu/lib" "-Wl,-rpath-link,${libraries}/usr/lib/aarch64-linux-gnu")
endif()
set(CMAKE_CXX_COMPILER "${compiler}")
set(CMAKE_CROSSCOMPILING_EMULATOR "${tools}/usr/bin/qemu-aarch64-static" -L "${tools}/usr/aarch64-linux-gnu")
set(CMAKE_FIND_ROOT_PATH "${tools}" "${libraries}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(TBB_DIR "${libraries}/usr/lib/aarch64-linux-gnu/cmake/TBB" CACHE PATH "")
set(Catch2_DIR "${libraries}/usr/lib/aarch64-linux-gnu/cmake/Catch2" CACHE PATH "")
