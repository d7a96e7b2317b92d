#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: tls.sh ENTITLE SANDBOX
#
# The sandbox behind an ordinary TLS server: opened with a chain that is right, and refused
# with each that is wrong in one thing.
set -uo pipefail
entitle=$1 sandbox=$2
. "$(dirname "$0")/../support/sandbox.sh"

for program in stunnel4 faketime python3; do
    command -v "$program" >/dev/null || { echo "SKIPPED: no $program" >&2; exit 77; }
done
start_sandbox "$sandbox"
use_task_of_sandbox

# A CA, and a certificate of it: NAME HOST [WRAPPER…], such as faketime for one of the past.
openssl req -x509 -sha256 -newkey rsa:2048 -nodes -days 3 -subj "/CN=Test CA" \
    -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
openssl req -x509 -sha256 -newkey rsa:2048 -nodes -days 3 -subj "/CN=Other CA" \
    -keyout "$work/other.key" -out "$work/other.pem" 2>/dev/null
issue() {
    local name=$1 host=$2
    shift 2
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$host" -keyout "$work/$name.key" \
        -out "$work/$name.csr" 2>/dev/null
    printf 'subjectAltName=DNS:%s\n' "$host" >"$work/$name.ext"
    "$@" openssl x509 -req -sha256 -in "$work/$name.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
        -CAcreateserial -days 2 -extfile "$work/$name.ext" -out "$work/$name.pem" 2>/dev/null
}
issue right localhost env
issue elsewhere elsewhere.example env
issue expired localhost faketime -f -30d

# NAME [LINE…]: a TLS server with that certificate; its port in $port.
serve() {
    local name=$1
    shift
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    {
        printf 'foreground = yes\npid =\nsyslog = no\noutput = %s\n' "$work/$name.log"
        printf '[sandbox]\naccept = 127.0.0.1:%s\nconnect = %s\n' "$port" "${url#http://}"
        printf 'cert = %s\nkey = %s\n' "$work/$name.pem" "$work/$name.key"
        [ $# -eq 0 ] || printf '%s\n' "$@"
    } >"$work/$name.conf"
    stunnel4 "$work/$name.conf" >/dev/null 2>&1 &
    pids+=($!)
    for _ in $(seq 200); do
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        sleep 0.05
    done
    complain "no TLS server for $name"
}
# NAME WANT_STATUS WANT CA_BUNDLE
try() {
    expect "$1" "$2" "$3" env AWS_CA_BUNDLE="$4" AWS_MAX_ATTEMPTS=1 \
        "$entitle" check --endpoint "https://localhost:$port" --json
}

serve right
try "a chain that is right" 0 '"reason":"verified"' "$work/ca.pem"
try "a CA that is not known" 69 '"reason":"tls_error"' "$work/other.pem"
try "a CA bundle that is not there" 78 '"reason":"configuration"' "$work/missing.pem"
expect "the system's CAs only" 69 '"reason":"tls_error"' \
    env AWS_MAX_ATTEMPTS=1 "$entitle" check --endpoint "https://localhost:$port" --json
expect "the same, said by doctor" 78 '"check":"tls","status":"fail"' \
    "$entitle" doctor --endpoint "https://localhost:$port" --json
serve elsewhere
try "a certificate for another host" 69 '"reason":"tls_error"' "$work/ca.pem"
serve expired
try "a certificate that has expired" 69 '"reason":"tls_error"' "$work/ca.pem"
cp "$work/right.pem" "$work/old.pem" && cp "$work/right.key" "$work/old.key"
serve old 'sslVersion = TLSv1.1' 'ciphers = ALL:@SECLEVEL=0'
try "TLS 1.1" 69 '"reason":"tls_error"' "$work/ca.pem"
conclude
