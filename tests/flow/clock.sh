#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: clock.sh ENTITLE SANDBOX
#
# A machine whose clock is wrong: the service allows 15 minutes, beyond that the date that
# is signed is corrected by the service's own, once.
set -uo pipefail
entitle=$1 sandbox=$2
. "$(dirname "$0")/../support/sandbox.sh"

command -v faketime >/dev/null || { echo "SKIPPED: no faketime to turn the clock with" >&2; exit 77; }
start_sandbox "$sandbox"
use_task_of_sandbox

expect "right" 0 '"attempts":1,' "$entitle" check --endpoint "$url" --json
for minutes in -10 +10; do
    expect "$minutes minutes" 0 '"attempts":1,' \
        faketime -f "${minutes}m" "$entitle" check --endpoint "$url" --json
done
for minutes in -20 +20; do
    expect "$minutes minutes" 0 '"attempts":2,' \
        faketime -f "${minutes}m" "$entitle" check --endpoint "$url" --json
    expect "$minutes minutes, said by doctor" 0 '"check":"clock","status":"warn"' \
        faketime -f "${minutes}m" "$entitle" doctor --endpoint "$url" --json
done
expect "20 minutes, no second attempt allowed" 78 '"reason":"clock_skew"' \
    env AWS_MAX_ATTEMPTS=1 faketime -f +20m "$entitle" check --endpoint "$url" --json
conclude
