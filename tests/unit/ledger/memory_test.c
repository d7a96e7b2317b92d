/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "ledger_bench.h"
#include "support/cmocka.h"
#include "support/effort.h"

#include <string.h>

/*
 * What a ledger does, with no memory from its n-th allocation on, for every n: the call
 * fails cleanly, and holds when it is repeated with memory. The account is always the
 * same.
 */
enum { ALLOCATIONS_AT_LEAST = 10, ALLOCATIONS_LIMIT = 1000, RECORDS = 4 };

static entitle_error error;

/* False: there was no memory; from now on there is. */
static bool
holds(entitle_status status, const char *what)
{
    if (status == ENTITLE_OK) {
        return true;
    }
    if (status != ENTITLE_OUT_OF_MEMORY || bench.fake.fail_allocation < 0 ||
        error.message[0] == '\0') {
        fail_msg("%s: %d '%s'", what, (int)status, error.message);
    }
    error = (entitle_error){ 0 };
    bench.fake.fail_allocation = -1;
    return false;
}

#define TWICE(call)                                                                    \
    do {                                                                               \
        if (!holds((call), #call)) {                                                   \
            assert_true(holds((call), #call));                                         \
        }                                                                              \
    } while (false)

static entitle_status
open_once(void)
{
    return store_under_test.open(&bench.fake, &bench.ledger, &error);
}

/* With an id, with tags, of a customer, and more than a record and the next one hold.
 */
static void
add_all(void)
{
    ent_usage_event events[] = { bench_event(-1, 5),
                                 bench_event(-1, 7),
                                 bench_event(-2, ENT_LEDGER_QUANTITY_MAXIMUM),
                                 bench_event(-9, 11),
                                 bench_event(-2, 3) };
    events[0].id = "order-1";
    events[1].tags = "{\"t\":\"1\"}";
    events[4].key.form = ENT_CUSTOMER_IDENTIFIER;
    events[4].key.customer = "cust-1";
    events[4].key.instance = "";
    ent_usage_group groups[] = { { .events = events, .count = 1 },
                                 { .events = &events[1], .count = 1 },
                                 { .events = &events[2], .count = 3 } };
    TWICE(ent_ledger_add(bench.ledger, groups, 3, bench.now_s, &error));
    TWICE(ent_ledger_add(bench.ledger, &groups[2], 1, bench.now_s, &error));
}

static bool
freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    ent_buffer *request)
{
    (void)context;
    (void)tags;
    ent_buffer_append_format(
        request, "%lld/%zu", (long long)record->quantity, tag_count);
    return true;
}

static void
keep(void *context, const ent_ledger_record *record)
{
    (void)context;
    assert_in_range(bench.taken_count, 0, RECORDS - 1);
    bench.taken[bench.taken_count++].id = record->id;
}

static entitle_status
take_once(void)
{
    const ent_ledger_claim claim = bench_claim("a");

    bench.taken_count = 0;
    return ent_ledger_take(
        bench.ledger, &claim, BENCH_TAKEN_LIMIT, freeze, keep, NULL, &error);
}

static void
send_all(void)
{
    ent_ledger_verdict verdicts[RECORDS];

    TWICE(take_once());
    assert_int_equal(bench.taken_count, RECORDS);
    for (size_t i = 0; i < RECORDS; i++) {
        verdicts[i] = (ent_ledger_verdict){
            .record = bench.taken[i].id,
            .settlement = i == 0 ? ENT_SETTLED_UNSENT : ENT_SETTLED_ACCEPTED,
            .text = "as the test says",
        };
    }
    TWICE(ent_ledger_settle(bench.ledger, "a", verdicts, RECORDS, bench.now_s, &error));
}

static void
without_memory_calls_fail_and_hold_when_repeated(void **state)
{
    (void)state;
    bool is_met = true;
    int64_t at = 0;
    for (; is_met; at += number_by_effort(7, 1, 1)) {
        bench_begin();
        bench.fake.fail_allocation = at;
        TWICE(open_once());
        add_all();
        send_all();
        is_met = bench.fake.fail_allocation < 0;
        bench.fake.fail_allocation = -1;
        assert_string_equal(bench_state(), "open=12 closed=22 accepted=4294967300");
        ent_ledger_close(bench.ledger);
        assert_int_equal(bench.fake.blocks_in_use, 0);
        store_under_test.remove();
    }
    assert_in_range(at, ALLOCATIONS_AT_LEAST, ALLOCATIONS_LIMIT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_calls_fail_and_hold_when_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
