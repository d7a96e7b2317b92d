#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: sandbox_tls.sh ENTITLE SANDBOX
#
# The sandbox with --tls, reached as AWS is: on port 443, by AWS's names, in a network
# namespace and with an /etc/hosts that say so. What trusts its CA is answered, nothing
# else is, and a restart changes neither CA nor key. Needs the right to make namespaces.
set -uo pipefail
entitle=$1 sandbox=$2

if [ -z "${SANDBOX_TLS_INSIDE-}" ]; then
    # As root, or else as root of a namespace for users.
    for how in "unshare -mn" "unshare -rmn"; do
        if $how true 2>/dev/null; then
            SANDBOX_TLS_INSIDE=1 exec $how "$0" "$@"
        fi
    done
    echo "SKIPPED: namespaces are not allowed here; no name of AWS was tried" >&2
    exit 77
fi
for program in ip curl openssl python3; do
    command -v "$program" >/dev/null || { echo "SKIPPED: no $program" >&2; exit 77; }
done
. "$(dirname "$0")/../support/sandbox.sh"

aws=metering.marketplace.us-east-1.amazonaws.com
ip link set lo up
printf '127.0.0.1 localhost %s\n' "$aws" sts.us-east-1.amazonaws.com box.test other.test >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts

start_sandbox "$sandbox" --listen 127.0.0.1:443 --tls --host-name box.test --host-name 192.0.2.7
use_task_of_sandbox
ca=$work/state/ca.pem
openssl req -x509 -sha256 -newkey rsa:2048 -nodes -days 3 -subj "/CN=Other CA" \
    -keyout "$work/other.key" -out "$work/other.pem" 2>/dev/null

expect "the first line" 0 '"url":"https://127.0.0.1:443"' cat "$work/listening"
expect "the CA in it" 0 "\"ca\":\"$ca\"" cat "$work/listening"
expect "who may read the keys" 0 "600 600" \
    bash -c "echo \$(stat -c %a '$work/state/private/ca.key' '$work/state/private/server.key')"

# --- curl: each name, a name that is not one, another CA, old TLS --------------------------

# The service itself: the control interface is not for names.
answer() {
    curl -sS --noproxy '*' "${@:2}" "https://$1/" 2>&1
}
for name in localhost 127.0.0.1 "$aws" sts.us-east-1.amazonaws.com box.test; do
    expect "curl, as $name" 0 UnknownOperationException answer "$name" --cacert "$ca"
done
expect "curl, under a name that nobody gave" 60 "no alternative certificate subject name" answer other.test --cacert "$ca"
expect "curl, with another CA" 60 "unable to get local issuer certificate" answer localhost --cacert "$work/other.pem"
expect "curl, TLS 1.2" 0 UnknownOperationException answer localhost --cacert "$ca" --tlsv1.2 --tls-max 1.2
expect "curl, TLS 1.1" 35 "SSL_connect" answer localhost --cacert "$ca" --ciphers DEFAULT@SECLEVEL=0 \
    --tlsv1.1 --tls-max 1.1
expect "an address of --host-name" 0 "192.0.2.7" \
    bash -c "openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName"
expect "the chain, judged strictly" 0 "Verification: OK" \
    bash -c "openssl s_client -x509_strict -verify_return_error -CAfile '$ca' -verify_hostname box.test -connect 127.0.0.1:443 </dev/null 2>&1"

# --- entitle and boto3, which are told of the CA and of nothing else ------------------------

check() {
    env AWS_CA_BUNDLE="$1" AWS_MAX_ATTEMPTS=1 "$entitle" check --json
}
expect "entitle, as if it were AWS" 0 '"reason":"verified"' check "$ca"
expect "entitle, with another CA" 69 '"reason":"tls_error"' check "$work/other.pem"
expect "entitle, by an endpoint" 0 '"reason":"verified"' env AWS_CA_BUNDLE="$ca" \
    "$entitle" check --json --endpoint https://localhost:443

