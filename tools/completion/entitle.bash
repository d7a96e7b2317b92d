# SPDX-License-Identifier: Apache-2.0
# Made by tools/reference/update of the programs' help.

_entitle_is_command() {
    case $1 in
    'entitle' | \
    'entitle call' | \
    'entitle check' | \
    'entitle doctor' | \
    'entitle help' | \
    'entitle keys' | \
    'entitle keys check' | \
    'entitle keys list' | \
    'entitle licence' | \
    'entitle licence check' | \
    'entitle licence help' | \
    'entitle licence inspect' | \
    'entitle licence run' | \
    'entitle licence verify' | \
    'entitle licence version' | \
    'entitle print' | \
    'entitle resolve' | \
    'entitle run' | \
    'entitle usage' | \
    'entitle usage add' | \
    'entitle usage customers' | \
    'entitle usage flush' | \
    'entitle usage help' | \
    'entitle usage import' | \
    'entitle usage list' | \
    'entitle usage prune' | \
    'entitle usage reconcile' | \
    'entitle usage rescue' | \
    'entitle usage resolve' | \
    'entitle usage status' | \
    'entitle usage version' | \
    'entitle verify' | \
    'entitle version' | \
    'entitle-agent' | \
    'entitle-licence' | \
    'entitle-licence check' | \
    'entitle-licence help' | \
    'entitle-licence inspect' | \
    'entitle-licence run' | \
    'entitle-licence verify' | \
    'entitle-licence version' | \
    'entitle-licence-issue' | \
    'entitle-sandbox' | \
    'entitle-sandbox env' | \
    'entitle-sandbox export' | \
    'entitle-usage' | \
    'entitle-usage add' | \
    'entitle-usage customers' | \
    'entitle-usage flush' | \
    'entitle-usage help' | \
    'entitle-usage import' | \
    'entitle-usage list' | \
    'entitle-usage prune' | \
    'entitle-usage reconcile' | \
    'entitle-usage rescue' | \
    'entitle-usage resolve' | \
    'entitle-usage status' | \
    'entitle-usage version') return 0 ;;
    *) return 1 ;;
    esac
}

_entitle_words() {
    case $1 in
    'entitle' | \
    'entitle help') echo 'run check verify keys call resolve doctor print help version licence usage' ;;
    'entitle keys') echo 'check list' ;;
    'entitle call') echo 'RegisterUsage MeterUsage BatchMeterUsage ResolveCustomer' ;;
    'entitle print') echo 'iam-policy irsa-trust-policy ecs-task-definition kubernetes-pod' ;;
    'entitle licence' | \
    'entitle-licence' | \
    'entitle licence help' | \
    'entitle-licence help') echo 'verify inspect check run help version' ;;
    'entitle-sandbox') echo 'env export' ;;
    'entitle usage' | \
    'entitle-usage' | \
    'entitle usage help' | \
    'entitle-usage help') echo 'add import flush status list prune rescue resolve customers reconcile help version' ;;
    *) return 1 ;;
    esac
}

