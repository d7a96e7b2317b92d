#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: calls.sh STATIC_LIBRARY
#
# The library prints nothing, never ends the process, starts no threads and installs no
# signal handlers; only aws/child_process starts a program, and stops it; only base/runtime
# looks at clocks and the environment. The heap is for base/runtime and base/json, whose
# trees have cJSON's memory. Looks at which functions each object file calls.
set -euo pipefail
library=$1

# REGEX of the function, REGEX of the object files that may call it.
rules=(
    '_?_?(abort|exit|_exit|_Exit|quick_exit|assert_fail|assert)  ^$'
    '_*v?f?d?printf(_chk)?|f?puts|f?putc(har)?|perror|std(out|err)  ^$'
    '(signal|sigaction|sigprocmask|raise|alarm)  ^$'
    '(pthread_create|thrd_create|fork|vfork|execv?[lpe]*|system|popen)  ^$'
    '(posix_spawnp?|kill)  ^child_process\.c\.o$'
    '(setenv|putenv|unsetenv|clearenv|secure_getenv)  ^$'
    'getenv  ^runtime\.c\.o$'
    '(strcpy|strcat|sprintf|vsprintf|gets|strtok|ato[ifl]l?|rand|random|setlocale)  ^$'
    '(time|gettimeofday|clock_gettime|nanosleep|clock_nanosleep|u?sleep)  ^runtime\.c\.o$'
    '(malloc|calloc|realloc|free|strdup|strndup)  ^(runtime|json)\.c\.o$'
)

# "object function", one line for each undefined symbol.
calls=$(nm -u "$library" 2>/dev/null |
    awk '/:$/ { object = $1; sub(/:$/, "", object); next } $1 == "U" { print object, $2 }')
[ -n "$calls" ] || { echo "no calls found: this check is broken"; exit 1; }

status=0
for rule in "${rules[@]}"; do
    found=$(awk -v called="^(${rule%%  *})$" -v allowed="${rule##*  }" \
        '{ sub(/@.*/, "", $2) } $2 ~ called && $1 !~ allowed { print "  " $1 " calls " $2 }' \
        <<<"$calls")
    [ -z "$found" ] || { printf '%s\n' "Forbidden:" "$found"; status=1; }
done
exit "$status"
