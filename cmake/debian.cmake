# SPDX-License-Identifier: BSL-1.0
# Packages of Debian in a folder of the build tree: downloaded from the mirror that the machine already uses, and unpacked.
# Nothing is installed and no root is needed.

# Unpacks packages of the running release into `root`; `why` says what stood in the way, if anything did. A package is a
# name, or `name/suite`: `backports` is the one of the running release, `sid` fits any release for headers alone. Options:
#   CLOSURE              also all that they need and this machine has not installed
#   ARCHITECTURE name    of packages for another machine
# Lists, archives and work lie in `dir`, which several builds may share.
function(tandem_debian_packages dir root why)
  cmake_parse_arguments(PARSE_ARGV 3 arg "CLOSURE" "ARCHITECTURE" "")
  set(names ${arg_UNPARSED_ARGUMENTS})
  set(${why} "" PARENT_SCOPE)
  cmake_host_system_information(RESULT release QUERY DISTRIB_INFO)
  if(NOT "${release_ID}" STREQUAL "debian" OR NOT release_VERSION_CODENAME)
    set(${why} "this is not a release of Debian" PARENT_SCOPE)
    return()
  endif()
  find_program(TANDEM_APT_GET apt-get)
  find_program(TANDEM_DPKG dpkg)
  mark_as_advanced(TANDEM_APT_GET TANDEM_DPKG)
  if(NOT TANDEM_APT_GET OR NOT TANDEM_DPKG)
    set(${why} "apt-get or dpkg is not installed" PARENT_SCOPE)
    return()
  endif()

  set(apt_dir "${dir}/apt")
  if(arg_ARCHITECTURE)
    string(APPEND apt_dir "-${arg_ARCHITECTURE}")
  endif()
  tandem_prepare_apt("${apt_dir}" ${release_VERSION_CODENAME} "${arg_ARCHITECTURE}" problem)
  if(problem)
    set(${why} "${problem}" PARENT_SCOPE)
    return()
  endif()

  set(apt "${TANDEM_APT_GET}" -c "${apt_dir}/apt.conf" -qq)
  if(arg_CLOSURE)
    execute_process(COMMAND ${apt} --print-uris --no-install-recommends install ${names} OUTPUT_VARIABLE uris
      RESULT_VARIABLE failed ERROR_VARIABLE problem)
    string(REGEX MATCHALL "' [^_ ]+_" missing "${uris}")
    list(TRANSFORM missing REPLACE "^' |_$" "")
    if(failed OR NOT missing)
      tandem_one_line("${problem}" problem)
      set(${why} "${problem}" PARENT_SCOPE)
      return()
    endif()
    set(names ${missing})
  endif()
  if(arg_ARCHITECTURE)
    list(TRANSFORM names REPLACE "^[^/]+" "\\0:${arg_ARCHITECTURE}")
  endif()
  list(TRANSFORM names REPLACE "/backports$" "/${release_VERSION_CODENAME}-backports")

  string(SHA1 work "${root}")
  set(work "${dir}/work/${work}")
  file(REMOVE_RECURSE "${work}")
  file(MAKE_DIRECTORY "${work}/archives")
  execute_process(COMMAND ${apt} download ${names} WORKING_DIRECTORY "${work}/archives"
    TIMEOUT 600 RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE problem)
  if(failed AND names MATCHES "-backports")
    list(TRANSFORM names REPLACE "/.*-backports$" "")
    execute_process(COMMAND ${apt} download ${names} WORKING_DIRECTORY "${work}/archives"
      TIMEOUT 600 RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE problem)
  endif()
  if(failed)
    tandem_one_line("${problem}" problem)
    set(${why} "${problem}" PARENT_SCOPE)
    return()
  endif()
  file(GLOB archives "${work}/archives/*.deb")
  foreach(archive IN LISTS archives)
    execute_process(COMMAND "${TANDEM_DPKG}" -x "${archive}" "${work}/root" RESULT_VARIABLE failed ERROR_VARIABLE problem)
    if(failed)
      tandem_one_line("${problem}" problem)
      set(${why} "${problem}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  cmake_path(GET root PARENT_PATH parent)
  file(MAKE_DIRECTORY "${parent}")
  file(REMOVE_RECURSE "${root}")
  file(RENAME "${work}/root" "${root}")
  file(REMOVE_RECURSE "${work}")
endfunction()

# Writes a command `file` that runs `program` with what it needs from `libraries`, and with the given arguments first: a
# program that was unpacked does not find what it would find where it is meant to be installed.
function(tandem_unpacked_command file program libraries)
  list(JOIN ARGN "' '" arguments)
  if(arguments)
    set(arguments "'${arguments}' ")
  endif()
  file(WRITE "${file}" "#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${program}' ${arguments}\"$@\"\n")
  file(CHMOD "${file}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()

# Writes the configuration of a private apt over the mirror that this machine already uses, and fetches its lists once.
function(tandem_prepare_apt dir codename architecture why)
  set(${why} "" PARENT_SCOPE)
  if(EXISTS "${dir}/ready")
    return()
  endif()
  file(REMOVE_RECURSE "${dir}")
  file(MAKE_DIRECTORY "${dir}/lists/partial" "${dir}/cache/archives/partial")
  execute_process(COMMAND "${TANDEM_APT_GET}" indextargets --format "$(RELEASE) $(REPO_URI)" "Created-By: Packages" "Component: main"
    OUTPUT_VARIABLE targets ERROR_QUIET)
  if(targets MATCHES "(^|\n)(${codename}|stable|oldstable) ([^\n]+)")
    set(mirror "${CMAKE_MATCH_3}")
  else()
    # A machine that never updated its lists has no index targets, but says what an update would fetch.
    execute_process(COMMAND "${TANDEM_APT_GET}" -o "Dir::State::lists=${dir}/lists" --print-uris update
      OUTPUT_VARIABLE targets ERROR_QUIET)
    if(NOT targets MATCHES "(^|\n)'([^'\n]+)/dists/(${codename}|stable|oldstable)/InRelease'")
      set(${why} "apt-get knows no mirror of ${codename}" PARENT_SCOPE)
      return()
    endif()
    set(mirror "${CMAKE_MATCH_2}")
  endif()

  set(keyring "/usr/share/keyrings/debian-archive-keyring.gpg")
  set(signed "")
  if(EXISTS "${keyring}")
    set(signed "[signed-by=${keyring}] ")
  endif()
  set(sources "")
  foreach(suite IN ITEMS ${codename} ${codename}-backports sid)
    string(APPEND sources "deb ${signed}${mirror} ${suite} main\n")
  endforeach()
  file(WRITE "${dir}/sources.list" "${sources}")
  set(architectures "")
  if(architecture)
    execute_process(COMMAND "${TANDEM_DPKG}" --print-architecture OUTPUT_VARIABLE own OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(architectures "#clear APT::Architectures;\nAPT::Architectures { \"${own}\"; \"${architecture}\"; };\n")
  endif()
  # Read after the machine's own configuration, whose proxies stay. Its hooks would touch the system.
  file(WRITE "${dir}/apt.conf"
    "Dir::Etc::sourcelist \"${dir}/sources.list\";\n"
    "Dir::Etc::sourceparts \"-\";\n"
    "Dir::State::lists \"${dir}/lists\";\n"
    "Dir::Cache \"${dir}/cache\";\n"
    "${architectures}"
    "APT::Sandbox::User \"root\";\n"
    "APT::Default-Release \"${codename}\";\n"
    "Acquire::Languages \"none\";\n"
    "Acquire::PDiffs \"false\";\n"
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n"
    "#clear APT::Update::Pre-Invoke;\n"
    "#clear APT::Update::Post-Invoke;\n"
    "#clear APT::Update::Post-Invoke-Success;\n"
    "#clear DPkg::Post-Invoke;\n")
  message(STATUS "Reading the lists of Debian's packages")
  execute_process(COMMAND "${TANDEM_APT_GET}" -c "${dir}/apt.conf" -qq update
    TIMEOUT 600 RESULT_VARIABLE failed OUTPUT_VARIABLE problem ERROR_VARIABLE problem)
  file(GLOB lists "${dir}/lists/*_Packages*")
  if(failed OR NOT lists)
    tandem_one_line("${problem}" problem)
    set(${why} "${problem}" PARENT_SCOPE)
    return()
  endif()
  file(TOUCH "${dir}/ready")
endfunction()

# The first line of a tool's complaint.
function(tandem_one_line text line)
  string(STRIP "${text}" text)
  string(REGEX REPLACE "\n.*" "" text "${text}")
  set(${line} "${text}" PARENT_SCOPE)
endfunction()
