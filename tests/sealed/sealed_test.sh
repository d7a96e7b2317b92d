#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: sealed_test.sh SOURCE_DIR SANDBOX_PROGRAM UNSEALED_ENTITLE TLS_PROXY
#
# Makes the build that a seller ships, and tries each way of redirecting its trust: flags,
# variables, the working folder, key files, the endpoint, proxies, the CA bundle, OpenSSL's
# configuration. Each refusal stands beside the start that is allowed.
set -uo pipefail
source_dir=$1 sandbox_program=$2 unsealed=$3 tls_proxy=$4
product_code=cqcvf9f0ugw8rkbgmf1c9dxyz

work=$(mktemp -d)
pids=()
clean_up() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT

checks=0 failures=0
targets=entitle_cli
fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# NAME WANT_STATUS WANT_REASON COMMAND…: the decision of COMMAND --json.
expect() {
    local name=$1 want_status=$2 want_reason=$3 status reason
    shift 3
    checks=$((checks + 1))
    "$@" --json >"$work/out" 2>"$work/err"
    status=$?
    reason=$(sed -n 's/.*"reason" *: *"\([a-z_]*\)".*/\1/p' "$work/out" | head -n 1)
    if [ "$status" -ne "$want_status" ] || [ "$reason" != "$want_reason" ]; then
        fail "$name: status $status, reason '$reason' (wanted $want_status, $want_reason)"
        cat "$work/out" "$work/err"
    fi
}

# As AWS's keys are, and as a sandbox's are not: with the exponent 65537.
make_keys() {
    mkdir -p "$1/private" "$1/keys"
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out "$1/private/1.pem" 2>/dev/null
    chmod 600 "$1/private/1.pem"
    openssl pkey -in "$1/private/1.pem" -pubout -out "$1/keys/1.pem"
}

# SED_SCRIPT FILE: what the script prints, once the file has it.
first_match() {
    local found
    for _ in $(seq 400); do
        found=$(sed -n "$1" "$2" | head -n 1)
        [ -z "$found" ] || break
        sleep 0.05
    done
    printf '%s' "$found"
}

# STATE_DIR: starts a sandbox there; its URL in $url.
start_sandbox() {
    "$sandbox_program" --state "$1" >"$1/out" 2>"$1/err" &
    pids+=($!)
    url=$(first_match 's/.*"url" *: *"\([^"]*\)".*/\1/p' "$1/out")
    [ -n "$url" ] || { echo "the sandbox did not start"; cat "$1/err"; exit 1; }
}

# FOLDER OPTION…: configures and builds the gate with those CMake options.
build_sealed() {
    local folder=$1
    shift
    cmake -S "$source_dir" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DBUILD_TESTING=OFF -DENTITLE_BUILD_SANDBOX=OFF -DENTITLE_BUILD_EXAMPLES=OFF \
        -DENTITLE_SEALED_PRODUCT_CODE=$product_code "$@" >"$folder.log" 2>&1 &&
        cmake --build "$folder" --target $targets >>"$folder.log" 2>&1
}

# A sealing that must be refused, with that in what CMake says.
expect_unsealable() {
    local name=$1 want=$2
    shift 2
    checks=$((checks + 1))
    if build_sealed "$work/unsealable" "$@"; then
        fail "$name: it was sealed"
    elif ! tr -s ' \n' ' ' <"$work/unsealable.log" | grep -q "$want"; then
        fail "$name: CMake does not say '$want'"
        tail -n 5 "$work/unsealable.log"
    fi
}

export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
export AWS_REGION=us-east-1
unset ENTITLE_PRODUCT_CODE ENTITLE_KEYS AWS_ENDPOINT_URL AWS_CA_BUNDLE OPENSSL_CONF
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY

# The seller's AWS, and an attacker's own sandbox.
make_keys "$work/aws"
make_keys "$work/attacker"
mkdir "$work/ordinary"
start_sandbox "$work/aws"
aws=$url
start_sandbox "$work/attacker"
attacker=$url
start_sandbox "$work/ordinary"

# Other names than <version>.pem are ignored, as they are at run time.
echo "not a key" >"$work/aws/keys/2.old.pem"

# --- What cannot be sealed ------------------------------------------------------------

