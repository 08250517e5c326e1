# SPDX-License-Identifier: BSL-1.0
# Brings oneTBB, xsimd, Catch2 and Google Benchmark to machines that lack them. Only the project's own presets switch this
# on, through CMAKE_PROJECT_TOP_LEVEL_INCLUDES; for everyone else find_package is find_package.
#
# A dependency comes, in this order, from
#   1. an installed package of a sufficient version (find_package's own search),
#   2. the upstream repository at a pinned commit, where its host answers at once; built once and installed,
#   3. on Debian, the distribution's packages, downloaded and unpacked; nothing is installed and no root is needed.
# What 2 and 3 bring lies in TANDEM_DEPENDENCIES_DIR, which the presets share. It is used again without a look at the
# network, so configuring a second time is instant; remove the folder to choose anew.

include("${CMAKE_CURRENT_LIST_DIR}/debian.cmake")

set(TANDEM_DEPENDENCIES_DIR "${CMAKE_BINARY_DIR}/dependencies" CACHE PATH "Where dependencies that are not installed are kept")

# name, repository, commit, what the build of the repository is told, Debian packages. `package/suite` asks for a suite:
# `backports` is the one of the running release, `sid` is asked only for headers, which fit any release.
set(tandem_TBB_title "oneTBB")
set(tandem_TBB_repository "https://github.com/uxlfoundation/oneTBB.git")
set(tandem_TBB_commit 3046c8b0c29df995980003ea24f4d78c80ec0c8d)
set(tandem_TBB_options -DTBB_TEST=OFF -DTBB_EXAMPLES=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF
  -DTBB_DISABLE_HWLOC_AUTOMATIC_SEARCH=ON -DBUILD_SHARED_LIBS=ON)
set(tandem_TBB_debian libtbb-dev libtbb12 libtbbmalloc2 libtbbbind-2-5 libhwloc15)

set(tandem_xsimd_title "xsimd")
set(tandem_xsimd_repository "https://github.com/xtensor-stack/xsimd.git")
set(tandem_xsimd_commit e88a72831858123924f7118f345dfe5d70d95991)
set(tandem_xsimd_options)
set(tandem_xsimd_debian libxsimd-dev/sid)

set(tandem_Catch2_title "Catch2")
set(tandem_Catch2_repository "https://github.com/catchorg/Catch2.git")
set(tandem_Catch2_commit fa43b77429ba76c462b1898d6cd2f2d7a9416b14)
set(tandem_Catch2_options -DCATCH_INSTALL_DOCS=OFF)
set(tandem_Catch2_debian libcatch2-dev/backports)

set(tandem_benchmark_title "Google Benchmark")
set(tandem_benchmark_repository "https://github.com/google/benchmark.git")
set(tandem_benchmark_commit 192ef10025eb2c4cdd392bc502f0c852196baa48)
set(tandem_benchmark_options -DBENCHMARK_ENABLE_TESTING=OFF -DBENCHMARK_ENABLE_WERROR=OFF -DBENCHMARK_INSTALL_DOCS=OFF)
set(tandem_benchmark_debian libbenchmark-dev libbenchmark1debian)

# A macro, so that what find_package sets reaches the caller.
macro(tandem_provide_dependency method package)
  if("${package}" MATCHES "^(TBB|xsimd|Catch2|benchmark)$")
    tandem_bring(${package} ${ARGN})
  endif()
  find_package(${package} ${ARGN} BYPASS_PROVIDER)
endmacro()
cmake_language(SET_DEPENDENCY_PROVIDER tandem_provide_dependency SUPPORTED_METHODS FIND_PACKAGE)

