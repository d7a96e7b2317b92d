#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: use_packages.sh FOLDER
#
# Run by debian.sh where the packages are installed, and nothing else of ours but what is in
# FOLDER: sandbox.sh and the examples. Uses each program, and builds with each library.
set -uo pipefail
folder=$1
. "$folder/sandbox.sh"

ends_well() {
    "$@" && echo "ended well"
}
# NAME COMMAND…: whatever it says.
succeeds() {
    expect "$1" 0 "ended well" ends_well "${@:2}"
}

start_sandbox entitle-sandbox
use_task_of_sandbox
eval "$(entitle-sandbox env --url "$url")"

# --- entitle, entitle-sandbox ------------------------------------------------------------

expect "its version" 0 "entitle 0." entitle version
expect "a start" 0 "it runs" entitle run -- echo "it runs"
expect "a start by other keys" 78 "" entitle check --keys /nowhere
entitle call RegisterUsage '{"ProductCode":"'"$product_code"'","PublicKeyVersion":1,"Nonce":"mine"}' |
    sed -nE 's/.*"Signature" ?: ?"([^"]*)".*/\1/p' >"$work/token"
succeeds "a token" entitle verify --keys "$keys" --nonce mine "@$work/token"
expect "another's nonce" 76 "" entitle verify --keys "$keys" --nonce yours "@$work/token"

# --- entitle-meter -----------------------------------------------------------------------

export ENTITLE_LEDGER=$work/usage.db
succeeds "a use" entitle usage add --dimension requests --quantity 3 --at "$(date -d '-1 hour' +%s)"
expect "its hour, sent" 0 "1" entitle usage flush

entitle-agent --ledger "$work/agent.db" --listen "unix:$work/agent.sock" >"$work/agent" 2>&1 &
agent=$!
for _ in $(seq 400); do
    [ ! -S "$work/agent.sock" ] || break
    sleep 0.05
done
kill -TERM $agent
succeeds "the agent, stopped" wait $agent
expect "its unit" 0 "ExecStart=/usr/bin/entitle-agent" cat /usr/lib/systemd/system/entitle-agent.service

# --- entitle-licence, entitle-licence-issue ----------------------------------------------

mkdir "$work/licence-keys"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/seller.key"
chmod 600 "$work/seller.key"
openssl pkey -in "$work/seller.key" -pubout -out "$work/licence-keys/seller.pem"
entitle-licence-issue --key "$work/seller.key" --product ours --licensee Anyone \
    --expires 2099-12-31T00:00:00Z >"$work/customer.licence"
expect "a licence" 0 "Anyone" entitle licence verify --licence-keys "$work/licence-keys" "@$work/customer.licence"

# --- libentitle-dev, and the shared libraries --------------------------------------------

# NAME MODULE: an example, built by what pkg-config says.
build() {
    # shellcheck disable=SC2046 # it is meant to be split into words
    succeeds "building $1" gcc -o "$work/$1" "$folder/examples/$1.c" $(pkg-config --cflags --libs "$2")
}
build gate entitle
build ledger entitle-meter
build licence entitle-licence
expect "the gate" 0 "the work begins" "$work/gate" "$product_code" "$keys"
expect "the ledger" 0 "accepted 1" "$work/ledger" "$work/c.db" "$product_code" gigabytes 7
expect "the licence" 0 "the work begins" "$work/licence" ours "$work/licence-keys" "$work/customer.licence"

mkdir "$work/project"
cp "$folder/examples/ledger.c" "$work/project"
cat >"$work/project/CMakeLists.txt" <<'PROJECT'
cmake_minimum_required(VERSION 3.16)
project(other LANGUAGES C)
find_package(entitle 0.1 REQUIRED COMPONENTS gate meter licence)
add_executable(ledger ledger.c)
target_link_libraries(ledger PRIVATE entitle::meter)
PROJECT
succeeds "CMake" cmake -S "$work/project" -B "$work/project/build"
succeeds "its build" cmake --build "$work/project/build"
expect "what it built" 0 "accepted 1" "$work/project/build/ledger" "$work/cmake.db" "$product_code" requests 7

# --- What is to be read ------------------------------------------------------------------

for page in man1/entitle.1 man1/entitle-agent.1 man1/entitle-sandbox.1 man3/entitle_gate.3 man7/entitle.7; do
    succeeds "$page" gzip -t "/usr/share/man/$page.gz"
done
expect "the documents" 0 "# entitle" cat /usr/share/doc/entitle/README.md
conclude