_entitle_options() {
    case $1 in
    'entitle run' | \
    'entitle check' | \
    'entitle licence check' | \
    'entitle-licence check' | \
    'entitle licence run' | \
    'entitle-licence run') echo '--product-code --keys --key-version --route --dimension --region --endpoint --strict-credentials --deadline --on-unavailable --on-rotation --licence --licence-keys --licence-state --json --quiet --verbose --help' ;;
    'entitle verify') echo '--keys --key-version --product-code --nonce --at --json --quiet --verbose --help' ;;
    'entitle keys check' | \
    'entitle help' | \
    'entitle version' | \
    'entitle licence inspect' | \
    'entitle-licence inspect' | \
    'entitle licence help' | \
    'entitle-licence help' | \
    'entitle licence version' | \
    'entitle-licence version' | \
    'entitle usage help' | \
    'entitle-usage help' | \
    'entitle usage version' | \
    'entitle-usage version') echo '--json --quiet --verbose --help' ;;
    'entitle keys list') echo '--keys --json --quiet --verbose --help' ;;
    'entitle call') echo '--region --endpoint --deadline --json --quiet --verbose --help' ;;
    'entitle resolve' | \
    'entitle usage resolve' | \
    'entitle-usage resolve') echo '--ledger --region --endpoint --deadline --json --quiet --verbose --help' ;;
    'entitle doctor') echo '--product-code --keys --key-version --route --dimension --region --endpoint --strict-credentials --deadline --on-unavailable --on-rotation --licence --licence-keys --licence-state --register --json --quiet --verbose --help' ;;
    'entitle print') echo '--route --account --region --role-name --oidc-provider --namespace --service-account --image --json --quiet --verbose --help' ;;
    'entitle-agent') echo '--ledger --product-code --instance --listen --socket-mode --flush-interval --zero-records --region --endpoint --json --quiet --verbose --help --version' ;;
    'entitle licence verify' | \
    'entitle-licence verify') echo '--licence-keys --product-code --account --host --here --licence-state --at --json --quiet --verbose --help' ;;
    'entitle-licence-issue') echo '--key --key-id --product --licensee --expires --not-before --feature --seats --account --host --id --json --quiet --verbose --help --version' ;;
    'entitle-sandbox') echo '--listen --state --config --region --seed --tls --host-name --help --version' ;;
    'entitle-sandbox env') echo '--url --ca --wait --platform --write-token --addresses --help' ;;
    'entitle-sandbox export') echo '--state --format --help' ;;
    'entitle usage add' | \
    'entitle-usage add') echo '--ledger --product-code --dimension --quantity --at --tag --license-arn --customer-account --customer-id --id --instance --json --quiet --verbose --help' ;;
    'entitle usage import' | \
    'entitle-usage import') echo '--ledger --product-code --instance --json --quiet --verbose --help' ;;
    'entitle usage flush' | \
    'entitle-usage flush') echo '--ledger --final --customer --past-window --zero-records --in-flight --instance --region --endpoint --deadline --json --quiet --verbose --help' ;;
    'entitle usage status' | \
    'entitle-usage status' | \
    'entitle usage rescue' | \
    'entitle-usage rescue' | \
    'entitle usage customers' | \
    'entitle-usage customers') echo '--ledger --json --quiet --verbose --help' ;;
    'entitle usage list' | \
    'entitle-usage list') echo '--ledger --state --json --quiet --verbose --help' ;;
    'entitle usage prune' | \
    'entitle-usage prune') echo '--ledger --before --json --quiet --verbose --help' ;;
    'entitle usage reconcile' | \
    'entitle-usage reconcile') echo '--ledger --product-code --from --to --json --quiet --verbose --help' ;;
    *) return 1 ;;
    esac
}