# Sees to it that find_package(package) finds a sufficient version, by the first way that works, and says which it was.
function(tandem_bring package)
  set(wanted ${ARGN})
  list(REMOVE_ITEM wanted REQUIRED QUIET)
  set(title "${tandem_${package}_title}")
  set(tried "")

  # Ways 2 and 3 leave their results here; a look at them costs nothing.
  set(from_repository "${TANDEM_DEPENDENCIES_DIR}/repository/${package}-${tandem_${package}_commit}")
  set(from_debian "${TANDEM_DEPENDENCIES_DIR}/debian/${package}/usr")

  tandem_try(${package} "" found ${wanted})
  if(found)
    message(STATUS "${title} ${found}: installed")
    return()
  endif()
  string(APPEND tried "\n  1. an installed package: CMake finds none of version ${ARGV1} or later")

  file(MAKE_DIRECTORY "${TANDEM_DEPENDENCIES_DIR}")
  file(LOCK "${TANDEM_DEPENDENCIES_DIR}" DIRECTORY GUARD FUNCTION TIMEOUT 1800)
  foreach(way IN ITEMS kept repository debian)
    set(why "")
    if(way STREQUAL "repository")
      tandem_build_repository(${package} "${from_repository}" why)
    elseif(way STREQUAL "debian")
      tandem_unpack_debian(${package} "${from_debian}" why)
    endif()
    if(NOT why AND NOT way STREQUAL "debian" AND EXISTS "${from_repository}")
      tandem_try(${package} "${from_repository}" found ${wanted})
      if(found)
        string(SUBSTRING "${tandem_${package}_commit}" 0 10 short)
        message(STATUS "${title} ${found}: built from ${tandem_${package}_repository} at ${short}")
        return()
      endif()
    endif()
    if(NOT why AND NOT way STREQUAL "repository" AND EXISTS "${from_debian}")
      tandem_try(${package} "${from_debian}" found ${wanted})
      if(found)
        message(STATUS "${title} ${found}: Debian's package, unpacked into ${from_debian}")
        return()
      endif()
    endif()
    if(NOT way STREQUAL "kept" AND NOT why)
      set(why "what it gave is not found as version ${ARGV1} or later")
    endif()
    if(way STREQUAL "repository")
      string(APPEND tried "\n  2. ${tandem_${package}_repository}: ${why}")
    elseif(way STREQUAL "debian")
      string(APPEND tried "\n  3. Debian's packages: ${why}")
    endif()
  endforeach()

  if("REQUIRED" IN_LIST ARGN)
    # Else find_package would look once more and add an error of its own.
    set(${package}_FOUND TRUE PARENT_SCOPE)
    message(FATAL_ERROR "${title} is needed and could not be had. Tried:${tried}\n"
      "Install it, or name its folder in CMAKE_PREFIX_PATH, or connect this machine to the network.")
  endif()
  message(STATUS "${title}: not to be had. Tried:${tried}")
endfunction()

# Looks for a package, below `prefix` alone if one is given; `found` becomes the version. The search is left so that the
# same find_package finds it again.
function(tandem_try package prefix found)
  set(${found} "" PARENT_SCOPE)
  if(prefix)
    unset(${package}_DIR CACHE)
    unset(xsimd_INCLUDE_DIR CACHE)
    set(CMAKE_PREFIX_PATH "${prefix}")
    foreach(place IN ITEMS SYSTEM_ENVIRONMENT_PATH CMAKE_ENVIRONMENT_PATH CMAKE_SYSTEM_PATH PACKAGE_ROOT_PATH CMAKE_PACKAGE_REGISTRY)
      set(CMAKE_FIND_USE_${place} FALSE)
    endforeach()
  else()
    # What an earlier run took from the dependencies' folder is not an installed package.
    foreach(hint IN ITEMS ${package}_DIR ${package}_INCLUDE_DIR)
      cmake_path(IS_PREFIX TANDEM_DEPENDENCIES_DIR "${${hint}}" NORMALIZE ours)
      if(ours)
        unset(${hint} CACHE)
      endif()
    endforeach()
  endif()
  find_package(${package} ${ARGN} QUIET BYPASS_PROVIDER)
  if(${package}_FOUND)
    set(${found} "${${package}_VERSION}" PARENT_SCOPE)
  else()
    unset(${package}_DIR CACHE)
    if("${package}" STREQUAL "xsimd")
      unset(xsimd_INCLUDE_DIR CACHE)
    endif()
  endif()
