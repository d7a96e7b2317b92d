#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: try.sh PREFIX LIBDIR WORK GATE VERIFY_OFFLINE METER LEDGER LICENCE
#
# Runs the examples, wherever they were built: against nobody, and, where
# ENTITLE_SANDBOX names the program, against a sandbox. LEDGER and LICENCE are missing where
# their libraries were not built.
set -euo pipefail
prefix=$1 work=$3 gate=$4 verify_offline=$5 meter=$6 ledger=$7 licence=$8
export LD_LIBRARY_PATH="$prefix/$2"
unset https_proxy http_proxy HTTPS_PROXY HTTP_PROXY ALL_PROXY all_proxy

# STATUS TEXT COMMAND…: the command ends with this status and says this.
expect() {
    local wanted=$1 text=$2 status=0
    shift 2
    "$@" >"$work/output" 2>&1 || status=$?
    if [ "$status" -ne "$wanted" ] || ! grep -qi -- "$text" "$work/output"; then
        echo "exit status $status, not $wanted with '$text': $*"
        cat "$work/output"
        exit 1
    fi
}

needed() {
    readelf -d "$1" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p'
}

# --- What they load -------------------------------------------------------------------

needed "$gate" | grep -q '^libentitle\.so\.0$' || { echo "gate: not on libentitle.so.0"; exit 1; }
if needed "$verify_offline" | grep -E 'libentitle|libcurl|libssl'; then
    echo "verify_offline loads what offline verification does not need"
    exit 1
fi

# --- Against nobody -------------------------------------------------------------------

mkdir "$work/keys"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null |
    openssl pkey -pubout -out "$work/keys/1.pem"
echo "e30.e30.e30" >"$work/token"

export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_MAX_ATTEMPTS=1
export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
export AWS_ENDPOINT_URL_MARKETPLACE_METERING=http://127.0.0.1:1
expect 1 "refused" "$gate" cqcvf9f0ugw8rkbgmf1c9dxyz "$work/keys"
expect 1 "" "$verify_offline" "$work/keys" "$work/token" cqcvf9f0ugw8rkbgmf1c9dxyz nonce
expect 2 "" "$verify_offline" "$work/nowhere" "$work/token" cqcvf9f0ugw8rkbgmf1c9dxyz nonce

expect 1 "connect" "$meter" cqcvf9f0ugw8rkbgmf1c9dxyz requests 7
expect 64 "usage:" "$meter" cqcvf9f0ugw8rkbgmf1c9dxyz requests -7
expect 64 "usage:" "$meter" cqcvf9f0ugw8rkbgmf1c9dxyz requests 2147483648

if [ -x "$ledger" ]; then
    export AWS_EC2_METADATA_DISABLED=true
    needed "$ledger" | grep -q '^libentitle-meter\.so\.0$' || { echo "ledger: not on libentitle-meter.so.0"; exit 1; }
    expect 1 "connect" "$ledger" "$work/nobody.db" cqcvf9f0ugw8rkbgmf1c9dxyz requests 7
    expect 1 "quantity" "$ledger" "$work/nobody.db" cqcvf9f0ugw8rkbgmf1c9dxyz requests 2147483648
    expect 64 "usage:" "$ledger" "$work/nobody.db"
fi

if [ -x "$licence" ]; then
    needed "$licence" | grep -q '^libentitle-licence\.so\.0$' || { echo "licence: not on libentitle-licence.so.0"; exit 1; }
    mkdir "$work/licence_keys"
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/seller.key"
    chmod 600 "$work/seller.key"
    openssl pkey -in "$work/seller.key" -pubout -out "$work/licence_keys/seller.pem"
    "$prefix/bin/entitle-licence-issue" --key "$work/seller.key" --product ours --licensee Anyone \
        --expires 2099-12-31T00:00:00Z >"$work/customer.licence"
    expect 0 "the work begins" "$licence" ours "$work/licence_keys" "$work/customer.licence"
    expect 1 "refused" "$licence" theirs "$work/licence_keys" "$work/customer.licence"
fi

[ -n "${ENTITLE_SANDBOX-}" ] || { echo "no sandbox: only refusals were tried"; exit 0; }

# --- Against a sandbox ----------------------------------------------------------------

member() {
    sed -nE "1s/.*\"$1\":\"([^\"]*)\".*/\1/p" "$work/listening"
}

"$ENTITLE_SANDBOX" --state "$work/state" >"$work/listening" &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null; wait "$sandbox" 2>/dev/null || true' EXIT
for _ in $(seq 300); do
    [ -z "$(member url)" ] || break
    sleep 0.1
done
product=$(member product_code) keys=$(member keys)
eval "$("$ENTITLE_SANDBOX" env --url "$(member url)")"

expect 0 "the work begins" "$gate" "$product" "$keys"
expect 1 "refused" "$gate" "$product" "$work/keys"

"$prefix/bin/entitle" call RegisterUsage \
    "{\"ProductCode\":\"$product\",\"PublicKeyVersion\":1,\"Nonce\":\"mine\"}" |
    sed -nE 's/.*"Signature" ?: ?"([^"]*)".*/\1/p' >"$work/token"
expect 0 "" "$verify_offline" "$keys" "$work/token" "$product" mine
expect 1 "nonce" "$verify_offline" "$keys" "$work/token" "$product" yours
expect 1 "signature" "$verify_offline" "$work/keys" "$work/token" "$product" mine

# --- Metering -------------------------------------------------------------------------

# Its hour is the last full one, and must not become another between two runs.
while [ "$(($(date +%s) % 3600))" -ge 3590 ]; do
    sleep 1
done
"$meter" "$product" requests 7 >"$work/record_id"
grep -qE '^[0-9a-f-]{36}$' "$work/record_id" || { echo "no record id:"; cat "$work/record_id"; exit 1; }
expect 0 "$(cat "$work/record_id")" "$meter" "$product" requests 7
expect 1 "DuplicateRequestException" "$meter" "$product" requests 8

# The ledger remembers: the hour that has gone is not sent again.
if [ -x "$ledger" ]; then
    expect 0 "accepted 1, rejected 0, lost 0, unsent 0" "$ledger" "$work/usage.db" "$product" gigabytes 7
    expect 0 "accepted 0, rejected 0, lost 0, unsent 0" "$ledger" "$work/usage.db" "$product" gigabytes 8
fi

# --- A customer who has cancelled -----------------------------------------------------

knob() {
    curl -fsS -X "$1" "$(member url)/_sandbox/$2" -d "$3" >/dev/null
}
knob PUT subscription '{"subscribed":false}'
knob POST identity '{"kind":"ecs-task"}'
expect 1 "no subscription" "$gate" "$product" "$keys"
