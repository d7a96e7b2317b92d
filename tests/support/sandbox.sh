# SPDX-License-Identifier: Apache-2.0
#
# For scripts that test programs against a sandbox: source it, then start_sandbox PROGRAM
# [OPTION…].
# Cleans up by itself; $work is a folder that goes, too.
work=$(mktemp -d)
pids=()
clean_up() {
    kill "${pids[@]}" 2>/dev/null
    wait
    rm -rf "$work"
}
trap clean_up EXIT

checks=0 failures=0
complain() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# Sets url, product_code and keys.
start_sandbox() {
    "$1" --state "$work/state" "${@:2}" >"$work/listening" 2>"$work/sandbox.err" &
    pids+=($!)
    for _ in $(seq 400); do
        [ ! -s "$work/listening" ] || break
        sleep 0.05
    done
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$work/listening")
    product_code=$(sed -n 's/.*"product_code":"\([^"]*\)".*/\1/p' "$work/listening")
    keys=$(sed -n 's/.*"keys":"\([^"]*\)".*/\1/p' "$work/listening")
    [ -n "$url" ] || { cat "$work/sandbox.err"; exit 1; }
}

# Nothing of the caller's may decide: the sandbox's task, and no proxy.
use_task_of_sandbox() {
    unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_CA_BUNDLE AWS_MAX_ATTEMPTS
    unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY
    export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_REGION=us-east-1
    export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
    export AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent
    export ENTITLE_PRODUCT_CODE=$product_code ENTITLE_KEYS=$keys
}

# NAME WANT_STATUS WANT COMMAND…: how COMMAND ends, and a text that its output has.
expect() {
    local name=$1 want_status=$2 want=$3 status
    shift 3
    checks=$((checks + 1))
    "$@" >"$work/out" 2>"$work/err"
    status=$?
    if [ "$status" -ne "$want_status" ] || ! grep -qF -- "$want" "$work/out"; then
        complain "$name: status $status (wanted $want_status and '$want')"
        cat "$work/out" "$work/err"
    fi
}

conclude() {
    echo "$checks checks, $failures failed"
    [ "$failures" -eq 0 ]
}
