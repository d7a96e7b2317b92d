#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: abi_test.sh ROOT WORK
#
# tools/abi on a small library: what it says of each change to it, and of the neighbour that
# breaks nobody.
set -euo pipefail
command -v abidw >/dev/null || { echo "SKIPPED: no abidw; install abigail-tools" >&2; exit 77; }
root=$1 work=$2
rm -rf "$work"
mkdir -p "$work/tools" "$work/include/entitle" "$work/tests/package/abi" "$work/build"
cp "$root/tools/abi" "$work/tools"
cd "$work"

cat >original.h <<'HEADER'
#include <stddef.h>
typedef struct entitle_options {
    size_t struct_size;
    int first;
} entitle_options;
typedef struct entitle_point {
    int x;
} entitle_point;
typedef enum entitle_kind { ENTITLE_ROUND = 1, ENTITLE_SQUARE } entitle_kind;
typedef struct entitle_thing entitle_thing;
int entitle_draw(const entitle_options *options, entitle_point at, entitle_kind kind);
const entitle_thing *entitle_thing_of(int number);
HEADER
cat >original.c <<'SOURCE'
#include "thing.h"
struct entitle_thing { int hidden; };
static const struct entitle_thing things[2];
int
entitle_draw(const entitle_options *options, entitle_point at, entitle_kind kind)
{
    return options->first + at.x + (int)kind;
}
const entitle_thing *
entitle_thing_of(int number)
{
    return &things[number & 1];
}
SOURCE
cp original.c thing.c

# SED…: the library as it is after these changes.
build() {
    local edits=() edit
    for edit in "$@"; do edits+=(-e "$edit"); done
    sed "${edits[@]}" original.h >include/entitle/thing.h
    sed "${edits[@]}" original.c >thing.c
    "$CC" -g -O1 -shared -fPIC -Wl,-soname,libentitle.so.0 -Iinclude/entitle thing.c -o build/libentitle.so
}

failed=0
# STATUS TEXT SED…
expect() {
    local wanted=$1 text=$2 status=0
    shift 2
    build "$@"
    tools/abi --from build >said 2>&1 || status=$?
    [ -s said ] || echo "nothing" >said
    if [ "$status" -ne "$wanted" ] || ! grep -qF -- "$text" said; then
        echo "exit status $status, not $wanted with '$text', after: $*"
        cat said
        failed=1
    fi
}

build ""
tools/abi --from build --renew

expect 0 "nothing" ""
expect 1 "entitle_thing_of" 's/entitle_thing_of/entitle_thing_at/'
expect 0 "function int entitle_more()" '$a int entitle_more(void);' '/^#include "thing.h"/a int entitle_more(void) { return 1; }'
expect 1 "member 2 of entitle_options: first" 's/int first;/int second; int first;/'
expect 0 "member 3 of entitle_options: second" 's/int first;/int first; int second;/'
expect 0 "member 4 of entitle_options: third" 's/int first;/int first; int second; long third;/'
expect 1 "int first" 's/int first;/long first; int second;/'
expect 1 "member 2 of entitle_options: first" 's/int first;/int second, third;/; s/options->first/options->second/'
expect 1 "entitle_point" 's/int x;/int x; int y;/'
expect 1 "parameter 1" 's/entitle_thing_of(int number)/entitle_thing_of(long number)/'
expect 1 "ENTITLE_SQUARE" 's/ENTITLE_SQUARE/ENTITLE_OVAL, ENTITLE_SQUARE/'
expect 0 "nothing" 's/ENTITLE_SQUARE/ENTITLE_SQUARE, ENTITLE_OVAL/'
expect 0 "nothing" 's/int hidden;/long hidden, more;/'
exit "$failed"
