#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: cxx.sh ROOT PREFIX LIBDIR WORK
#
# A C++17 program, built by find_package(entitle) and run.
set -euo pipefail
root=$1 prefix=$2 work=$4
rm -rf "$work"
cp -r "$root/tests/package/cxx" "$work"

cmake -S "$work" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release
cmake --build "$work/build"
"$work/build/consumer"
