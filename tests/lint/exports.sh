#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: exports.sh MAP SHARED_LIBRARY HEADER...
#
# What the headers declare, what the map lists and what the library exports must be the
# same functions.
set -euo pipefail
map=$1 library=$2
shift 2
headers=("$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What stands between the two marks, comments gone, each declaration on one line.
declared() {
    cat "${headers[@]}" |
        sed -nE "/^ENTITLE_BEGIN_DECLS/,/^ENTITLE_END_DECLS/{/^ENTITLE_(BEGIN|END)/!p}" |
        tr '\n' ' ' |
        sed -E 's:/\*([^*]|\*+[^*/])*\*+/: :g; s/;/;\n/g' |
        sed -nE '/typedef/!s/.*[^(_[:alnum:]]\*?(entitle_[a-z0-9_]+) ?\(.*\);/\1/p' | sort -u
}

listed() {
    sed -nE 's/^[[:space:]]*(entitle_[a-z0-9_]+);/\1/p' "$map" | sort
}

# Each is bound to a version node: name@@ENTITLE_0.1.
exported() {
    nm -D --defined-only --with-symbol-versions "$library" |
        awk '$2 != "A" { print $3 }' | sed -E 's/@@ENTITLE_((METER|LICENCE)_)?[0-9.]+$//' | sort
}

for source in declared listed exported; do
    "$source" >"$work/$source"
    [ -s "$work/$source" ] || { echo "no function $source: this check is broken"; exit 1; }
done

status=0
for source in listed exported; do
    diff -u --label declared --label "$source" "$work/declared" "$work/$source" || status=1
done
exit "$status"
