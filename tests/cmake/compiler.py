# SPDX-License-Identifier: BSL-1.0
"""Calls the compiler with the flags that CMake wrote down, for the checks that look at what the compiler says."""
import os
import resource
import subprocess

SKIPPED = 77


def read_flags(path):
    """The command to which a file to compile is added."""
    with open(path) as lines:
        return [line.strip() for line in lines if line.strip()]


def run(command, source=""):
    """(succeeded, what it printed). Messages are in English whatever the machine speaks. `source`: for a command that reads it."""
    done = subprocess.run(command, input=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "LC_ALL": "C"})
    return done.returncode == 0, done.stdout


def check_syntax(flags, source):
    """What `run` returns for the compilation of a text, which is not carried further than its errors."""
    return run([*flags, "-fsyntax-only", "-x", "c++", "-"], source)


def user_seconds(command):
    """Seconds of the processor that the command took in user mode; RuntimeError if it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    succeeded, output = run(command)
    if not succeeded:
        raise RuntimeError(f"{' '.join(command)}\n{output}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
