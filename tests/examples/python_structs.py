#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: python_structs.py ROOT PREFIX LIBDIR CC

The structs of examples/python lie in memory as the C compiler has them: each is one, or the
beginning of one.
"""

import ctypes
import subprocess
import sys
import tempfile

import python_example

ROOT, PREFIX, LIBDIR, CC = sys.argv[1:5]
STRUCTS = {"Error": "entitle_error", "GateOptions": "entitle_gate_options", "MeterOptions": "entitle_meter_options",
           "Use": "entitle_use", "FlushOptions": "entitle_flush_options", "Report": "entitle_flush_report"}
WHOLE = ("Error", "Report")  # the library writes to them


def places_in_c(structs):
    """"Use.quantity" → (offset, size), and "Use" → (0, size)."""
    lines = ["#include <entitle.h>", "#include <entitle/meter.h>", "#include <stddef.h>", "#include <stdio.h>",
             "#define SIZE(type, member) sizeof(((type *)NULL)->member)", "int main(void) {"]
    for name, struct in structs.items():
        lines.append(f'printf("{name} 0 %zu\\n", sizeof({STRUCTS[name]}));')
        for member, *_ in struct._fields_:
            lines.append(f'printf("{name}.{member} %zu %zu\\n", offsetof({STRUCTS[name]}, {member}), '
                         f'SIZE({STRUCTS[name]}, {member}));')
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([CC, f"-I{PREFIX}/include", "-x", "c", "-", "-o", f"{folder}/places"], check=True, text=True,
                       input="\n".join([*lines, "return 0;", "}"]))
        printed = subprocess.run([f"{folder}/places"], check=True, text=True, capture_output=True).stdout
    return {name: (int(offset), int(size)) for name, offset, size in map(str.split, printed.splitlines())}


def main():
    example = python_example.load(ROOT, f"{PREFIX}/{LIBDIR}")
    structs = {name: getattr(example, name) for name in STRUCTS}
    failures = 0
    for name, (offset, size) in places_in_c(structs).items():
        struct, _, member = name.partition(".")
        if member:
            field = getattr(structs[struct], member)
            found = field.offset, field.size
        else:
            found = 0, ctypes.sizeof(structs[struct])
        is_beginning = not member and struct not in WHOLE and found[1] <= size
        if found != (offset, size) and not is_beginning:
            failures += 1
            print(f"{name}: in Python {found}, in C {(offset, size)}")
    print(f"{len(structs)} structs")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
