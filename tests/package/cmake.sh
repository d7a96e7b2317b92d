#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: cmake.sh ROOT PREFIX LIBDIR WORK
#
# The examples, built by find_package(entitle) outside of the project, and tried.
set -euo pipefail
root=$1 prefix=$2 libdir=$3 work=$4
rm -rf "$work"
cp -r "$root/examples" "$work" # so that nothing of the checkout is found by accident

cmake -S "$work" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release
cmake --build "$work/build"

# Which minor version is wanted must matter before 1.0.
mkdir "$work/other"
cat >"$work/other/CMakeLists.txt" <<'PROJECT'
cmake_minimum_required(VERSION 3.16)
project(other LANGUAGES C)
find_package(entitle 0.99 QUIET)
if(entitle_FOUND)
    message(FATAL_ERROR "0.1 passes for 0.99")
endif()
PROJECT
cmake -S "$work/other" -B "$work/other/build" -DCMAKE_PREFIX_PATH="$prefix"

"$root/tests/package/try.sh" "$prefix" "$libdir" "$work" \
    "$work/build/example_gate" "$work/build/example_verify_offline" "$work/build/example_meter" \
    "$work/build/example_ledger"
