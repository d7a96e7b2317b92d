#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Proves that layers.sh complains: a small tree that passes, then one forbidden line
# after the other, each of which must be found at its place.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

reset_tree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree"/{include/entitle,src/base,src/crypto,src/token,src/aws,tools/cli,tools/console,tools/sandbox/{wire,state,server},examples}
    cat >"$tree/src/LAYERS" <<'LAYERS'
base   :             : cjson   : error
crypto : base        : openssl :
token  : base crypto :         : token
aws    : base        :         :
LAYERS
    echo '#include <stdint.h>' >"$tree/include/entitle/error.h"
    echo '#include <entitle/error.h>' >"$tree/include/entitle/token.h"
    echo '#include <entitle/token.h>' >"$tree/include/entitle.h"
    echo '#include <cjson/cJSON.h>' >"$tree/src/base/json.c"
    echo '#  include <openssl/evp.h>' >"$tree/src/crypto/digest.c"
    echo '#include "crypto/digest.h" // as it may' >"$tree/src/token/token.c"
    printf '%s\n' '#include "main.h"' '#include <entitle.h>' '#include "console/output.h"' >"$tree/tools/cli/main.c"
    printf '%s\n' '#include "console/output.h"' '#include <openssl/crypto.h>' >"$tree/tools/console/output.c"
    printf '%s\n' '#include "base/json.h"' '#include "aws/sigv4.h"' >"$tree/tools/sandbox/main.c"
    cat >"$tree/tools/sandbox/LAYERS" <<'LAYERS'
wire   :      : cjson
state  : wire : cjson sqlite3
server : wire : microhttpd
LAYERS
    printf '%s\n' '#include "state/store.h"' '#include "server/server.h"' >>"$tree/tools/sandbox/main.c"
    printf '%s\n' '#include "wire/fields.h"' '#include "base/json.h"' '#include <entitle/error.h>' '#include <cjson/cJSON.h>' >"$tree/tools/sandbox/wire/fields.c"
    printf '%s\n' '#include "wire/fields.h"' '#include <sqlite3.h>' >"$tree/tools/sandbox/state/store.c"
    echo '#include <microhttpd.h>' >"$tree/tools/sandbox/server/server.c"
    echo '#include <entitle/token.h>' >"$tree/examples/example.c"
}

expect_clean() {
    "$here/layers.sh" "$tree" && return
    echo "FAILED: the tree that keeps the rules is refused ($1)"
    failures=$((failures + 1))
}

# FILE LINE: added to FILE, LINE must be complained of there.
expect_refused() {
    local complaint
    reset_tree
    mkdir -p "$tree/$(dirname "$1")"
    printf '%s\n' "$2" >>"$tree/$1"
    if complaint=$("$here/layers.sh" "$tree"); then
        echo "FAILED: passes: $1: $2"
    elif [[ $complaint != "$1:"* || $complaint == *$'\n'* ]]; then
        echo "FAILED: not just one complaint about $1: $complaint"
    else
        return 0
    fi
    failures=$((failures + 1))
}

reset_tree
expect_clean "as it is"

expect_refused src/base/json.c '#include "crypto/digest.h"'
expect_refused src/crypto/digest.c '#include "token/token.h"'
expect_refused src/crypto/digest.c '#include <entitle/token.h>'
expect_refused src/token/token.c '#include <openssl/evp.h>'
expect_refused src/token/token.c '#include <cjson/cJSON.h>'
expect_refused src/token/token.c '#  include	<curl/curl.h>'
expect_refused src/token/token.c '#include <entitle.h>'
expect_refused src/token/token.c '#include <entitle/nobody.h>'
expect_refused src/token/token.c '#include <strange.h>'
expect_refused src/token/token.c '#include "../crypto/digest.h"'
expect_refused src/orphan.c '#include <stdint.h>'
expect_refused include/entitle/error.h '#include <entitle/token.h>'
expect_refused include/entitle/token.h '#include <openssl/evp.h>'
expect_refused include/entitle/token.h '#include "crypto/digest.h"'
expect_refused include/entitle/orphan.h '#include <stdint.h>'
expect_refused tools/cli/main.c '#include "base/json.h"'
expect_refused tools/cli/main.c '#include "../../src/base/json.h"'
expect_refused tools/cli/main.c '#include <openssl/crypto.h>'
expect_refused tools/console/output.c '#include <openssl/evp.h>'
expect_refused tools/cli/main.c '#include "aws/sigv4.h"'
expect_refused tools/sandbox/main.c '#include "aws/region.h"'
expect_refused tools/sandbox/main.c '#include "token/token.h"'
expect_refused tools/sandbox/main.c '#include <curl/curl.h>'
expect_refused tools/sandbox/main.c '#include <microhttpd.h>'
expect_refused tools/sandbox/wire/fields.c '#include "state/store.h"'
expect_refused tools/sandbox/wire/fields.c '#include "main.h"'
expect_refused tools/sandbox/wire/fields.c '#include "fields.h"'
expect_refused tools/sandbox/wire/fields.c '#include "token/token.h"'
expect_refused tools/sandbox/wire/fields.c '#include "../state/store.h"'
expect_refused tools/sandbox/wire/fields.c '#include <sqlite3.h>'
expect_refused tools/sandbox/server/server.c '#include "state/store.h"'
expect_refused tools/sandbox/server/server.c '#include <gnutls/gnutls.h>'
expect_refused tools/sandbox/orphan/orphan.c '#include <stdint.h>'
expect_refused tools/sandbox/LAYERS 'late : later :'
expect_refused tools/sandbox/LAYERS 'base : wire :'
expect_refused tools/sandbox/LAYERS 'long : wire : : token'
expect_refused examples/example.c '#include "token/token.h"'
expect_refused src/LAYERS 'json : later : :'
expect_refused src/LAYERS 'ssl : base : openssl :'
expect_refused src/LAYERS 'twice : base : : token'
expect_refused src/LAYERS 'short : base'

[ "$failures" -eq 0 ]
