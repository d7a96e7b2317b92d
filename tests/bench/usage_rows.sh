# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
#
# The ledger, its import and its agent: a part of tests/bench/run, which has the names
# that are not made here.

ledger_user=$build/bin/entitle-usage
file_system=$(df --output=fstype "$work" | tail -n 1)
# Without a disk what is left is our own.
ram=''
[ "$(stat -f -c %T /dev/shm 2>/dev/null)" != tmpfs ] || ram=$(mktemp -d -p /dev/shm)

# MICROSECONDS
as_ms() {
    awk -v us="$1" 'BEGIN { printf "%.2f ms", us / 1000 }'
}
# DIRECTORY EXTRA_US WHERE: adds there, and sets sync_us.
bench_adds() {
    local excuse=
    mkdir "$1/meter"
    "$bench"/meter_bench "$1/meter" "$2" >"$work/figures"
    rm -r "$1/meter"
    sync_us=$(figure sync_us <(grep '^disk' "$work/figures"))
    [ "$sync_us" -ge 100 ] || excuse="promised from 0.1 ms on"
    row "durable adds, one thread, $3 $(as_ms "$sync_us")" \
        "one-row commits of plain SQLite, same pragmas: throughput" \
        "$(ratio_of durable)" "$(spread_of durable)" ≥ 0.8
    row "the same, 16 threads" "one thread: throughput" \
        "$(ratio_of threads)" "$(spread_of threads)" ≥ 4 "$excuse"
}

progress "adding to a meter"
# A disk that others use, too, has its moods; the memory with a pause has none.
[ -z "$ram" ] || bench_adds "$ram" 200 "tmpfs, fdatasync made to take"
bench_adds "$work" 0 "$file_system, fdatasync"
row "buffered adds, one thread" \
    "a hash table behind a mutex, same keys: throughput" \
    "$(ratio_of buffered)" "$(spread_of buffered)" ≥ 0.5

progress "importing a million lines"
awk -v now="$(date +%s)" 'BEGIN {
    print "dimension,quantity,timestamp,id"
    for (i = 0; i < 1000000; i++)
        printf "dimension%02d,%d,%d,use-%07d\n", i % 100, i % 7 + 1, now - 18000 + i * 0.018, i
}' >"$work/uses.csv"
import="rm -f '$work/ledger'*; '$ledger_user' import --ledger '$work/ledger' --product-code benchmarkproduct --instance benchmark '$work/uses.csv'"
plain="rm -f '$work/plain'*; sqlite3 '$work/plain' 'PRAGMA journal_mode = WAL' 'PRAGMA synchronous = FULL' \
    'CREATE TABLE use (dimension TEXT, quantity INTEGER, timestamp INTEGER, id TEXT)' \
    'CREATE UNIQUE INDEX use_id ON use (id)' '.import --csv --skip 1 $work/uses.csv use'"
"$bench"/process_pair 5 0 sh -c "$import" -- sh -c "$plain" >"$work/figures"
row "\`entitle usage import\` of 1,000,000 lines of CSV with ids" \
    "the \`sqlite3\` shell, same file into a table with one index: wall time" \
    "$(ratio_of wall_ms)" "$(spread_of wall_ms)" ≤ 1.5
rm -f "$work/uses.csv" "$work/ledger"* "$work/plain"*

# --- Sending --------------------------------------------------------------------------

# PORT_FILE [LOG]: starts what answers at once, and sets constant_port and constant_pid.
start_constant() {
    taskset -c 0 "$bench"/constant_server ${2:+"$2"} <&3 >"$1" &
    constant="$constant $!" constant_port=''
    for _ in $(seq 200); do
        constant_port=$(cat "$1")
        [ -z "$constant_port" ] || break
        sleep 0.05
    done
    constant_pid=$!
}