_entitle_kind() {
    case $1 in
    'entitle run --product-code' | \
    'entitle run --key-version' | \
    'entitle run --dimension' | \
    'entitle run --region' | \
    'entitle run --endpoint' | \
    'entitle run --deadline' | \
    'entitle check --product-code' | \
    'entitle check --key-version' | \
    'entitle check --dimension' | \
    'entitle check --region' | \
    'entitle check --endpoint' | \
    'entitle check --deadline' | \
    'entitle verify --key-version' | \
    'entitle verify --product-code' | \
    'entitle verify --nonce' | \
    'entitle verify --at' | \
    'entitle call --region' | \
    'entitle call --endpoint' | \
    'entitle call --deadline' | \
    'entitle resolve --region' | \
    'entitle resolve --endpoint' | \
    'entitle resolve --deadline' | \
    'entitle doctor --product-code' | \
    'entitle doctor --key-version' | \
    'entitle doctor --dimension' | \
    'entitle doctor --region' | \
    'entitle doctor --endpoint' | \
    'entitle doctor --deadline' | \
    'entitle print --account' | \
    'entitle print --region' | \
    'entitle print --role-name' | \
    'entitle print --oidc-provider' | \
    'entitle print --namespace' | \
    'entitle print --service-account' | \
    'entitle print --image' | \
    'entitle-agent --product-code' | \
    'entitle-agent --instance' | \
    'entitle-agent --listen' | \
    'entitle-agent --flush-interval' | \
    'entitle-agent --region' | \
    'entitle-agent --endpoint' | \
    'entitle licence verify --product-code' | \
    'entitle licence verify --account' | \
    'entitle licence verify --host' | \
    'entitle licence verify --at' | \
    'entitle-licence verify --product-code' | \
    'entitle-licence verify --account' | \
    'entitle-licence verify --host' | \
    'entitle-licence verify --at' | \
    'entitle licence check --product-code' | \
    'entitle licence check --key-version' | \
    'entitle licence check --dimension' | \
    'entitle licence check --region' | \
    'entitle licence check --endpoint' | \
    'entitle licence check --deadline' | \
    'entitle-licence check --product-code' | \
    'entitle-licence check --key-version' | \
    'entitle-licence check --dimension' | \
    'entitle-licence check --region' | \
    'entitle-licence check --endpoint' | \
    'entitle-licence check --deadline' | \
    'entitle licence run --product-code' | \
    'entitle licence run --key-version' | \
    'entitle licence run --dimension' | \
    'entitle licence run --region' | \
    'entitle licence run --endpoint' | \
    'entitle licence run --deadline' | \
    'entitle-licence run --product-code' | \
    'entitle-licence run --key-version' | \
    'entitle-licence run --dimension' | \
    'entitle-licence run --region' | \
    'entitle-licence run --endpoint' | \
    'entitle-licence run --deadline' | \
    'entitle-licence-issue --key-id' | \
    'entitle-licence-issue --product' | \
    'entitle-licence-issue --licensee' | \
    'entitle-licence-issue --expires' | \
    'entitle-licence-issue --not-before' | \
    'entitle-licence-issue --feature' | \
    'entitle-licence-issue --seats' | \
    'entitle-licence-issue --account' | \
    'entitle-licence-issue --host' | \
    'entitle-licence-issue --id' | \
    'entitle-sandbox --listen' | \
    'entitle-sandbox --region' | \
    'entitle-sandbox --seed' | \
    'entitle-sandbox --host-name' | \
    'entitle-sandbox env --url' | \
    'entitle-sandbox env --wait' | \
    'entitle usage add --product-code' | \
    'entitle usage add --dimension' | \
    'entitle usage add --quantity' | \
    'entitle usage add --at' | \
    'entitle usage add --tag' | \
    'entitle usage add --license-arn' | \
    'entitle usage add --customer-account' | \
    'entitle usage add --customer-id' | \
    'entitle usage add --id' | \
    'entitle usage add --instance' | \
    'entitle-usage add --product-code' | \
    'entitle-usage add --dimension' | \
    'entitle-usage add --quantity' | \
    'entitle-usage add --at' | \
    'entitle-usage add --tag' | \
    'entitle-usage add --license-arn' | \
    'entitle-usage add --customer-account' | \
    'entitle-usage add --customer-id' | \
    'entitle-usage add --id' | \
    'entitle-usage add --instance' | \
    'entitle usage import --product-code' | \
    'entitle usage import --instance' | \
    'entitle-usage import --product-code' | \
    'entitle-usage import --instance' | \
    'entitle usage flush --customer' | \
    'entitle usage flush --in-flight' | \
    'entitle usage flush --instance' | \
    'entitle usage flush --region' | \
    'entitle usage flush --endpoint' | \
    'entitle usage flush --deadline' | \
    'entitle-usage flush --customer' | \
    'entitle-usage flush --in-flight' | \
    'entitle-usage flush --instance' | \
    'entitle-usage flush --region' | \
    'entitle-usage flush --endpoint' | \
    'entitle-usage flush --deadline' | \
    'entitle usage prune --before' | \
    'entitle-usage prune --before' | \
    'entitle usage resolve --region' | \
    'entitle usage resolve --endpoint' | \
    'entitle usage resolve --deadline' | \
    'entitle-usage resolve --region' | \
    'entitle-usage resolve --endpoint' | \
    'entitle-usage resolve --deadline' | \
    'entitle usage reconcile --product-code' | \
    'entitle usage reconcile --from' | \
    'entitle usage reconcile --to' | \
    'entitle-usage reconcile --product-code' | \
    'entitle-usage reconcile --from' | \
    'entitle-usage reconcile --to') echo 'any' ;;
    'entitle run --keys' | \
    'entitle run --licence' | \
    'entitle run --licence-state' | \
    'entitle check --keys' | \
    'entitle check --licence' | \
    'entitle check --licence-state' | \
    'entitle verify --keys' | \
    'entitle keys list --keys' | \
    'entitle resolve --ledger' | \
    'entitle doctor --keys' | \
    'entitle doctor --licence' | \
    'entitle doctor --licence-state' | \
    'entitle-agent --ledger' | \
    'entitle licence verify --licence-state' | \
    'entitle-licence verify --licence-state' | \
    'entitle licence check --keys' | \
    'entitle licence check --licence' | \
    'entitle licence check --licence-state' | \
    'entitle-licence check --keys' | \
    'entitle-licence check --licence' | \
    'entitle-licence check --licence-state' | \
    'entitle licence run --keys' | \
    'entitle licence run --licence' | \
    'entitle licence run --licence-state' | \
    'entitle-licence run --keys' | \
    'entitle-licence run --licence' | \
    'entitle-licence run --licence-state' | \
    'entitle-licence-issue --key' | \
    'entitle-sandbox --config' | \
    'entitle-sandbox env --ca' | \
    'entitle usage add --ledger' | \
    'entitle-usage add --ledger' | \
    'entitle usage import --ledger' | \
    'entitle-usage import --ledger' | \
    'entitle usage flush --ledger' | \
    'entitle-usage flush --ledger' | \
    'entitle usage status --ledger' | \
    'entitle-usage status --ledger' | \
    'entitle usage list --ledger' | \
    'entitle-usage list --ledger' | \
    'entitle usage prune --ledger' | \
    'entitle-usage prune --ledger' | \
    'entitle usage rescue --ledger' | \
    'entitle-usage rescue --ledger' | \
    'entitle usage resolve --ledger' | \
    'entitle-usage resolve --ledger' | \
    'entitle usage customers --ledger' | \
    'entitle-usage customers --ledger' | \
    'entitle usage reconcile --ledger' | \
    'entitle-usage reconcile --ledger') echo 'file' ;;
    'entitle run --route' | \
    'entitle check --route' | \
    'entitle doctor --route' | \
    'entitle licence check --route' | \
    'entitle-licence check --route' | \
    'entitle licence run --route' | \
    'entitle-licence run --route') echo 'words register-usage meter-usage licence-file' ;;
    'entitle run --on-unavailable' | \
    'entitle check --on-unavailable' | \
    'entitle doctor --on-unavailable' | \
    'entitle licence check --on-unavailable' | \
    'entitle-licence check --on-unavailable' | \
    'entitle licence run --on-unavailable' | \
    'entitle-licence run --on-unavailable') echo 'words deny start' ;;
    'entitle run --on-rotation' | \
    'entitle check --on-rotation' | \
    'entitle doctor --on-rotation' | \
    'entitle licence check --on-rotation' | \
    'entitle-licence check --on-rotation' | \
    'entitle licence run --on-rotation' | \
    'entitle-licence run --on-rotation') echo 'words warn deny' ;;
    'entitle run --licence-keys' | \
    'entitle check --licence-keys' | \
    'entitle doctor --licence-keys' | \
    'entitle licence verify --licence-keys' | \
    'entitle-licence verify --licence-keys' | \
    'entitle licence check --licence-keys' | \
    'entitle-licence check --licence-keys' | \
    'entitle licence run --licence-keys' | \
    'entitle-licence run --licence-keys' | \
    'entitle-sandbox --state' | \
    'entitle-sandbox env --write-token' | \
    'entitle-sandbox export --state') echo 'folder' ;;
    'entitle print --route') echo 'words register-usage meter-usage' ;;
    'entitle-agent --socket-mode') echo 'words 0600 0660' ;;
    'entitle-sandbox env --platform') echo 'words ecs fargate eks-irsa eks-pod-identity ec2' ;;
    'entitle-sandbox env --addresses') echo 'words sandbox real' ;;
    'entitle-sandbox export --format') echo 'words json csv' ;;
    'entitle usage flush --past-window' | \
    'entitle-usage flush --past-window') echo 'words carry drop' ;;
    'entitle usage list --state' | \
    'entitle-usage list --state') echo 'words open closed sending accepted rejected lost' ;;
    *) return 1 ;;
    esac
}