mkdir "$work/empty" "$work/junk"
echo "not a key" >"$work/junk/1.pem"
mkdir "$work/private" && cp "$work/aws/private/1.pem" "$work/private/1.pem"
expect_unsealable "a sandbox's key" "key of entitle-sandbox" -DENTITLE_SEALED_KEYS="$work/ordinary/keys"
expect_unsealable "no key" "no <version>.pem" -DENTITLE_SEALED_KEYS="$work/empty"
expect_unsealable "junk for a key" "not the PEM of one public key" -DENTITLE_SEALED_KEYS="$work/junk"
expect_unsealable "a private key" "not the PEM of one public key" -DENTITLE_SEALED_KEYS="$work/private"
expect_unsealable "a product code with a quote" "not a product code" \
    -DENTITLE_SEALED_KEYS="$work/aws/keys" '-DENTITLE_SEALED_PRODUCT_CODE=a"b'
mkdir "$work/renamed" "$work/numerous"
cp "$work/aws/keys/1.pem" "$work/renamed/1.test.pem"
cp "$work/aws/keys/1.pem" "$work/numerous/4294967297.pem"
expect_unsealable "a key under another name" "no <version>.pem" -DENTITLE_SEALED_KEYS="$work/renamed"
expect_unsealable "a key of a version too high" "no key version" -DENTITLE_SEALED_KEYS="$work/numerous"
expect_unsealable "a product code that means no to CMake, and no key" "no <version>.pem" \
    -DENTITLE_SEALED_KEYS="$work/empty" -DENTITLE_SEALED_PRODUCT_CODE=OFF
expect_unsealable "an unknown choice" "'maybe' is none of" \
    -DENTITLE_SEALED_KEYS="$work/aws/keys" -DENTITLE_SEALED_ON_UNAVAILABLE=maybe
expect_unsealable "a dimension on the route that has none" "only the route meter-usage" \
    -DENTITLE_SEALED_KEYS="$work/aws/keys" -DENTITLE_SEALED_DIMENSION=requests
expect_unsealable "a route that does not exist" "'by-mail' is none of" \
    -DENTITLE_SEALED_KEYS="$work/aws/keys" -DENTITLE_SEALED_ROUTE=by-mail \
    -DENTITLE_SEALED_DIMENSION=
expect_unsealable "a route without its dimension" "needs the dimension" \
    -DENTITLE_SEALED_ROUTE=meter-usage -DENTITLE_SEALED_DIMENSION=
expect_unsealable "a dimension with a quote" "needs the dimension" \
    -DENTITLE_SEALED_ROUTE=meter-usage '-DENTITLE_SEALED_DIMENSION=a"b'
