/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "ledger_bench.h"
#include "support/cmocka.h"

/*
 * Each call has no memory from its n-th allocation on, for every n from 0 until it
 * holds: it fails cleanly, and changes nothing.
 */
enum { ALLOCATIONS_LIMIT = 200, RECORDS = 4 };

static entitle_error error;

static void
sweep(const char *name, entitle_status (*call)(void))
{
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    for (int64_t at = 0; status != ENTITLE_OK; at++) {
        assert_in_range(at, 0, ALLOCATIONS_LIMIT);
        error = (entitle_error){ 0 };
        bench.fake.fail_allocation = bench.fake.allocations + at;
        status = call();
        bench.fake.fail_allocation = -1;
        if (status != ENTITLE_OK &&
            (status != ENTITLE_OUT_OF_MEMORY || error.message[0] == '\0')) {
            fail_msg(
                "%s at %lld: %d '%s'", name, (long long)at, (int)status, error.message);
        }
    }
}

static entitle_status
open_ledger(void)
{
    return store_under_test.open(&bench.fake, &bench.ledger, &error);
}

/* With an id, with tags, of a customer, and more than a record and the next one hold.
 */
static entitle_status
add(void)
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
    return ent_ledger_add(bench.ledger, groups, 3, bench.now_s, &error);
}

static entitle_status
take(void)
{
    const ent_ledger_claim claim = bench_claim("a");

    return bench_try_to_take(&claim, &error);
}

static entitle_status
settle(void)
{
    ent_ledger_verdict verdicts[RECORDS];

    for (size_t i = 0; i < RECORDS; i++) {
        verdicts[i] = (ent_ledger_verdict){
            .record = bench.taken[i].id,
            .settlement = i == 0 ? ENT_SETTLED_UNSENT : ENT_SETTLED_ACCEPTED,
            .text = "as the test says",
        };
    }
    return ent_ledger_settle(bench.ledger, "a", verdicts, RECORDS, bench.now_s, &error);
}

static void
without_memory_nothing_happens(void **state)
{
    (void)state;
    bench_begin();
    sweep("open", open_ledger);
    sweep("add", add);
    assert_string_equal(bench_state(), "closed=2147483673");
    sweep("add the same", add);
    assert_string_equal(bench_state(), "closed=4294967341");
    sweep("take", take);
    assert_int_equal(bench.taken_count, RECORDS);
    assert_string_equal(bench_state(), "open=19 sending=4294967322");
    sweep("settle", settle);
    assert_string_equal(bench_state(), "open=19 closed=22 accepted=4294967300");
    ent_ledger_close(bench.ledger);
    assert_int_equal(bench.fake.blocks_in_use, 0);
    store_under_test.remove();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
