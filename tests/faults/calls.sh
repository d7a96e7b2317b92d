#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: calls.sh CANNOT_FAIL NAMES LIBRARY...
#
# Each function that the libraries take from outside is in the tables of failing calls, whose
# names are in the file NAMES, or in the list of those that cannot fail, and not in both.
set -euo pipefail
cannot_fail=$1 names=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

nm -u "$@" 2>/dev/null | awk '$1 == "U" { sub(/@.*/, "", $2); print $2 }' |
    grep -vE '^ent(itle)?_' | sort -u >"$work/called"
sed 's/#.*//' "$cannot_fail" | tr -s ' ' '\n' | sed '/^$/d' | sort >"$work/unfailing"
sort "$names" >"$work/failing"
for list in called unfailing failing; do
    [ -s "$work/$list" ] || { echo "no function $list: this check is broken"; exit 1; }
done

status=0
complain() {
    [ -z "$2" ] || { printf '%s:\n%s\n' "$1" "$2"; status=1; }
}
listed=$(sort "$work/failing" "$work/unfailing")
complain "listed twice" "$(uniq -d <<<"$listed")"
complain "called, and neither made to fail nor in $cannot_fail" \
    "$(comm -23 "$work/called" <(uniq <<<"$listed"))"
# What a compiler puts in the place of another function depends on it.
complain "listed, and not called" \
    "$(comm -13 "$work/called" <(uniq <<<"$listed") | grep -vE '^_|^bcmp$|^v?snprintf$|^memmove$|^strnlen$|^sqlite3_changes' || true)"
exit "$status"
