# SPDX-License-Identifier: Apache-2.0
"""C in documents, compiled: each block stands within a function whose program has the headers, and
what surroundings.h says that its reader has by then."""

import os
import subprocess
import tempfile

WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable", "-Wno-unused-parameter",
            "-Wno-unused-but-set-variable", "-D_POSIX_C_SOURCE=200809L"]


def whole_file(text, surroundings):
    lines = text.splitlines(keepends=True)
    includes = [line for line in lines if line.startswith("#include")]
    others = ["\n" if line.startswith("#include") else line for line in lines]
    return "".join([*includes, f'#include "{surroundings}"\n', "static void\nfragment(SURROUNDINGS)\n{\n{\n",
                    '#line 1 "the block"\n', *others, "}\n}\n", "void (*const the_fragment)(SURROUNDINGS) = fragment;\n"])


def complaint(root, text):
    """What the compiler says of it; "" when that is nothing."""
    surroundings = os.path.join(os.path.dirname(__file__), "surroundings.h")
    with tempfile.TemporaryDirectory() as folder:
        # Compiled, not only parsed: gcc tells of a result that is dropped no earlier.
        done = subprocess.run([os.environ.get("CC") or "cc", *WARNINGS, f"-I{root}/include", "-x", "c", "-c", "-",
                               "-o", f"{folder}/fragment.o"], input=whole_file(text, surroundings), text=True,
                              capture_output=True, timeout=60, check=False)
    return done.stderr or "does not compile\n" if done.returncode != 0 else ""