endfunction()

# Way 2. Fetches one commit, builds it and installs it into `into`; `why` says what stood in the way, if anything did.
function(tandem_build_repository package into why)
  set(${why} "" PARENT_SCOPE)
  if(EXISTS "${into}")
    return()
  endif()
  find_program(TANDEM_GIT git)
  mark_as_advanced(TANDEM_GIT)
  if(NOT TANDEM_GIT)
    set(${why} "git is not installed" PARENT_SCOPE)
    return()
  endif()

  get_property(silent GLOBAL PROPERTY TANDEM_REPOSITORIES_SILENT)
  if(silent)
    set(${why} "the host did not answer within 5 seconds" PARENT_SCOPE)
    return()
  endif()
  set(url "${tandem_${package}_repository}")
  set(git "${CMAKE_COMMAND}" -E env GIT_TERMINAL_PROMPT=0 "${TANDEM_GIT}")
  execute_process(COMMAND ${git} ls-remote --quiet "${url}" HEAD
    TIMEOUT 5 RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE problem)
  if(failed)
    if(failed MATCHES "timeout")
      set_property(GLOBAL PROPERTY TANDEM_REPOSITORIES_SILENT TRUE)
      set(problem "the host did not answer within 5 seconds")
    endif()
    tandem_one_line("${problem}" problem)
    set(${why} "${problem}" PARENT_SCOPE)
    return()
  endif()

  message(STATUS "${tandem_${package}_title}: building ${url} at ${tandem_${package}_commit}; this may take minutes, once")
  set(work "${TANDEM_DEPENDENCIES_DIR}/work/${package}")
  set(log "${TANDEM_DEPENDENCIES_DIR}/work/${package}.log")
  file(REMOVE_RECURSE "${work}")
  file(MAKE_DIRECTORY "${work}/source")
  set(steps fetch checkout configure build install)
  set(fetch ${git} -C "${work}/source" fetch --quiet --depth 1 "${url}" "${tandem_${package}_commit}")
  set(checkout ${git} -C "${work}/source" checkout --quiet --detach FETCH_HEAD)
  set(configure "${CMAKE_COMMAND}" -S "${work}/source" -B "${work}/build" -G "${CMAKE_GENERATOR}" --no-warn-unused-cli
    "-DCMAKE_MAKE_PROGRAM=${CMAKE_MAKE_PROGRAM}" "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
    -DCMAKE_BUILD_TYPE=Release "-DCMAKE_INSTALL_PREFIX=${work}/install" -DBUILD_TESTING=OFF ${tandem_${package}_options})
  cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
  set(build "${CMAKE_COMMAND}" --build "${work}/build" --config Release --parallel ${cores})
  set(install "${CMAKE_COMMAND}" --install "${work}/build" --config Release)
  execute_process(COMMAND ${git} init --quiet "${work}/source" OUTPUT_QUIET ERROR_QUIET)
  foreach(step IN LISTS steps)
    execute_process(COMMAND ${${step}} TIMEOUT 1500 RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
    file(APPEND "${log}" "${output}")
    if(failed)
      set(${why} "the step '${step}' failed; see ${log}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  cmake_path(GET into PARENT_PATH parent)
  file(MAKE_DIRECTORY "${parent}")
  file(RENAME "${work}/install" "${into}")
  file(REMOVE_RECURSE "${work}" "${log}")
endfunction()

# Way 3. Packages of the running release of Debian, unpacked into the parent of `into`.
function(tandem_unpack_debian package into why)
  set(${why} "" PARENT_SCOPE)
  if(EXISTS "${into}")
    return()
  endif()
  message(STATUS "${tandem_${package}_title}: downloading Debian's packages")
  cmake_path(GET into PARENT_PATH root)
  tandem_debian_packages("${TANDEM_DEPENDENCIES_DIR}" "${root}" problem ${tandem_${package}_debian})
  set(${why} "${problem}" PARENT_SCOPE)
endfunction()