_entitle_takes_files() {
    case $1 in
    'entitle keys check' | \
    'entitle usage import' | \
    'entitle-usage import' | \
    'entitle usage reconcile' | \
    'entitle-usage reconcile') return 0 ;;
    *) return 1 ;;
    esac
}

_entitle_value() {
    local kind
    kind=$(_entitle_kind "$1 $2") || return 1
    case $kind in
    words*) COMPREPLY=($(compgen -W "${kind#words}" -- "$3")) ;;
    file) COMPREPLY=($(compgen -f -- "$3")) ;;
    folder) COMPREPLY=($(compgen -d -- "$3")) ;;
    esac
}

_entitle() {
    local IFS=$' \t\n' words=("${COMP_WORDS[@]:0:COMP_CWORD}") current=${COMP_WORDS[COMP_CWORD]}
    local command=${1##*/} count=1 previous
    COMPREPLY=()
    while ((count < COMP_CWORD)) && _entitle_is_command "$command ${words[count]}"; do
        command+=" ${words[count]}"
        ((count++))
    done
    [[ " ${words[*]} " != *" -- "* ]] || {
        COMPREPLY=($(compgen -c -f -- "$current"))
        return
    }
    # "--route=x" comes as three words.
    previous=${words[COMP_CWORD - 1]}
    [[ $current != = ]] || current=
    [[ $previous != = ]] || previous=${words[COMP_CWORD - 2]}
    ! _entitle_value "$command" "$previous" "$current" || return 0
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$(_entitle_options "$command")" -- "$current"))
    elif ((count == COMP_CWORD)); then
        COMPREPLY=($(compgen -W "$(_entitle_words "$command")" -- "$current"))
    fi
    if ((${#COMPREPLY[@]} == 0)) && _entitle_takes_files "$command"; then
        COMPREPLY=($(compgen -f -- "$current"))
    fi
}

complete -F _entitle entitle entitle-agent entitle-licence entitle-licence-issue entitle-sandbox entitle-usage
