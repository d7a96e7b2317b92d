# SPDX-License-Identifier: Apache-2.0
"""How the example of each language is built against an installed entitle: a command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


class Missing(Exception):
    """What is needed to build it."""


def tool(name):
    path = shutil.which(name)
    if not path:
        raise Missing(name)
    return path


def run(*command, **more):
    subprocess.run(command, check=True, stdout=sys.stderr, **more)


def environment(prefix, libdir):
    """As for somebody who has installed it into PREFIX."""
    return {**os.environ, "LD_LIBRARY_PATH": f"{prefix}/{libdir}",
            "PKG_CONFIG_PATH": f"{prefix}/{libdir}/pkgconfig", "CMAKE_PREFIX_PATH": str(prefix),
            "PYTHONDONTWRITEBYTECODE": "1"}


def cpp(source, work, env):
    flags = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
    run(tool("cmake"), "-S", source, "-B", work, "-DCMAKE_BUILD_TYPE=Debug", f"-DCMAKE_CXX_FLAGS={flags}", env=env)
    run(tool("cmake"), "--build", work, env=env)
    return [f"{work}/product"]


def python(source, _work, _env):
    return [sys.executable, f"{source}/product.py"]


def go(source, work, env):
    offline = {**env, "GOPROXY": "off", "GOFLAGS": "-mod=readonly", "GOCACHE": f"{work}/cache"}
    run(tool("go"), "vet", "./...", cwd=source, env=offline)
    run(tool("go"), "build", "-o", f"{work}/product", ".", cwd=source, env=offline)
    return [f"{work}/product"]


def rust(source, work, env):
    os.mkdir(work)
    run(tool("rustc"), "--edition", "2021", "-D", "warnings", "-L", env["LD_LIBRARY_PATH"], "-o", f"{work}/product",
        f"{source}/product.rs", env=env)
    return [f"{work}/product"]


BUILDS = {"cpp": cpp, "python": python, "go": go, "rust": rust}


def build(language, examples, work, env):
    """In a copy, so that nothing of the checkout is found by accident."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(Path(examples, language), Path(work, "source"))
    return BUILDS[language](f"{work}/source", f"{work}/build", env)
