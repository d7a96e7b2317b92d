#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: market.sh >FILE
#
# The market of the sandbox's benchmarks, as load_request.c and customer_rows.sh know it:
# one product with a hundred dimensions, a hundred customers with a licence each, 16 tasks.
set -euo pipefail
awk 'BEGIN {
    printf "{\"products\":[{\"code\":\"benchmarkproduct\",\"dimensions\":["
    for (i = 0; i < 100; i++) printf "%s\"dimension%02d\"", i ? "," : "", i
    printf "]}],\"customers\":["
    for (i = 0; i < 100; i++)
        printf "%s{\"account\":\"%012d\",\"identifier\":\"customer-%d\"}", i ? "," : "", 100000000 + i, i
    printf "],\"subscriptions\":["
    for (i = 0; i < 100; i++)
        printf "%s{\"customer\":\"customer-%d\",\"license_arn\":\"arn:aws:license-manager::294406891311:license:l-%032d\"}",
            i ? "," : "", i, i
    printf "],\"identities\":["
    for (i = 0; i < 16; i++)
        printf "%s{\"access_key_id\":\"AKIABENCHMARK%07d\",\"secret_access_key\":\"benchmark-secret-%04d\",\"kind\":\"ecs-task\"}", i ? "," : "", i, i
    print "]}"
}'
