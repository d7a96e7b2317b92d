#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: containers.sh ENTITLE SANDBOX
#
# A table of containers. Each is started in a network namespace that holds the real
# addresses of ECS, EKS and EC2 with a sandbox behind them, so that no address is made
# up; and at the end in one where packets to them vanish. Shows which credentials and
# which Region are found, and how the start ends. Needs the right to make namespaces.
set -euo pipefail
entitle=$1 sandbox=$2

if [ -z "${CONTAINERS_INSIDE-}" ]; then
    # As root, or else as root of a namespace for users.
    for how in "unshare -n" "unshare -rn"; do
        if $how true 2>/dev/null; then
            CONTAINERS_INSIDE=1 exec $how "$0" "$@"
        fi
    done
    echo "SKIPPED: network namespaces are not allowed here; no real address was tried" >&2
    exit 77
fi
command -v ip >/dev/null || { echo "SKIPPED: no ip(8) to make addresses with" >&2; exit 77; }

work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; wait; rm -rf "$work"' EXIT
failures=0

complain() {
    echo "  FAILED: $*"
    failures=$((failures + 1))
}

ip link set lo up
for address in 169.254.170.2 169.254.170.23 169.254.169.254; do
    ip address add "$address/32" dev lo
done

# serve NAME OPTION…: starts a sandbox, whose first line goes to a file of that name.
serve() {
    local name=$1
    shift
    "$sandbox" --state "$work/$name.state" "$@" >"$work/$name" &
    server="$server $!"
    for _ in $(seq 100); do
        [ ! -s "$work/$name" ] || return 0
        sleep 0.1
    done
    echo "the sandbox does not start: $*"
    exit 1
}
serve ipv4 --listen 0.0.0.0:80

# platform NAME: the variables of a new container there, one assignment a line.
platform() {
    local token=()
    case $1 in eks-*) token=(--write-token "$work/$1") ;; esac
    "$sandbox" env --url http://127.0.0.1:80 --platform "$1" --addresses real "${token[@]}" |
        sed -nE "s/^export ([A-Z0-9_]+)='(.*)'$/\1=\2/p"
}

# What every container of the table has, and nothing else of this shell's.
common() {
    platform ec2
}

# member NAME: of the decision that was printed, without its quotes.
member() {
    sed -nE "s/.*\"$1\" ?: ?(\"([^\"]*)\"|[a-z]+).*/\2/p" "$work/decision" | head -n 1
}

# container NAME STATUS REASON CREDENTIALS REGION VARIABLE=VALUE…
container() {
    local name=$1 status=0
    local wanted="$2 $3 ${4:-none} ${5:-none}"
    shift 5
    echo "$name"
    env -i PATH="$PATH" "$@" "$entitle" check --json --deadline 10 \
        >"$work/decision" 2>"$work/errors" || status=$?
    local credentials region
    credentials=$(member credentials) region=$(member region)
    local got="$status $(member reason) ${credentials:-none} ${region:-none}"
    if [ "$got" != "$wanted" ]; then
        complain "$got instead of $wanted"
        cat "$work/decision" "$work/errors"
    fi
}

says() {
    grep -q -- "$1" "$work/decision" || complain "the decision does not say: $1"
}

mapfile -t base < <(common)
mapfile -t ecs < <(platform ecs)
mapfile -t fargate < <(platform fargate)
mapfile -t irsa < <(platform eks-irsa)
mapfile -t pod < <(platform eks-pod-identity)

# Without the variables that some platforms set and others do not.
without() {
    local name=$1
    shift
    printf '%s\n' "$@" | grep -v -E "^($name)="
}
mapfile -t ecs_old < <(without 'AWS_REGION|AWS_DEFAULT_REGION' "${ecs[@]}")
mapfile -t fargate_bare < <(without AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "${fargate[@]}")
keys=(AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
    AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY)
mapfile -t profile < <(without AWS_SHARED_CREDENTIALS_FILE "${base[@]}")
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\nregion = us-east-1\n' \
    "${keys[0]#*=}" "${keys[1]#*=}" >"$work/credentials"

