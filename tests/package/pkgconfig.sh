#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: pkgconfig.sh ROOT PREFIX LIBDIR WORK
#
# The examples, built with what pkg-config says, and tried.
set -euo pipefail
root=$1 prefix=$2 libdir=$3 work=$4
rm -rf "$work"
mkdir -p "$work"
export PKG_CONFIG_PATH="$prefix/$libdir/pkgconfig"

for example in gate meter; do
    # What pkg-config prints is meant to be split into words.
    # shellcheck disable=SC2046
    "$CC" -std=c11 "$root/examples/$example.c" -o "$work/$example" $(pkg-config --cflags --libs entitle)
done

if pkg-config --exists entitle-meter; then
    # shellcheck disable=SC2046
    "$CC" -std=c11 "$root/examples/ledger.c" -o "$work/ledger" $(pkg-config --cflags --libs entitle-meter)
fi

if pkg-config --exists entitle-licence; then
    # shellcheck disable=SC2046
    "$CC" -std=c11 "$root/examples/licence.c" -o "$work/licence" $(pkg-config --cflags --libs entitle-licence)
fi

static=$(pkg-config --libs --static entitle)
# shellcheck disable=SC2046,SC2086
"$CC" -std=c11 "$root/examples/verify_offline.c" -o "$work/verify_offline" \
    $(pkg-config --cflags entitle) ${static/-lentitle/-l:libentitle.a}

[ "$(pkg-config --modversion entitle)" = "$("$prefix/bin/entitle" version | awk '{print $2; exit}')" ] || {
    echo "entitle.pc and the program disagree on the version"
    exit 1
}

"$root/tests/package/try.sh" "$prefix" "$libdir" "$work" "$work/gate" "$work/verify_offline" "$work/meter" \
    "$work/ledger" "$work/licence"
