#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# For tools/test, tools/analyse and tools/cross-test: source it.
# shellcheck disable=SC2034 # they read the variables

headline() {
    if [ -t 1 ]; then
        printf '\n\033[1m%s\033[0m\n' "$*"
    else
        printf '\n== %s\n' "$*"
    fi
}

# A build's own chatter matters only when it fails or to someone who watches.
quietly() {
    if [ -t 1 ]; then
        "$@"
        return
    fi
    local log status
    log=$(mktemp)
    "$@" >"$log" 2>&1
    status=$?
    [ "$status" -eq 0 ] ||
        grep -vE '^\[[0-9]+/[0-9]+\] [A-Z][a-z]+ing ' "$log" | tail -n 60
    rm -f "$log"
    return "$status"
}

# PRESET OPTION…: runs its tests, but for those that tests/analysis/left_out.txt names.
test_preset() {
    local preset=$1 names
    shift
    names=$(sed -n "s/^$preset //p" tests/analysis/left_out.txt | sed 's/\./\\./g' | paste -sd '|')
    ctest --preset "$preset" ${names:+--exclude-regex "^($names)\$"} "$@"
}

jobs=$(nproc 2>/dev/null || echo 2)
# For build folders that do not exist yet; the others keep what they have.
export CMAKE_GENERATOR=Ninja
if [ -t 1 ]; then
    ctest_options=(--progress)
else
    ctest_options=()
fi
