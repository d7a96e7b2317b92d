#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: programs.sh LIBRARY ENTITLE SANDBOX USAGE LICENCE ISSUER AGENT
#
# What is shipped is hardened, loads OpenSSL, libcurl, cJSON and expat only, and cannot sign
# tokens or licences. The ledger's commands, in a program of their own, load SQLite and zlib, too,
# and what reads licences loads libjwt, which no other program does. That the sandbox and the
# issuer of licences are caught signing shows that the last check works. What is "" was not built.
set -euo pipefail
library=$1 entitle=$2 sandbox=$3 usage=$4 licence=$5 issuer=$6 agent=$7
status=0

complain() {
    echo "$*"
    status=1
}

needed() {
    readelf -d "$1" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p'
}

signs() {
    nm -D --undefined-only "$1" |
        grep -E " (EVP_PKEY_sign|EVP_DigestSign|EVP_SignFinal|RSA_sign|RSA_private_|jwt_(new|encode|set_alg))" >/dev/null
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
if [ -n "$licence" ]; then
    hardened "$licence"
    loads_only "$licence" "$loaded|libjwt"
    needed "$licence" | grep -q '^libjwt\.' || complain "$licence: without libjwt: this check is broken"
    ! signs "$licence" || complain "$licence: can sign"
    hardened "$issuer"
    loads_only "$issuer" 'libcrypto|libcjson|libc|ld-linux[-a-z0-9_]*'
    signs "$issuer" || complain "the issuer seems not to sign: this check is broken"
fi
for file in "$library" "$entitle" "$usage" "$issuer" "$agent" "$sandbox"; do
    if [ -n "$file" ] && needed "$file" | grep -q '^libjwt\.'; then
        complain "$file: loads libjwt, which entitle-licence alone may"
    fi
done
signs "$sandbox" || complain "the sandbox seems not to sign: this check is broken"
exit "$status"
