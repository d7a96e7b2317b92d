#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: functions.sh MAPS... -- OBJECTS...
#
# Each function that the libraries export is called by a scenario.
set -euo pipefail
maps=()
while [ "$1" != -- ]; do
    maps+=("$1")
    shift
done
shift
exported=$(sed -nE 's/^[[:space:]]*(entitle_[a-z0-9_]+);/\1/p' "${maps[@]}" | sort)
called=$(nm -u "$@" | awk '$1 == "U" && $2 ~ /^entitle_/ { print $2 }' | sort -u)
[ -n "$exported" ] && [ -n "$called" ] || { echo "no functions: this check is broken"; exit 1; }

missing=$(comm -23 <(echo "$exported") <(echo "$called"))
[ -z "$missing" ] || { printf 'In no scenario:\n%s\n' "$missing"; exit 1; }
