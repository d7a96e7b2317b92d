#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: sdk_snippets.sh ENTITLE_SANDBOX PYTHON JAVASCRIPT_FOLDER
#
# Runs each program in docs/sandbox-sdks.md against a sandbox, wherever its SDK is
# installed. Exit status 77: none is.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/sandbox.sh"
sandbox=$1 python=$2 javascript=$3
document=$here/../../docs/sandbox-sdks.md

# LANGUAGE FILE: the one program in that language.
extract() {
    awk -v fence="\`\`\`$1" '$0 == fence { inside = 1; next } /^```$/ { inside = 0 } inside' \
        "$document" >"$2"
    [ -s "$2" ] || complain "$document has no program in '$1'"
}

tried=0
# NAME WANT COMMAND…: it is a success, and says so.
works() {
    tried=$((tried + 1))
    expect "$1" 0 "$2" "${@:3}"
}

skip() {
    echo "SKIPPED: the program in docs/sandbox-sdks.md for $1, which is not installed"
}

try_awscli() {
    extract "sh needs=sdk" "$work/awscli.sh"
    aws() {
        "$python" -m awscli "$@"
    }
    export python
    export -f aws
    "$python" -c 'import awscli' 2>/dev/null || { skip "the AWS CLI"; return; }
    works "AWS CLI" 123456789012 bash -e "$work/awscli.sh"
}

try_boto3() {
    extract python "$work/metering.py"
    "$python" -c 'import boto3' 2>/dev/null || { skip "boto3"; return; }
    works "boto3" "metered as " "$python" -B "$work/metering.py"
}

try_javascript() {
    extract js "$work/metering.mjs"
    [ -d "$javascript/node_modules" ] || { skip "the SDK for JavaScript"; return; }
    ln -s "$javascript/node_modules" "$work/node_modules"
    works "JavaScript" "metered as " node "$work/metering.mjs"
}

# As modules, or as Debian's golang-github-aws-aws-sdk-go-v2-dev has it.
try_go() {
    local sdk=github.com/aws/aws-sdk-go-v2
    extract go "$work/main.go"
    command -v go >/dev/null || { skip "the SDK for Go"; return; }
    export GOFLAGS=-buildvcs=false GOCACHE=$work/go-cache
    if [ -d "/usr/share/gocode/src/$sdk" ]; then
        export GO111MODULE=off GOPATH=/usr/share/gocode
    else
        (cd "$work" && go mod init snippet && GOPROXY=off go mod tidy) >/dev/null 2>&1 ||
            { skip "the SDK for Go"; return; }
    fi
    (cd "$work" && go build -o metering main.go) || { complain "Go: does not compile"; return; }
    works "Go" "metered as " "$work/metering"
}

start_sandbox "$sandbox"
use_task_of_sandbox
eval "$("$sandbox" env --url "$url")"
export NO_PROXY=127.0.0.1 AWS_PAGER=
for sdk in awscli boto3 javascript go; do
    "try_$sdk"
done
conclude || exit 1
[ "$tried" -gt 0 ] || exit 77
