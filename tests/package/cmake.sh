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

# WHAT SENTENCE: find_package(entitle WHAT) succeeds, or is refused with this sentence.
finds() {
    local folder=$work/find said
    rm -rf "$folder"
    mkdir "$folder"
    printf '%s\n' "cmake_minimum_required(VERSION 3.16)" "project(other LANGUAGES C)" \
        "find_package(entitle $1 REQUIRED)" >"$folder/CMakeLists.txt"
    if cmake -S "$folder" -B "$folder/build" -DCMAKE_PREFIX_PATH="$prefix" >"$folder/log" 2>&1; then
        said=found
    else
        said=$(tr -s ' \n' ' ' <"$folder/log")
    fi
    [[ $said == *"$2"* ]] || { echo "find_package(entitle $1) did not say '$2'"; cat "$folder/log"; exit 1; }
}

finds "0.1" "found"
finds "0.99" 'compatible with requested version "0.99"'
finds "0.1 COMPONENTS gate meter licence static meter_static licence_static" "found"
finds "0.1 COMPONENTS gate metre" "it has no component 'metre'; those of this version are gate, static, meter,"
finds "0.1 OPTIONAL_COMPONENTS metre" "found"

"$root/tests/package/try.sh" "$prefix" "$libdir" "$work" \
    "$work/build/example_gate" "$work/build/example_verify_offline" "$work/build/example_meter" \
    "$work/build/example_ledger" "$work/build/example_licence"
