# SPDX-License-Identifier: Apache-2.0
"""The module of examples/python, in a process that has begun without LD_LIBRARY_PATH."""

import ctypes
import importlib
import sys


def load(root, libraries):
    """From this folder: ctypes finds by themselves only those that are installed."""
    find = ctypes.CDLL
    ctypes.CDLL = lambda name: find(f"{libraries}/{name}")
    sys.path.insert(0, f"{root}/examples/python")
    return importlib.import_module("entitle")
