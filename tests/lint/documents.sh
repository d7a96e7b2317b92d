#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: documents.sh ROOT [BUILD]
#
# The documents agree with the code: each reason stands in docs/errors.md, each script
# and preset that is named exists, each link within the project leads somewhere, to a
# heading where it names one, docs/README.md leads to each document, and each test that the
# threat model goes by is there; with BUILD, which has all that can be built, each test that
# any document names is one of CTest's.
set -euo pipefail
build=${2-}
cd "$1"
status=0
complain() {
    echo "$*"
    status=1
}

# The names of all statuses, but for those that are never a decision's reason.
reasons=$(tr '\n' ' ' <include/entitle/error.h |
    grep -oE 'X\( *[A-Z_0-9]+,[ \\]*0x[0-9a-f]{4},[ \\]*"[a-z_]+"' | grep -oE '"[a-z_]+"' | tr -d '"' |
    grep -vxE 'ok|out_of_memory|invalid_argument|io_error|invalid_input')
[ "$(wc -w <<<"$reasons")" -gt 30 ] || complain "finds hardly any reasons: this check is broken"
for reason in $reasons; do
    grep -q "^|.*\`$reason\`.*|" docs/errors.md || complain "docs/errors.md lacks '$reason'"
done

# Headings, as links name them.
headings_of() {
    grep -E '^#+ ' "$1" | sed -E 's/^#+ //' | tr '[:upper:]' '[:lower:]' |
        sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

while IFS= read -r document; do
    folder=$(dirname "$document")
    while IFS= read -r target; do
        path=${target%%#*}
        file=${path:+$folder/$path}
        [ -e "${file:=$document}" ] || complain "$document: a link leads nowhere: $target"
        case $target in
        *.md#* | '#'*)
            headings_of "$file" | grep -qxF -- "${target#*#}" ||
                complain "$document: a link leads to no heading: $target"
            ;;
        esac
    done < <(grep -oE '\]\([^)]+' "$document" | cut -c3- | grep -vE '^[a-z]+:' || true)
done < <(find . -name '*.md' -not -path './build*' -not -path './.git/*')

for document in docs/*.md; do
    [ "$document" = docs/README.md ] || grep -q "(${document#docs/})" docs/README.md ||
        complain "docs/README.md does not lead to $document"
done

for preset in $(grep -ohE -- '--preset [a-z]+' ./*.md docs/*.md tools/test | awk '{ print $2 }' | sort -u); do
    grep -q "\"name\": \"$preset\"" CMakePresets.json || complain "there is no preset '$preset'"
done

# `unit.gate.judge:FUNCTION` is in tests/unit/gate/judge_test.c; cases are told by words.
model=docs/threat-model.md
named=$(grep -oE '`(unit|flow|cli)\.[a-z0-9_.]+:[a-z0-9_]+`' $model | tr -d '`' | sort -u)
[ "$(wc -w <<<"$named")" -gt 30 ] || complain "finds hardly any tests in $model: this check is broken"
for test in $named; do
    name=${test%%:*}
    grep -qsw "${test##*:}" "tests/${name//.//}_test.c" || complain "$model: there is no test $test"
done
while IFS= read -r words; do
    grep -rqF "$words" tests --include='*_test.*' || complain "$model: there is no case $words"
done < <(grep -oE '"[^"]+"' $model | sort -u)

if [ -n "$build" ]; then
    tests=$(ctest --test-dir "$build" -N | sed -n 's/^ *Test *#[0-9]*: //p')
    labels='unit|faults|fuzz|flow|boto3|differential|javascript|browser|cli|document|sealed|lint|package|examples|soak'
    while IFS=: read -r document name; do
        # Of a whole label there may be nothing, where a program of others is missing.
        grep -q "^${name%%.*}\." <<<"$tests" || continue
        # There is another one where another Python has what Debian's has.
        grep -qxF "${name%.other}" <<<"$tests" || complain "$document: there is no test $name"
    done < <(grep -oE "\`($labels)\.[a-z0-9_.]+[:\`]" ./*.md docs/*.md | tr -d '\`' | sed 's/:$//' | sort -u)
fi
exit "$status"
