#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: due.sh USAGE_PROGRAM TURN_FILE LEDGER...
#
# Adds a use of 1,000 dimensions of history.sh to each ledger, in an hour that is over and
# that AWS still takes: another thousand each time, ten times.
set -euo pipefail
[ $# -ge 3 ] || { sed -n 's/^# \{0,1\}//; 4,7p' "$0" >&2; exit 64; }

program=$1 turn_file=$2
shift 2
turn=$(cat "$turn_file" 2>/dev/null || echo 0)
echo $((turn + 1)) >"$turn_file"
hour=$((($(date +%s) / 3600 - 1 - turn / 2) * 3600))
for ledger; do
    awk -v hour="$hour" -v first=$((turn % 2 * 1000)) 'BEGIN {
        print "dimension,quantity,timestamp"
        for (i = 0; i < 1000; i++) printf "dimension%04d,1,%d\n", first + i, hour
    }' | "$program" import --ledger "$ledger" --product-code benchmarkproduct --instance benchmark -
done
