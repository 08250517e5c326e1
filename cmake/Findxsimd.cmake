# SPDX-License-Identifier: BSL-1.0
# Finds the headers of xsimd and nothing else, as tandem::xsimd.
#
# xsimd's own CMake package links a library that it never finds, so only its include directory is taken, and the version
# is read from the header. A target `xsimd` of the same build (add_subdirectory, FetchContent) is looked at first.

if(NOT xsimd_INCLUDE_DIR AND TARGET xsimd)
  get_target_property(xsimd_candidates xsimd INTERFACE_INCLUDE_DIRECTORIES)
  string(REGEX REPLACE "\\$<BUILD_INTERFACE:([^>]*)>" "\\1" xsimd_candidates "${xsimd_candidates}")
  string(GENEX_STRIP "${xsimd_candidates}" xsimd_candidates)
endif()
if(xsimd_DIR)
  list(APPEND xsimd_candidates "${xsimd_DIR}/../../../include")
endif()
find_path(xsimd_INCLUDE_DIR xsimd/config/xsimd_config.hpp
  HINTS ${xsimd_candidates}
  DOC "Folder that contains xsimd/xsimd.hpp")
mark_as_advanced(xsimd_INCLUDE_DIR)

if(xsimd_INCLUDE_DIR)
  file(STRINGS "${xsimd_INCLUDE_DIR}/xsimd/config/xsimd_config.hpp" xsimd_numbers
    REGEX "^#define XSIMD_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
  list(TRANSFORM xsimd_numbers REPLACE "^#define XSIMD_VERSION_[A-Z]+ ([0-9]+).*$" "\\1")
  list(JOIN xsimd_numbers "." xsimd_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(xsimd REQUIRED_VARS xsimd_INCLUDE_DIR VERSION_VAR xsimd_VERSION)

if(xsimd_FOUND AND NOT TARGET tandem::xsimd)
  add_library(tandem::xsimd INTERFACE IMPORTED)
  set_target_properties(tandem::xsimd PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${xsimd_INCLUDE_DIR}")
endif()
