#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: layers.sh [ROOT]
#
# Compares every #include under src, include, tools and examples with src/LAYERS and
# tools/sandbox/LAYERS. Prints each forbidden one and fails if there is any.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}"

# The folders that have C in them; a checkout may lack some.
folders=()
for folder in src include tools examples; do
    [ ! -d "$folder" ] || folders+=("$folder")
done

# One line an include: file:line:<name> or file:line:"name".
includes() {
    grep -rnE --include='*.c' --include='*.h' --include='*.c.in' \
        '^[[:space:]]*#[[:space:]]*include' "${folders[@]}" |
        sed -E 's/^([^:]*:[0-9]+:)[[:space:]]*#[[:space:]]*include[[:space:]]*/\1/; s/([>"])[^>"]*$/\1/'
}

layers=(src/LAYERS)
[ ! -f tools/sandbox/LAYERS ] || layers+=(tools/sandbox/LAYERS)
includes | awk -f "$here/layers.awk" "${layers[@]}" -
