#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: programs.sh LIBRARY ENTITLE SANDBOX [USAGE]
#
# What is shipped is hardened, loads OpenSSL, libcurl, cJSON and expat only, and cannot sign
# tokens. The ledger's commands, in a program of their own, load SQLite and zlib, too. That the sandbox
# is caught signing shows that the last check works.
set -euo pipefail
library=$1 entitle=$2 sandbox=$3 usage=${4-}
status=0

complain() {
    echo "$*"
    status=1
}

needed() {
    readelf -d "$1" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p'
}

signs() {
    nm -D --undefined-only "$1" | grep -E " (EVP_PKEY_sign|EVP_DigestSign|EVP_SignFinal|RSA_sign|RSA_private_)" >/dev/null
}

hardened() {
    local file=$1 dynamic headers symbols
    dynamic=$(readelf -d "$file") headers=$(readelf -hlW "$file")
    symbols=$(nm -D --undefined-only "$file")
    [[ $headers == *"DYN ("* ]] || complain "$file: not position-independent"
    [[ $headers == *GNU_RELRO* ]] || complain "$file: without RELRO"
    [[ $dynamic == *BIND_NOW* || $dynamic == *" NOW"* ]] || complain "$file: binds lazily"
    [[ ! $headers =~ GNU_STACK[^$'\n']*RWE ]] || complain "$file: has an executable stack"
    [[ $symbols == *__stack_chk_fail* ]] || complain "$file: without stack protector"
}

loaded='libcrypto|libcurl|libcjson|libexpat|libc|ld-linux[-a-z0-9_]*'

loads_only() {
    local others
    others=$(needed "$1" | grep -vE "^($2)\.so\b" || true)
    [ -z "$others" ] || complain "$1: loads" $others
}

for file in "$library" "$entitle"; do
    hardened "$file"
    loads_only "$file" "$loaded"
    ! signs "$file" || complain "$file: can sign"
done
if [ -n "$usage" ]; then
    hardened "$usage"
    loads_only "$usage" "$loaded|libsqlite3|libpq|libz"
    ! signs "$usage" || complain "$usage: can sign"
fi
signs "$sandbox" || complain "the sandbox seems not to sign: this check is broken"
exit "$status"