cat >"$work/register.py" <<'PYTHON'
import boto3, botocore.config, botocore.exceptions, sys
client = boto3.client("meteringmarketplace", region_name="us-east-1",
                      config=botocore.config.Config(retries={"total_max_attempts": 1}))
try:
    answer = client.register_usage(ProductCode=sys.argv[1], PublicKeyVersion=1)
    print("a token of", answer["Signature"].count(".") + 1, "parts")
except botocore.exceptions.SSLError:
    print("not trusted")
PYTHON
boto3() {
    env AWS_CA_BUNDLE="$1" python3 "$work/register.py" "$product_code"
}
if python3 -c 'import boto3' 2>/dev/null; then
    expect "boto3, as if it were AWS" 0 "a token of 3 parts" boto3 "$ca"
    expect "boto3, with another CA" 0 "not trusted" boto3 "$work/other.pem"
else
    echo "SKIPPED: boto3 is not installed" >&2
fi

# --- env ------------------------------------------------------------------------------------

env_of_sandbox() {
    "$sandbox" env --url https://localhost:443 "$@" 2>&1
}
expect "env" 0 "export AWS_CA_BUNDLE='$ca'" env_of_sandbox --ca "$ca"
expect "env, for node" 0 "export NODE_EXTRA_CA_CERTS='$ca'" env_of_sandbox --ca "$ca"
expect "env without the CA" 69 "--ca wants the sandbox's ca.pem" env_of_sandbox
expect "env with another CA" 69 "is not trusted" env_of_sandbox --ca "$work/other.pem"

# --- Restarts -------------------------------------------------------------------------------

# [OPTION…]: the same folder again.
restart() {
    kill "${pids[-1]}"
    wait "${pids[-1]}"
    : >"$work/listening"
    start_sandbox "$sandbox" --listen 127.0.0.1:443 "$@"
}
fingerprint() {
    sha256sum <"$1" | cut -c1-64
}
before=$(fingerprint "$ca") key_before=$(fingerprint "$work/state/private/server.key")
cp "$ca" "$work/trusted.pem"
restart --tls --host-name other.test
expect "the CA after a restart" 0 "$before" fingerprint "$ca"
expect "the key after a restart" 0 "$key_before" fingerprint "$work/state/private/server.key"
expect "another name, the CA trusted before" 0 UnknownOperationException \
    answer other.test --cacert "$work/trusted.pem"
expect "a name no longer given" 60 "no alternative certificate subject name" answer box.test --cacert "$ca"

# A CA that ends before a certificate of today would is replaced; its key stays.
openssl req -x509 -sha256 -key "$work/state/private/ca.key" -days 396 -subj "/CN=Old CA" \
    -out "$ca" 2>/dev/null
before=$(fingerprint "$ca")
restart --tls
if [ "$(fingerprint "$ca")" = "$before" ]; then
    complain "a CA near its end was kept"
fi
expect "the CA in its place" 0 UnknownOperationException answer localhost --cacert "$ca"

printf 'no certificate\n' >"$ca"
kill "${pids[-1]}"
wait "${pids[-1]}"
refused() {
    "$sandbox" "$@" 2>&1
}
expect "a CA that is none" 78 "is not a certificate" refused --state "$work/state" --tls
cp "$work/trusted.pem" "$ca"
expect "a name that is two" 64 "is not a name of a host" refused --tls --host-name 'a,DNS:b'
expect "names without TLS" 64 "goes with --tls" refused --host-name box.test
expect "a value for a flag" 64 "takes no value" refused --tls=yes

# --- Names of another partition -------------------------------------------------------------

"$sandbox" --state "$work/china" --region cn-northwest-1 --tls --listen 127.0.0.1:8443 >"$work/china.line" &
pids+=($!)
for _ in $(seq 200); do
    [ ! -s "$work/china.line" ] || break
    sleep 0.05
done
expect "China's name" 0 "DNS:metering.marketplace.cn-northwest-1.amazonaws.com.cn" \
    bash -c "openssl s_client -connect 127.0.0.1:8443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName"
conclude