expect_unsealable "a route that rests on TLS, at any endpoint" "rests on TLS alone" \
    -DENTITLE_SEALED_ROUTE=meter-usage -DENTITLE_SEALED_DIMENSION=requests \
    -DENTITLE_SEALED_ANY_ENDPOINT=ON

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/seller.key" 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/mallory.key" 2>/dev/null
chmod 600 "$work"/*.key
mkdir "$work/licence-keys" "$work/mallory-keys" "$work/numbered"
openssl pkey -in "$work/seller.key" -pubout -out "$work/licence-keys/seller.pem"
openssl pkey -in "$work/mallory.key" -pubout -out "$work/mallory-keys/seller.pem"
cp "$work/licence-keys/seller.pem" "$work/numbered/1.pem"
expect_unsealable "the route licence-file without a key" "there is no <id>.pem" \
    -DENTITLE_SEALED_ROUTE=licence-file -DENTITLE_SEALED_LICENCE_KEYS="$work/empty" \
    -DENTITLE_SEALED_DIMENSION= -DENTITLE_SEALED_ANY_ENDPOINT=OFF
expect_unsealable "a licence key that is called as AWS's are" "not by a number" \
    -DENTITLE_SEALED_ROUTE=licence-file -DENTITLE_SEALED_LICENCE_KEYS="$work/numbered"
expect_unsealable "licence keys on another route" "only the route licence-file" \
    -DENTITLE_SEALED_KEYS="$work/aws/keys" -DENTITLE_SEALED_ROUTE=register-usage \
    -DENTITLE_SEALED_LICENCE_KEYS="$work/licence-keys"

# --- Sealed, but for the endpoint: so that the tests can play AWS ---------------------

build_sealed "$work/sealed" -DENTITLE_SEALED_KEYS="$work/aws/keys" -DENTITLE_SEALED_ANY_ENDPOINT=ON ||
    { tail -n 40 "$work/sealed.log"; exit 1; }
cp "$work/sealed/bin/entitle" "$work/entitle-any"
any=$work/entitle-any

expect "nothing but the seal" 0 verified "$any" check --endpoint "$aws"
grep -q '"sealed": *true' "$work/out" || fail "the decision does not say that it is sealed"
"$any" version --json | grep -q '"sealed": *true' || fail "version does not say sealed"
"$unsealed" version --json | grep -q '"sealed": *false' || fail "the unsealed build says sealed"

expect "the same product code" 0 verified "$any" check --endpoint "$aws" --product-code $product_code
expect "another product code" 78 sealed "$any" check --endpoint "$aws" --product-code other
expect "another product code, variable" 78 sealed \
    env ENTITLE_PRODUCT_CODE=other "$any" check --endpoint "$aws"
expect "the same keys" 0 verified "$any" check --endpoint "$aws" --keys "$work/aws/keys"
expect "other keys" 78 sealed "$any" check --endpoint "$attacker" --keys "$work/attacker/keys"
expect "other keys, variable" 78 sealed \
    env ENTITLE_KEYS="$work/attacker/keys" "$any" check --endpoint "$attacker"
expect "keys that are not there" 78 sealed "$any" check --endpoint "$aws" --keys "$work/missing"
mkdir "$work/more" && cp "$work/aws/keys/1.pem" "$work/more/1.pem"
cp "$work/attacker/keys/1.pem" "$work/more/2.pem"
expect "the sealed key and another" 78 sealed "$any" check --endpoint "$aws" --keys "$work/more"
expect "the sealed version" 0 verified "$any" check --endpoint "$aws" --key-version 1
expect "another version" 78 sealed "$any" check --endpoint "$aws" --key-version 2
expect "another version, variable" 78 sealed \
    env ENTITLE_KEY_VERSION=2 "$any" check --endpoint "$aws"
expect "the sealed answer to trouble" 0 verified "$any" check --endpoint "$aws" --on-unavailable deny
expect "another answer to trouble" 78 sealed "$any" check --endpoint "$aws" --on-unavailable start
expect "another answer to trouble, variable" 78 sealed \
    env ENTITLE_ON_UNAVAILABLE=start "$any" check --endpoint "$aws"
expect "the sealed answer to rotation" 0 verified "$any" check --endpoint "$aws" --on-rotation warn
expect "another answer to rotation" 78 sealed "$any" check --endpoint "$aws" --on-rotation deny

expect "the sealed route" 0 verified "$any" check --endpoint "$aws" --route register-usage
expect "another route" 78 sealed "$any" check --endpoint "$aws" --route meter-usage
expect "another route and its dimension" 78 sealed \
    "$any" check --endpoint "$aws" --route meter-usage --dimension requests
expect "another route, variable" 78 sealed \
    env ENTITLE_ROUTE=meter-usage ENTITLE_DIMENSION=requests "$any" check --endpoint "$aws"
cp "$(dirname "$unsealed")/entitle-licence" "$work/" # of another build, which is not sealed
expect "a licence, with that program beside it" 78 sealed \
    "$any" check --endpoint "$aws" --route licence-file
expect "a licence, variable" 78 sealed \
    env ENTITLE_ROUTE=licence-file "$any" check --endpoint "$aws"
expect "a dimension, variable" 78 sealed \
    env ENTITLE_DIMENSION=requests "$any" check --endpoint "$aws"

# A wrong endpoint may answer, but cannot sign; neither can keys in the working folder help.
expect "another signer" 76 bad_signature "$any" check --endpoint "$attacker"
cp -r "$work/attacker/keys" "$work/attacker/folder-keys"
mkdir "$work/cwd" && mv "$work/attacker/folder-keys" "$work/cwd/keys"
expect "another signer, its keys in the working folder" 76 bad_signature \
    env -C "$work/cwd" "$any" check --endpoint "$attacker"

# What remains possible, as docs/threat-model.md says: AWS knows a container by its
# credentials, and judges its first call; a container that has paid can lend them.
part() {
    sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$lent"
}
expect_lent() {
    local name=$1 want_status=$2 want_reason=$3
    lent=$(curl -sS "$aws/v2/credentials/$4")
    expect "$name" "$want_status" "$want_reason" \
        env AWS_ACCESS_KEY_ID="$(part AccessKeyId)" AWS_SESSION_TOKEN="$(part Token)" \
        AWS_SECRET_ACCESS_KEY="$(part SecretAccessKey)" "$any" check --endpoint "$aws"
}
subscribe() {
    curl -sS -X PUT "$aws/_sandbox/subscription" --data "{\"subscribed\":$1}" >"$work/out"
}
paid=01234567-89ab-cdef-0123-456789abcdef
unpaid=fedcba98-7654-3210-fedc-ba9876543210
expect_lent "a container of a subscriber" 0 verified $paid
subscribe false
expect_lent "its credentials, lent after the subscription" 0 verified $paid
expect_lent "a container's own credentials after the subscription" 77 not_entitled $unpaid
subscribe true

# OpenSSL's configuration can load code into whoever reads it, or cripple the algorithms.
cat >"$work/openssl.cnf" <<'CONF'
openssl_conf = init
[init]
alg_section = algorithms
providers = provider_sections
[algorithms]
default_properties = fips=yes
[provider_sections]
null = null_section
[null_section]
activate = 1
CONF
expect "OpenSSL's configuration" 0 verified \
    env OPENSSL_CONF="$work/openssl.cnf" "$any" check --endpoint "$aws"

# Whoever answers can ask for an older key: not unless sealed so. The sandbox holds version 1
# only, so it refuses version 2 by itself.
mkdir "$work/both" && cp "$work/more"/*.pem "$work/both/"
build_sealed "$work/sealed" -DENTITLE_SEALED_KEYS="$work/both" -DENTITLE_SEALED_ANY_ENDPOINT=ON ||
    { tail -n 40 "$work/sealed.log"; exit 1; }
expect "an older key, not sealed so" 78 invalid_key_version \
    "$work/sealed/bin/entitle" check --endpoint "$aws"
build_sealed "$work/sealed" -DENTITLE_SEALED_KEYS="$work/both" -DENTITLE_SEALED_ANY_ENDPOINT=ON \
    -DENTITLE_SEALED_OLDER_KEYS=ON || { tail -n 40 "$work/sealed.log"; exit 1; }
expect "an older key, sealed so" 0 verified "$work/sealed/bin/entitle" check --endpoint "$aws"

# --- Sealed as sellers ship it --------------------------------------------------------

build_sealed "$work/sealed" -DENTITLE_SEALED_KEYS="$work/aws/keys" \
    -DENTITLE_SEALED_ANY_ENDPOINT=OFF -DENTITLE_SEALED_OLDER_KEYS=OFF ||
    { tail -n 40 "$work/sealed.log"; exit 1; }
sealed=$work/sealed/bin/entitle

expect "another endpoint" 78 sealed "$sealed" check --endpoint "$aws"
expect "another endpoint, variable" 78 sealed env AWS_ENDPOINT_URL="$aws" "$sealed" check
expect "another endpoint, the service's variable" 78 sealed \
    env AWS_ENDPOINT_URL_MARKETPLACE_METERING="$aws" "$sealed" check
expect "an endpoint that only looks like AWS's" 78 sealed \
    "$sealed" check --endpoint https://metering.marketplace.us-east-1.amazonaws.com.example.com
expect "a customer's host at AWS" 78 sealed \
    "$sealed" check --endpoint https://abc.execute-api.us-east-1.amazonaws.com
expect "AWS's host without TLS" 78 configuration \
    "$sealed" check --endpoint http://metering.marketplace.us-east-1.amazonaws.com
expect "a Region that is no host label" 78 invalid_region \
    env AWS_REGION=x.example.com/ "$sealed" check

# A proxy that answers in AWS's name, with a certificate of its own making.
host=metering.marketplace.us-east-1.amazonaws.com
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host" -keyout "$work/tls.key" -out "$work/tls.pem" 2>/dev/null
cat "$work/tls.pem" "$work/tls.key" >"$work/tls.both"

# SANDBOX_URL: starts a proxy that leads there; its URL in $proxy.
start_proxy() {
    "$tls_proxy" "${1##*:}" "$work/tls.both" >"$work/proxy.out" &
    pids+=($!)
    proxy=$(first_match 's/^\(http:.*\)/\1/p' "$work/proxy.out")
}

start_proxy "$attacker"
expect "a proxy with a certificate of its own" 69 tls_error \
    env https_proxy="$proxy" AWS_MAX_ATTEMPTS=1 "$sealed" check --deadline 20
expect "the same, its CA trusted, signing itself" 76 bad_signature \
    env https_proxy="$proxy" AWS_CA_BUNDLE="$work/tls.pem" "$sealed" check --deadline 20
# What remains possible, as docs/sealed-builds.md says: who chooses the CAs can relay.
start_proxy "$aws"
expect "the same, its CA trusted, relaying AWS" 0 verified \
    env https_proxy="$proxy" AWS_CA_BUNDLE="$work/tls.pem" "$sealed" check --deadline 20

# --- Sealed with the route meter-usage, where nothing is signed -----------------------

build_sealed "$work/sealed" -DENTITLE_SEALED_ROUTE=meter-usage \
    -DENTITLE_SEALED_DIMENSION=requests -DENTITLE_SEALED_ANY_ENDPOINT=OFF ||
    { tail -n 40 "$work/sealed.log"; exit 1; }
cat >"$work/ca.profile" <<PROFILE
[default]
ca_bundle = $work/tls.pem
PROFILE
cat >"$work/endpoint.profile" <<PROFILE
[default]
endpoint_url = https://$host
PROFILE

# NAME WANT_STATUS WANT_REASON COMMAND…: as expect, asking through the proxy that relays.
expect_relayed() {
    local name=$1 want_status=$2 want_reason=$3
    shift 3
    expect "$name" "$want_status" "$want_reason" \
        env https_proxy="$proxy" AWS_MAX_ATTEMPTS=1 "$@" --deadline 20
}

expect_relayed "a certificate of nobody" 69 tls_error "$sealed" check
expect_relayed "the sealed route and dimension" 69 tls_error \
    "$sealed" check --route meter-usage --dimension requests
expect_relayed "the other route" 78 sealed "$sealed" check --route register-usage
expect_relayed "another dimension" 78 sealed "$sealed" check --dimension gigabytes
expect_relayed "another dimension, variable" 78 sealed \
    env ENTITLE_DIMENSION=gigabytes "$sealed" check
expect_relayed "keys" 78 sealed "$sealed" check --keys "$work/aws/keys"
expect_relayed "keys, variable" 78 sealed env ENTITLE_KEYS="$work/aws/keys" "$sealed" check
expect_relayed "a key version" 78 sealed "$sealed" check --key-version 1
expect_relayed "other CAs" 78 sealed env AWS_CA_BUNDLE="$work/tls.pem" "$sealed" check
expect_relayed "other CAs, profile" 78 sealed \
    env AWS_CONFIG_FILE="$work/ca.profile" "$sealed" check
expect_relayed "other CAs for OpenSSL" 69 tls_error \
    env SSL_CERT_FILE="$work/tls.pem" CURL_CA_BUNDLE="$work/tls.pem" "$sealed" check
expect_relayed "another endpoint" 78 sealed "$sealed" check --endpoint "$aws"
expect_relayed "an endpoint that is AWS's" 78 sealed "$sealed" check --endpoint "https://$host"
expect_relayed "an endpoint that is AWS's, variable" 78 sealed \
    env AWS_ENDPOINT_URL="https://$host" "$sealed" check
expect_relayed "an endpoint that is AWS's, profile" 78 sealed \
    env AWS_CONFIG_FILE="$work/endpoint.profile" "$sealed" check

# NAME COMMAND…: what the doctor has to find.
expect_found() {
    local name=$1
    shift
    checks=$((checks + 1))
    "$@" --json >"$work/out" 2>"$work/err"
    tr -d ' \n' <"$work/out" | grep -q "{\"check\":\"$name\",\"status\":\"fail\"" ||
        { fail "the doctor does not find: $name"; cat "$work/out" "$work/err"; }
}
expect_found ca-bundle env https_proxy="$proxy" AWS_CA_BUNDLE="$work/tls.pem" "$sealed" doctor
expect_found endpoint env https_proxy="$proxy" AWS_ENDPOINT_URL="https://$host" "$sealed" doctor

# What remains possible, as docs/sealed-builds.md says: the system's own CAs are replaced.
store=/etc/ssl/certs/ca-certificates.crt
expect_in_store() {
    expect_relayed "$1" "$2" "$3" $namespace sh -c \
        "mount --bind '$4' $store && shift && exec \"\$@\"" sh -- "$sealed" check
}
namespace=
for how in "unshare -m" "unshare -rm"; do
    if [ -z "$namespace" ] && [ -f $store ] && $how mount --bind "$work/tls.pem" $store 2>/dev/null; then
        namespace=$how
    fi
done
if [ -n "$namespace" ]; then
    cp $store "$work/store.pem"
    expect_in_store "the system's CAs, in their place" 69 tls_error "$work/store.pem"
    expect_in_store "a CA in the place of the system's" 0 dry_run_accepted "$work/tls.pem"
    grep -q '"source": *"aws"' "$work/out" || fail "TLS does not tell the source"
    grep -q '"public_key_version": *null' "$work/out" || fail "there is a key version"
else
    echo "SKIPPED: no mount namespaces here; the CA store was not replaced" >&2
fi

# --- Sealed for customers whom AWS does not meter ---------------------------------------

targets="entitle_cli entitle_licence_cli"
build_sealed "$work/sealed" -DENTITLE_SEALED_ROUTE=licence-file -DENTITLE_SEALED_DIMENSION= \
    -DENTITLE_SEALED_LICENCE_KEYS="$work/licence-keys" ||
    { tail -n 40 "$work/sealed.log"; exit 1; }
issue() {
    "$(dirname "$unsealed")/entitle-licence-issue" --key "$1" --key-id seller \
        --licensee "Example Corp" --product "$2" --expires 9999-12-31T23:59:59Z >"$3"
}
issue "$work/seller.key" $product_code "$work/licence"
issue "$work/seller.key" other "$work/other-licence"
issue "$work/mallory.key" $product_code "$work/mallory-licence"

expect "a licence, and no route" 0 verified "$sealed" check --licence "$work/licence"
grep -q '"sealed": *true' "$work/out" || fail "the decision by a licence does not say that it is sealed"
expect "a licence, variable" 0 verified env ENTITLE_LICENCE="$work/licence" "$sealed" check
expect "a licence, and its route" 0 verified \
    "$sealed" check --route licence-file --licence "$work/licence"
expect "no licence" 78 configuration "$sealed" check
expect "a licence for another product" 76 product_code_mismatch \
    "$sealed" check --licence "$work/other-licence"
expect "another product and its licence" 78 sealed \
    "$sealed" check --product-code other --licence "$work/other-licence"
expect "a licence by another seller" 76 bad_signature \
    "$sealed" check --licence "$work/mallory-licence"
expect "the sealed licence keys" 0 verified \
    "$sealed" check --licence "$work/licence" --licence-keys "$work/licence-keys"
expect "other licence keys" 78 sealed \
    "$sealed" check --licence "$work/mallory-licence" --licence-keys "$work/mallory-keys"
expect "other licence keys, variable" 78 sealed env ENTITLE_LICENCE_KEYS="$work/mallory-keys" \
    "$sealed" check --licence "$work/mallory-licence"
expect "keys of AWS" 78 sealed \
    "$sealed" check --licence "$work/licence" --keys "$work/attacker/keys"
expect "AWS in place of a licence" 78 sealed "$sealed" check --route register-usage \
    --keys "$work/attacker/keys" --endpoint "$attacker"
expect "AWS in place of a licence, variable" 78 sealed \
    env ENTITLE_ROUTE=register-usage "$sealed" check --endpoint "$attacker"

echo "$checks checks, $failures failed"
[ "$failures" -eq 0 ]
