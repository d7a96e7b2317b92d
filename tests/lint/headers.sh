#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: headers.sh ROOT COMPILER STANDARD…
#
# Each public header compiles by itself, without a warning, in each language standard
# (c11, c++17), and twice in a row.
set -euo pipefail
root=$1 compiler=$2
shift 2
status=0

for standard in "$@"; do
    language=c
    [[ $standard != *++* ]] || language=c++
    for header in "$root"/include/entitle.h "$root"/include/entitle/*.h; do
        name=${header#"$root"/include/}
        printf '#include <%s>\n#include <%s>\nextern int not_empty;\n' "$name" "$name" |
            "$compiler" -x "$language" -std="$standard" -I "$root/include" -fsyntax-only \
                -Wall -Wextra -Wpedantic -Wshadow -Wundef -Werror - || {
            echo "$name does not compile as $standard"
            status=1
        }
    done
done
exit "$status"