# DIRECTORY WHERE: what a flush costs with much behind it, and with little.
bench_flush() {
    local few=$1/few many=$1/many flush
    flush=("$ledger_user" flush --instance benchmark --endpoint "http://127.0.0.1:$constant_port" --ledger)
    for ledger in "$few" "$many"; do
        make_ledger "$ledger"
    done
    tests/bench/history.sh "$few" 10000
    tests/bench/history.sh "$many" 2000000
    "$bench"/process_pair 9 0 "${flush[@]}" "$many" -- "${flush[@]}" "$few" \
        -- tests/bench/due.sh "$ledger_user" "$1/turn" "$few" "$many" >"$work/figures"
    row "flush of 1,000 due hours, $2, with 2,000,000 accepted rows behind" \
        "with 10,000: wall time" "$(ratio_of wall_ms)" "$(spread_of wall_ms)" ≤ 1.3
    row "the same" "the same: peak memory" \
        "$(ratio_of peak_kib)" "$(spread_of peak_kib)" ≤ 1.2
    "$bench"/process_pair 9 0 "$ledger_user" status --ledger "$many" \
        -- "$ledger_user" status --ledger "$few" >"$work/figures"
    row "\`entitle usage status\`, $2, of 2,000,000 accepted rows" \
        "of 10,000: peak memory" "$(ratio_of peak_kib)" "$(spread_of peak_kib)" ≤ 1.2
    rm -f "$few"* "$many"* "$1/turn"
}

progress "flushing with two million rows behind"
start_constant "$work/constant"
bench_flush "$work" "$file_system"
[ -z "$ram" ] || bench_flush "$ram" tmpfs

# --- The agent ------------------------------------------------------------------------

# PORT PID CONNECTIONS FILE: load of single uses, with what came of it in FILE.
use_load() {
    taskset -c 1 "$bench"/use_load "$1" "$2" 0 "$3" 0 0.4 0 0 >"$4"
}
wall_rate() {
    awk -v n="$(figure answered "$1")" -v s="$(figure wall_s "$1")" 'BEGIN { print n / s }'
}
# DIRECTORY: starts an agent with a ledger there, and sets agent_port.
start_agent() {
    taskset -c 0 "$build"/bin/entitle-agent --ledger "$1/agent" --product-code benchmarkproduct \
        --instance benchmark --endpoint "http://127.0.0.1:$constant_port" \
        --listen 127.0.0.1:0 >"$work/agent" 2>/dev/null &
    usage=$! agent_port=''
    for _ in $(seq 200); do
        agent_port=$(sed -n 's/.*"url":"[^"]*:\([0-9]*\)".*/\1/p' "$work/agent")
        [ -z "$agent_port" ] || break
        sleep 0.05
    done
}
# CONNECTIONS PORT PID PEER_PORT PEER_PID: the first's throughput over the peer's; sets
# median and spread.
compare_loads() {
    : >"$work/loads"
    for _ in 1 2 3 4 5 6 7 8 9; do
        use_load "$4" "$5" "$1" "$work/peer"
        use_load "$2" "$3" "$1" "$work/load"
        over "$(wall_rate "$work/load")" "$(wall_rate "$work/peer")" >>"$work/loads"
    done
    read -r median spread < <(middle <"$work/loads")
}
# CONNECTIONS PEER_PORT PEER_PID WHAT AGAINST TARGET [EXCUSE]
agent_row() {
    local median spread
    compare_loads "$1" "$agent_port" "$usage" "$2" "$3"
    row "$4" "$5" "$median" "$spread" ≥ "$6" "${7-}"
}
# TARGET: why an answer that has to be on this disk first cannot reach it, if so: the
# constant server cannot, with a row of plain SQLite to commit and nothing else to do.
excuse_of_disk() {
    local median spread
    compare_loads 1 "$constant_port" "$constant_pid" "$alone_port" "$alone_pid"
    awk -v limit="$median" -v target="$1" \
        'BEGIN { if (limit < target) printf "plain SQLite leaves a constant body %.2f", limit }'
}

progress "the agent"
alone="libmicrohttpd alone, a constant body: throughput"
single="agent, single uses over keep-alive, durable"
alone_port=$constant_port alone_pid=$constant_pid
if [ -n "$ram" ]; then
    start_agent "$ram"
    agent_row 1 "$alone_port" "$alone_pid" "$single, tmpfs, 1 connection" "$alone" 0.25
    agent_row 64 "$alone_port" "$alone_pid" "the same, 64 connections" "$alone" 0.12
    kill "$usage"
fi
start_agent "$work"
start_constant "$work/durable" "$work/rows"
agent_row 64 "$alone_port" "$alone_pid" "$single, $file_system, 64 connections" "$alone" 0.12
agent_row 1 "$alone_port" "$alone_pid" \
    "the same, 1 connection, fdatasync $(as_ms "$sync_us")" "$alone" 0.25 "$(excuse_of_disk 0.25)"
agent_row 1 "$constant_port" "$constant_pid" "the same" \
    "the same after a one-row commit of plain SQLite" 0.8
# shellcheck disable=SC2086
kill "$usage" $constant
usage='' constant=''
[ -z "$ram" ] || rm -rf "$ram"
