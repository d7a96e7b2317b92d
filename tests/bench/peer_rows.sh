# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
#
# What sellers use instead, from Debian's packages: a part of tests/bench/run, which has
# the names that are not made here.

progress "other libraries for JOSE"
"$bench"/peers_bench >"$work/figures"
for peer in cjose rhonabwy; do
    row "verify a token, RSA-3072, key loaded once, claims checked" \
        "$peer $(dpkg-query -W -f '${Version}' lib$peer-dev), the signature only: throughput" \
        "$(ratio_of $peer)" "$(spread_of $peer)" ≥ 1.00
done

# COMMAND… -- PEER…: dozens of turns do, because the difference is large.
pair_few() {
    "$bench"/process_pair 15 0 "$@" >"$work/figures"
}
# WHAT AGAINST
rows_of_pair() {
    row "$1" "$2: wall time" "$(ratio_of wall_ms)" "$(spread_of wall_ms)" ≤ 0.2
    row "the same" "the same: peak memory" "$(ratio_of peak_kib)" "$(spread_of peak_kib)" ≤ 0.5
}

progress "other programs that verify and ask"
# Debian's, whatever else is on the PATH; its SDK for Python does not know AWS_REGION.
peers=$PWD/tests/bench/peers
ask=(env AWS_DEFAULT_REGION="$AWS_REGION")
pair_few "$build"/bin/entitle verify --keys "$work/state/keys" --product-code "$product_code" \
    --nonce benchmark "@$work/token" -- \
    /usr/bin/python3 "$peers"/pyjwt_verify.py "$work/state/keys/1.pem" "$work/token"
rows_of_pair "\`entitle verify\`, whole process" \
    "Python with PyJWT $(dpkg-query -W -f '${Version}' python3-jwt)"

pair_few "${check[@]}" -- \
    "${ask[@]}" /usr/bin/python3 "$peers"/boto3_register_usage.py "$url" "$product_code"
rows_of_pair "\`entitle check\` against the sandbox, whole process" \
    "Python with boto3 $(dpkg-query -W -f '${Version}' python3-boto3), which verifies nothing"

pair_few "${check[@]}" -- \
    "${ask[@]}" /usr/bin/aws meteringmarketplace register-usage --endpoint-url "$url" \
    --product-code "$product_code" --public-key-version 1 --nonce benchmark
rows_of_pair "the same" \
    "the AWS CLI $(dpkg-query -W -f '${Version}' awscli), which verifies nothing"
