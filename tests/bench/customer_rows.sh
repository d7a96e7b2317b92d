# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
#
# Customers' usage, sent in batches, and ledgers in PostgreSQL: a part of tests/bench/run,
# which has the names that are not made here.

seller=(env AWS_ACCESS_KEY_ID=AKIABENCHMARK0000000 AWS_SECRET_ACCESS_KEY=benchmark-secret-0000
    AWS_REGION=us-east-1 AWS_CONFIG_FILE=/nonexistent AWS_SHARED_CREDENTIALS_FILE=/nonexistent)
tests/bench/market.sh >"$work/market.json"
# A disk that others use, too, would hide what is our own.
memory=$work
if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ]; then
    ram=$(mktemp -d -p /dev/shm)
    memory=$ram
fi

# A new sandbox; sets usage and url.
start_seller() {
    [ -z "$usage" ] || { kill "$usage"; wait "$usage" 2>/dev/null || true; }
    rm -rf "$work/seller" "$work/seller.out"
    taskset -c 0 "$build"/bin/entitle-sandbox --state "$work/seller" --config "$work/market.json" \
        >"$work/seller.out" &
    usage=$! url=''
    for _ in $(seq 400); do
        url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$work/seller.out" 2>/dev/null || true)
        [ -z "$url" ] || break
        sleep 0.05
    done
}
# MILLISECONDS: the sandbox takes so long to answer.
slow_seller() {
    curl -sS --noproxy '*' -X PUT "$url/_sandbox/faults" \
        -d "{\"faults\":[{\"operation\":\"BatchMeterUsage\",\"delay_ms\":$1}]}" >/dev/null
}
# COUNT: uses of so many records in the order of time, which is the one of their being
# due: each hour, every customer uses every dimension.
due_records() {
    awk -v count="$1" -v hour=$(($(date +%s) / 3600 * 3600)) 'BEGIN {
        hours = int((count + 9999) / 10000)
        print "dimension,quantity,timestamp,customer_account,license_arn"
        for (i = 0; i < count; i++) {
            customer = int(i / 100) % 100
            printf "dimension%02d,%d,%d,%012d,arn:aws:license-manager::294406891311:license:l-%032d\n",
                i % 100, i % 100 + 1, hour - (hours - int(i / 10000)) * 3600, 100000000 + customer, customer
        }
    }'
}
# LEDGER COUNT
make_due() {
    due_records "$2" | "$build"/bin/entitle-usage import --ledger "$1" \
        --product-code benchmarkproduct --instance benchmark - >/dev/null
}
# LEDGER …: a flush by one process.
send_due() {
    "${seller[@]}" "$build"/bin/entitle-usage flush --endpoint "$url" --instance benchmark \
        --ledger "$@" >/dev/null
}
# The seconds that the host has taken from this machine's processors, since it began.
stolen_s() {
    awk -v ticks="$(getconf CLK_TCK)" '/^cpu / { print $9 / ticks }' /proc/stat
}
# FILE COMMAND…: the seconds on the wall, and those of the processor; of all processors the
# part that the host took meanwhile.
timed() {
    local out=$1 before TIMEFORMAT='%R %U %S'
    shift
    before=$(stolen_s)
    { time "$@" >/dev/null 2>"$work/timed.err"; } 2>"$work/timed" ||
        { cat "$work/timed.err" >&2; return 1; }
    awk -v stolen="$(stolen_s)" -v before="$before" -v processors="$(nproc)" '{
        printf "wall_s=%.4f processor_s=%.4f stolen=%.4f\n", $1, $2 + $3, (stolen - before) / $1 / processors
    }' "$work/timed" >"$out"
}
# FILE …: whether the host took no more than a tenth of the processors while these were timed.
had_processors() {
    local each
    for each; do
        awk -v part="$(figure stolen "$each")" 'BEGIN { exit part > 0.1 }' || return 1
    done
}
# NAME LEAST: sets median and spread, of the turns that had the processors where there are so
# many, and otherwise of all, and why. Both sides keep two cores busy: nobody may take a part
# of them.
choose_turns() {
    why=
    if [ "$(wc -l <"$work/$1.whole")" -ge "$2" ]; then
        mv "$work/$1.whole" "$work/$1"
    else
        why="the host took more than a tenth of the processors"
    fi
    read -r median spread < <(middle <"$work/$1")
}
# FIGURE OF_A OF_B FILE: A's figure over B's, into FILE.
compare() {
    over "$(figure "$1" "$2")" "$(figure "$1" "$3")" >>"$4"
}

# --- One flusher ------------------------------------------------------------------------

records=${ENTITLE_BENCH_RECORDS:-100000}
progress "draining $records records"
make_due "$memory/due" "$records"
sqlite3 "$memory/due" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null

