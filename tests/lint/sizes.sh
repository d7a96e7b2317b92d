#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: sizes.sh ROOT
#
# What has grown too large to be read in one go: functions over 40 lines, files over 400.
# Tests are long lists by nature: only their files are judged, at 1000.
set -euo pipefail
cd "$1"

find include src tools tests examples -name '*.[ch]' -print0 | xargs -0 awk '
    # clang-format puts the braces of a function, and only those, into the first column.
    FNR == 1 { begin = 0; is_test = FILENAME ~ /^tests\//; limit = is_test ? 1000 : 400 }
    /^\{/ && !is_test { begin = FNR }
    /^\}/ && begin {
        if (FNR - begin - 1 > 40) {
            print FILENAME ":" begin ": a function of " FNR - begin - 1 " lines"
            failed = 1
        }
        begin = 0
    }
    FNR == limit + 1 { print FILENAME ": over " limit " lines"; failed = 1 }
    END { exit failed }'
