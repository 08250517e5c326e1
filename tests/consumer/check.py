# SPDX-License-Identifier: BSL-1.0
"""Consumes tandem as a stranger would: a project outside of the tree that knows only what the README says.

    check.py WAY --source TANDEM --build BUILT_TANDEM --work FOLDER --compiler CXX --cmake CMAKE --tbb TBB_DIR --xsimd INCLUDE_DIR

WAY is find_package, add_subdirectory, fetch_content, pkg_config or examples. TBB_DIR and INCLUDE_DIR are where the dependencies of
this build were found, which need not be where a stranger's CMake looks.
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
EXAMPLES = """cmake_minimum_required(VERSION 3.25)
project(examples LANGUAGES CXX)
find_package(tandem REQUIRED)
"""
EXAMPLE = """add_executable({name} {name}.cpp)
target_link_libraries({name} PRIVATE tandem::tandem)
"""


class Failed(Exception):
    pass


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise Failed(f"{' '.join(str(word) for word in command)}\n{done.stdout}")
    return done.stdout


class Consumer:
    def __init__(self, given):
        self.given = given
        self.work = given.work / given.way
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        # A user's environment: no flags of ours.
        self.env = {name: value for name, value in os.environ.items() if name not in ("CXXFLAGS", "LDFLAGS", "CPATH")}

    def install(self):
        """Installs tandem and moves what was installed: nothing in it may know where it was."""
        first, prefix = self.work / "first", self.work / "installed tree"
        run(self.given.cmake, "--install", self.given.build, "--prefix", first)
        first.rename(prefix)
        for path in prefix.rglob("*"):
            if path.is_file() and path.suffix != ".hpp":
                # A version file that minds the architecture compares the size of pointers with "8"; else it returns before.
                text = path.read_text().split('if("TRUE")\n  return()')[0]
                for word in (str(self.given.source), str(self.given.build), str(first), "x86_64", "aarch64", '"8"'):
                    if word in text:
                        raise Failed(f"{path} depends on the machine or the place: it contains {word}")
        folders = {path.name for path in prefix.iterdir()}
        if folders != {"include", "share"}:
            raise Failed(f"installed besides include and share: {folders}")
        return prefix

    def configure(self, source, build, *settings):
        return run(self.given.cmake, "-S", source, "-B", build, f"-DCMAKE_CXX_COMPILER={self.given.compiler}", "-DCMAKE_BUILD_TYPE=",
                   f"-DTBB_DIR={self.given.tbb}", f"-Dxsimd_INCLUDE_DIR={self.given.xsimd}", *settings, env=self.env)

    def build_and_run(self, build):
        run(self.given.cmake, "--build", build, env=self.env)
        return run(build / "consumer", env=self.env)

    def silent(self, output):
        between = re.search(r"-- before tandem\n(.*?)-- after tandem", output, re.S)
        if between is None or between.group(1).strip():
            raise Failed(f"tandem is not silent as a part of another project:\n{output}")

    # ---- the ways

    def find_package(self):
        self.configure(HERE / "find_package", self.work / "build", f"-DCMAKE_PREFIX_PATH={self.install()}")
        self.build_and_run(self.work / "build")

    def add_subdirectory(self):
        self.silent(self.configure(HERE / "add_subdirectory", self.work / "build", f"-DTANDEM_SOURCE_DIR={self.given.source}"))
        self.build_and_run(self.work / "build")

    def fetch_content(self):
        clone = self.work / "clone"
        clone.mkdir()
        shutil.copytree(self.given.source / "include", clone / "include")
        shutil.copytree(self.given.source / "cmake", clone / "cmake")
        shutil.copy(self.given.source / "CMakeLists.txt", clone)
        git = ["git", "-C", clone, "-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "-c", "init.defaultBranch=main"]
        run(*git, "init", "--quiet")
        run(*git, "add", ".")
        run(*git, "commit", "--quiet", "--message", "as it stands")
        self.silent(self.configure(HERE / "fetch_content", self.work / "build", f"-DTANDEM_REPOSITORY={clone}"))
        self.build_and_run(self.work / "build")

    def pkg_config(self):
        tool = shutil.which("pkg-config")
        if tool is None:
            print("pkg-config is not installed")
            return SKIPPED
        folders = [self.install() / "share" / "pkgconfig"]
        # The files of dependencies that were unpacked, not installed, say /usr; those of installed ones are found anyway.
        unpacked = self.work / "unpacked"
        unpacked.mkdir()
        for name, root in (("tbb", self.given.tbb), ("xsimd", self.given.xsimd)):
            prefix = next((p for p in root.parents if p.name == "usr"), None)
            found = [] if prefix is None else sorted(prefix.rglob(f"{name}.pc"))
            if found and prefix != pathlib.Path("/usr"):
                text = re.sub(r"^prefix=.*$", f"prefix={prefix}", found[0].read_text(), flags=re.M)
                (unpacked / f"{name}.pc").write_text(re.sub(r"=/usr/", f"={prefix}/", text))
        folders.append(unpacked)
        env = {**self.env, "PKG_CONFIG_PATH": ":".join(str(f) for f in folders)}
        if subprocess.run([tool, "--exists", "tbb", "xsimd"], env=env).returncode != 0:
            print("the dependencies of this build have no files for pkg-config")
            return SKIPPED
        flags = shlex.split(run(tool, "--cflags", "--libs", "tandem", env=env))
        libraries = shlex.split(run(tool, "--variable=libdir", "tbb", env=env))
        run(self.given.compiler, "-std=c++20", HERE / "main.cpp", "-o", self.work / "consumer", *flags, f"-Wl,-rpath,{libraries[0]}")
        run(self.work / "consumer")
        return 0

    def examples(self):
        """Examples outside of the tree: each its one file, and two lines of CMake after a project's first three. Every sixth is built
        so; of all, that they include nothing of the tree."""
        paths = sorted((self.given.source / "examples").glob("*.cpp"))
        for path in paths:
            strange = re.findall(r'^#include (?!<[a-z_./]+>|<tandem/).*$', path.read_text(), re.M)
            if strange:
                raise Failed(f"{path} includes more than the standard library and tandem: {strange}")
        paths = paths[::6]
        folder, build = self.work / "project", self.work / "build"
        folder.mkdir()
        for path in paths:
            shutil.copy(path, folder)
        (folder / "CMakeLists.txt").write_text(EXAMPLES + "".join(EXAMPLE.format(name=path.stem) for path in paths))
        self.configure(folder, build, f"-DCMAKE_PREFIX_PATH={self.install()}")
        run(self.given.cmake, "--build", build, env=self.env)
        for path in paths:
            run(build / path.stem, env=self.env, cwd=folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("way")
    for name in ("source", "build", "work", "tbb", "xsimd"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--cmake", required=True)
    given = parser.parse_args()
    try:
        return getattr(Consumer(given), given.way)() or 0
    except Failed as failure:
        print(failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
