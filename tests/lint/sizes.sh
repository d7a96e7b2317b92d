#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: sizes.sh ROOT
#
# What has grown too large to be read in one go: functions over 40 lines (in tests 80,
# for their tables), files over 400.
set -euo pipefail
cd "$1"

find include src tools tests examples -name '*.[ch]' -print0 | xargs -0 awk '
    # clang-format puts the braces of a function, and only those, into the first column.
    FNR == 1 { begin = 0; limit = FILENAME ~ /^tests\// ? 80 : 40 }
    /^\{/ { begin = FNR }
    /^\}/ && begin {
        if (FNR - begin - 1 > limit) {
            print FILENAME ":" begin ": a function of " FNR - begin - 1 " lines"
            failed = 1
        }
        begin = 0
    }
    FNR == 401 { print FILENAME ": over 400 lines"; failed = 1 }
    END { exit failed }'
