#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: bricks.sh meter|licence LIBRARY STATIC_LIBRARY
#
# Of libentitle, libentitle-meter and libentitle-licence carry a copy of pure bricks only. A
# client, a connection or credentials that were there twice would have two states, of which a
# program sees one.
set -euo pipefail
kind=$1 carrier=$2 library=$3
status=0
complain() {
    echo "$*"
    status=1
}

bricks='base64url|buffer|deadline|error|file|json|json_grammar|json_tree|line|log|memory|options|random|runtime|text|timestamp|utf8'
case $kind in
meter)
    bricks+='|batch_reading|batch_result|license_arn|moment|product_code|record_id|text_rule|usage_allocations|usage_echo|usage_record|usage_window'
    loads='libsqlite3|libpq'
    ;;
licence)
    bricks+='|compact|digest|key_refusal|openssl_error|pem'
    loads='libjwt|libcrypto'
    ;;
esac

# "function object" of all that libentitle consists of, and the functions in the other.
nm "$library" 2>/dev/null |
    awk '/:$/ { object = $1; sub(/:$/, "", object); next } $2 == "T" { print $3, object }' |
    sort >"${TMPDIR:-/tmp}/bricks.$$"
trap 'rm -f "${TMPDIR:-/tmp}/bricks.$$"' EXIT
carried=$(nm "$carrier" | awk '$2 ~ /^[tT]$/ { print $3 }' | sort | join "${TMPDIR:-/tmp}/bricks.$$" - |
    awk '{ print $2 }' | sort -u)
[ "$(wc -w <<<"$carried")" -gt 5 ] || complain "finds hardly any bricks: this check is broken"
others=$(grep -vE "^($bricks)\.c\.o$" <<<"$carried" || true)
[ -z "$others" ] || complain "$carrier: a second copy of" $others

needed=$(readelf -d "$carrier" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p')
others=$(grep -vE "^(libentitle|$loads|libcjson|libc|ld-linux[-a-z0-9_]*)\.so\b" <<<"$needed" || true)
[ -z "$others" ] || complain "$carrier: loads" $others
grep -q '^libentitle\.so' <<<"$needed" || complain "$carrier: not on libentitle.so"
exit "$status"