here=us-east-1
container "ECS on EC2, new agent" 0 verified ecs-task-role $here "${ecs[@]}"
container "ECS on EC2, old agent" 0 verified ecs-task-role $here "${ecs_old[@]}"
container "Fargate" 0 verified ecs-task-role $here "${fargate[@]}"
container "Fargate without a task role" 78 no_credentials "" $here \
    "${fargate_bare[@]}" AWS_EC2_METADATA_DISABLED=true
container "EKS with IRSA" 0 verified web-identity $here "${irsa[@]}"
container "EKS with Pod Identity" 78 platform_not_supported eks-pod-identity $here "${pod[@]}"
says "EKS Pod Identity; AWS Marketplace takes"
says "\"hint\":\"the AWS credentials come from EKS Pod Identity"
container "EKS with Pod Identity, strict" 78 unsupported_credentials eks-pod-identity $here \
    "${pod[@]}" ENTITLE_STRICT_CREDENTIALS=true
container "EKS with both" 0 verified web-identity $here "${pod[@]}" "${irsa[@]}"
container "EKS with the node's role only" 78 platform_not_supported instance-role $here \
    "${base[@]}" KUBERNETES_SERVICE_HOST=10.100.0.1 AWS_REGION=$here
says "those of the node, not of the task or pod"
container "EC2" 78 platform_not_supported instance-role $here "${base[@]}"
container "a laptop with a profile" 0 verified profile $here \
    "${profile[@]}" AWS_SHARED_CREDENTIALS_FILE="$work/credentials"
says "come from a profile file"
container "nothing but a Region" 78 no_credentials "" $here \
    "${base[@]}" AWS_REGION=$here AWS_EC2_METADATA_DISABLED=true
container "nothing" 78 no_region "" "" "${base[@]}" AWS_EC2_METADATA_DISABLED=true
container "another Region by hand" 78 no_credentials "" eu-west-1 \
    "${base[@]}" AWS_REGION=eu-west-1 AWS_EC2_METADATA_DISABLED=true

# Another Region behind IPv6 shows who was asked; its credentials are not the first's.
if ip address add fd00:ec2::254/128 dev lo 2>/dev/null; then
    serve ipv6 --listen '[fd00:ec2::254]:80' --region eu-north-1
    container "EC2 by IPv6" 78 invalid_credentials instance-role eu-north-1 \
        "${base[@]}" AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6
else
    echo "NOT TRIED: metadata by IPv6, which this kernel does not have" >&2
fi

# --- Packets that vanish ----------------------------------------------------------------

kill $server
wait $server 2>/dev/null || true
server=
for address in 169.254.170.2 169.254.170.23 169.254.169.254; do
    ip address del "$address/32" dev lo
done
if ! { ip link add hole type veth peer name away && ip link set hole up &&
    ip link set away up && ip address add 192.0.2.1/24 dev hole; } 2>"$work/errors"; then
    cat "$work/errors"
    echo "NOT TRIED: packets that vanish, for want of virtual links" >&2
else
    for address in 169.254.170.2 169.254.169.254; do
        ip route add "$address/32" dev hole
        ip neigh add "$address" lladdr 02:00:00:00:00:01 dev hole nud permanent
    done

    # vanishing NAME STATUS REASON VARIABLE=VALUE…: as container, and in half of the deadline,
    # of which the waits for metadata make up a quarter on a machine without other work.
    vanishing() {
        local began=$(date +%s%3N) region=$4 name=$1 status=$2 reason=$3
        shift 4
        container "$name" "$status" "$reason" "" "$region" "$@"
        local took=$(($(date +%s%3N) - began))
        echo "  $took ms"
        [ $took -le 5000 ] || complain "the start was held up for $took ms"
    }
    vanishing "IMDS is a black hole" 78 no_credentials $here "${base[@]}" AWS_REGION=$here
    vanishing "IMDS is a black hole, no Region" 78 no_region "" "${base[@]}"
    vanishing "all metadata is a black hole, no Region" 78 no_region "" "${base[@]}" \
        ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/id
fi

[ $failures -eq 0 ]
