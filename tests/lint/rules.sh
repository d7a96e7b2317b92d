#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: rules.sh ROOT COMPILER
#
# docs/metering-service.md and the rules in the sandbox's code are the same: the words, the
# page of AWS, the order among the rules of one file, and the errors with their statuses.
set -euo pipefail
cd "$1"
compiler=$2
document=docs/metering-service.md
status=0
complain() {
    echo "$*"
    status=1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Of each rule in the code: its file, words and page. The macros are the file's own.
rules_of() {
    sed 's/^#include.*//' "$1" | "$compiler" -E -P -x c - | tr '\n' ' ' |
        grep -oE 'const sandbox_rule [a-z_]+ = \{ *("[^"]*" *)+,[^}]*\}' |
        sed -E 's/" *"//g; s/^[^{]*\{ *"([^"]*)" *, *"?([^" }]*)"?.*/\1\t\2/; s/\t(NULL)?(\(\(void \*\)0\))?$/\t–/' |
        awk -v file="$1" '{ print file "\t" $0 }'
}
while IFS= read -r file; do
    rules_of "$file" >"$work/file" || true
    [ "$(wc -l <"$work/file")" -eq "$(grep -cE '^(static )?const sandbox_rule [a-z]' "$file")" ] ||
        complain "$file: cannot read each of its rules" >&2
    cat "$work/file"
done < <(grep -rlE '^(static )?const sandbox_rule [a-z]' tools/sandbox --include='*.c' | sort) >"$work/code"

# Of each row of the document: the section, words and page, of which only the name stands in
# the row: [MeterUsage].
awk -F ' *[|] *' '
    NR == FNR {
        if (match($0, /^\[[^]]+\]: /)) {
            page[substr($0, 1, RLENGTH - 2)] = substr($0, RLENGTH + 1)
        }
        next
    }
    /^## / { section = substr($0, 4) }
    /^[|] *rule *[|]/ { inside = 1; next }
    !/^[|]/ { inside = 0 }
    inside && !/^[|] *-/ { print section "\t" $2 "\t" ($4 in page ? page[$4] : $4) }' \
    "$document" "$document" >"$work/document"

[ "$(wc -l <"$work/code")" -gt 40 ] || complain "finds hardly any rules: this check is broken"
[ "$(wc -l <"$work/document")" -gt 40 ] || complain "finds hardly any rows: this check is broken"

cut -f 2- "$work/code" | sort -u >"$work/in_code"
cut -f 2- "$work/document" | sort -u >"$work/in_document"
while IFS= read -r rule; do
    complain "$document lacks the rule, or has another page for it: $rule"
done < <(comm -23 "$work/in_code" "$work/in_document")
while IFS= read -r rule; do
    complain "$document has a rule that the code has not: $rule"
done < <(comm -13 "$work/in_code" "$work/in_document")
while IFS= read -r rule; do
    complain "two rules have the same words: $rule"
done < <(cut -f 2 "$work/code" | sort | uniq -d)

# The files of an operation hold its rules in the order in which they are judged.
awk -F '\t' '
    NR == FNR { file[$2] = $1; place[$2] = FNR; next }
    file[$2] ~ /service\// {
        key = $1 SUBSEP file[$2]
        if (place[$2] < last[key]) {
            print "docs/metering-service.md, " $1 ": not in the order of " file[$2] ": " $2
            failed = 1
        }
        last[key] = place[$2]
    }
    END { exit failed }' "$work/code" "$work/document" || status=1

# `SomeException` 400
while read -r name http_status; do
    grep -q "{ \"$name\", $http_status," tools/sandbox/wire/error_code.c ||
        complain "$document: there is no error $name with the status $http_status"
done < <(grep -oE '`[A-Z][A-Za-z]+` [45][0-9]{2}\b' "$document" | tr -d '`' | grep -v 'UnknownOperationException 405' | sort -u)
exit "$status"