# What a flush has to write, and nothing else: frozen, accepted, counted.
write_updates() {
    sqlite3 "$memory/due" >"$work/updates.sql" <<'SQL'
.print PRAGMA synchronous = FULL;
CREATE TEMP TABLE row AS SELECT row_number() OVER (ORDER BY hour, id) - 1 AS n, id, key, quantity FROM record;
SELECT CASE WHEN n % 500 = 0 AND step = 0 THEN 'BEGIN;' || char(10) ELSE '' END ||
  CASE step WHEN 0 THEN 'UPDATE record SET state = 2, request = x''' ||
    hex('{"Timestamp":1794308399,"CustomerAWSAccountId":"000100000010",' ||
      '"LicenseArn":"arn:aws:license-manager::294406891311:license:l-00000000000000000000000000000010",' ||
      '"Dimension":"dimension10","Quantity":10}') ||
    ''', owner = ''01234567-89ab-4cde-8f01-23456789abcd'', lease = 1794308400 WHERE id = ' || id || ';'
  WHEN 1 THEN 'UPDATE usage_key SET added = added + ' || quantity || ', accepted = accepted + ' || quantity ||
    ' WHERE id = ' || key || ';'
  ELSE 'UPDATE record SET state = 3, metering_record_id = ''01234567-89ab-4cde-8f01-' || printf('%012x', id) ||
    ''', request = NULL, owner = '''', lease = 0, added = 0 WHERE id = ' || id || ';' END ||
  CASE WHEN (n % 500 = 499 OR n = (SELECT max(n) FROM row)) AND step <> 1 THEN
    char(10) || 'COMMIT;' || CASE step WHEN 0 THEN char(10) || 'BEGIN;' ELSE '' END ELSE '' END
FROM row, (SELECT 0 AS step UNION ALL SELECT 1 UNION ALL SELECT 2)
ORDER BY n / 500, step > 0, n, step;
SQL
}
# The flusher's bodies. Their signatures are good for minutes.
make_ready() {
    due_records "$records" | tail -n +2 | "$bench"/ready_batches "${url##*:}" >"$work/ready"
}
send_ready() {
    READY_BATCHES=$work/ready taskset -c 1 wrk --threads 1 --connections 8 --duration 600 \
        --timeout 30 --script tests/bench/ready_batches.lua "$url/" >"$work/peer"
}
write_updates
: >"$work/drain.whole"
for _ in $(seq 12); do
    cp "$memory/due" "$memory/drained"
    start_seller
    timed "$work/load" taskset -c 1 "${seller[@]}" "$build"/bin/entitle-usage flush --endpoint "$url" \
        --instance benchmark --ledger "$memory/drained"
    rm -f "$memory/drained"*
    start_seller
    make_ready
    timed "$work/sent" send_ready
    compare wall_s "$work/peer" "$work/load" "$work/drain"
    ! had_processors "$work/load" "$work/sent" || tail -n 1 "$work/drain" >>"$work/drain.whole"
    cp "$memory/due" "$memory/plain"
    timed "$work/peer" taskset -c 1 sqlite3 -bail "$memory/plain" ".read $work/updates.sql"
    rm -f "$memory/plain"*
    compare processor_s "$work/load" "$work/peer" "$work/drain.processor"
    [ "$(wc -l <"$work/drain.whole")" -lt 5 ] || break
done
choose_turns drain 3
row "drain of 100,000 due records of customers, tmpfs, one flusher, 8 connections" \
    "\`wrk\` with the same bodies in ready-made requests, as many connections: records a second" \
    "$median" "$spread" ≥ 0.6 "$why"
read -r median spread < <(middle <"$work/drain.processor")
row "the same: processor time" \
    "the \`sqlite3\` shell with the same updates of the same rows" "$median" "$spread" ≤ 3
rm -f "$memory/due"* "$work/updates.sql" "$work/ready"

progress "requests in flight"
for _ in 1 2 3; do
    for in_flight in 1 8; do
        make_due "$work/flight" 5000
        start_seller
        slow_seller 50
        timed "$work/flight.$in_flight" send_due "$work/flight" --in-flight $in_flight
        rm -f "$work/flight" "$work/flight-"* "$work/flight.sender"
    done
    compare wall_s "$work/flight.1" "$work/flight.8" "$work/flights"
done
read -r median spread < <(middle <"$work/flights")
row "flush with 50 ms added to every answer, 8 requests in flight" \
    "one at a time: throughput" "$median" "$spread" ≥ 6

progress "claiming with two million rows behind"
for ledger in few many; do
    make_ledger "$work/$ledger"
done
tests/bench/history.sh "$work/few" 10000
tests/bench/history.sh "$work/many" 2000000
"$bench"/claim_bench "$work/many" "$work/few" >"$work/figures"
row "claim of 500 due records, SQLite, with 2,000,000 accepted rows behind" "with 10,000: wall time" \
    "$(ratio_of claim)" "$(spread_of claim)" ≤ 1.3
rm -f "$work/few"* "$work/many"*

# --- PostgreSQL -------------------------------------------------------------------------

mkfifo "$work/leash"
exec 4<>"$work/leash"
"$bench"/postgres_server <"$work/leash" >"$work/postgres" 4>&- &
postgres=$!
for _ in $(seq 400); do
    postgres_url=$(cat "$work/postgres")
    [ -z "$postgres_url" ] || break
    sleep 0.1
done
# NAME: an empty database; sets shared.
make_database() {
    psql -qX "$postgres_url" -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -c "CREATE DATABASE $1" 2>/dev/null
    shared=${postgres_url/\/postgres\?//$1?}
}

progress "claiming in PostgreSQL"
for ledger in few many; do
    make_database $ledger
    make_ledger "$shared"
    accepted=10000
    [ $ledger = few ] || accepted=2000000
    psql -qX "$shared" <<SQL
SET synchronous_commit = off;
INSERT INTO entitle.usage_key (product_code, dimension, form, customer, license_arn, instance, added, accepted)
SELECT 'benchmarkproduct', 'dimension' || to_char(i, 'FM0000'), 0, '', '', 'benchmark', $accepted / 2000, $accepted / 2000
FROM generate_series(0, 1999) i;
INSERT INTO entitle.record (key, hour, token, state, quantity, added, metering_record_id)
SELECT i % 2000 + 1, (extract(epoch FROM now())::bigint / 3600 - 6 - $accepted / 2000 + i / 2000) * 3600, '', 3, 1, 0,
    '01234567-89ab-4cde-8f01-' || lpad(to_hex(i), 12, '0') FROM generate_series(0, $accepted - 1) i;
VACUUM ANALYZE;
CHECKPOINT;
SQL
    [ $ledger = many ] || few=$shared
done
"$bench"/claim_bench "$shared" "$few" >"$work/figures"
row "the same, PostgreSQL" "with 10,000: wall time" "$(ratio_of claim)" "$(spread_of claim)" ≤ 1.3

progress "adding to PostgreSQL"
make_database adds
plain=$shared
psql -qX "$plain" -c 'CREATE TABLE use (id TEXT PRIMARY KEY, account TEXT NOT NULL, dimension TEXT NOT NULL,
    quantity BIGINT NOT NULL, at BIGINT NOT NULL)'
cat >"$work/one_row.sql" <<'SQL'
\set n random(1, 10000)
INSERT INTO use VALUES (gen_random_uuid(), '1000000' || :n % 100, 'dimension' || :n / 100, 1, 1794308400);
SQL
for _ in 1 2 3 4 5; do
    make_database shared
    psql -qX "$plain" -c 'TRUNCATE use'
    "$bench"/shared_adds "$shared" 8 500 10 >"$work/load"
    pgbench --no-vacuum --client 8 --jobs 2 --time 10 --protocol prepared --file "$work/one_row.sql" \
        "$plain" 2>/dev/null | sed -n 's/^tps = \([0-9.]*\).*/rate=\1/p' >"$work/peer"
    compare rate "$work/load" "$work/peer" "$work/adds"
    figure rate "$work/load" >>"$work/adds.rate"
done
read -r median spread < <(middle <"$work/adds")
row "uses with ids into PostgreSQL, 500 at once, 8 connections, 10,000 records of the running hour" \
    "pgbench, one row a commit, one index, as many connections: rows" "$median" "$spread" ≥ 3

progress "several flushers"
: >"$work/flushers.whole"
for _ in $(seq 9); do
    for flushers in 1 4; do
        make_database shared
        make_due "$shared" 20000
        start_seller
        slow_seller 50
        several_flushers() {
            local pids=() status=0
            for _ in $(seq "$flushers"); do
                send_due "$shared" --in-flight 8 &
                pids+=($!)
            done
            for pid in "${pids[@]}"; do
                wait "$pid" || status=$?
            done
            # Others may have had the rest in sending when one ended.
            [ $status = 0 ] || [ $status = 69 ]
        }
        timed "$work/flushers.$flushers" several_flushers
    done
    compare wall_s "$work/flushers.1" "$work/flushers.4" "$work/flushers"
    ! had_processors "$work/flushers.1" "$work/flushers.4" || tail -n 1 "$work/flushers" >>"$work/flushers.whole"
    [ "$(wc -l <"$work/flushers.whole")" -lt 3 ] || break
done
choose_turns flushers 3
row "4 flushers on one PostgreSQL, 50 ms added to every answer, 8 requests in flight each" \
    "one: throughput" "$median" "$spread" ≥ 3 "$why"
kill "$usage"
usage=''
exec 4>&-
wait "$postgres" || true
