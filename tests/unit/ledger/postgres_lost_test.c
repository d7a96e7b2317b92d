/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "ledger_bench.h"
#include "postgres_store.h"
#include "support/cmocka.h"
#include "support/cutting_proxy.h"
#include "support/effort.h"

#include <limits.h>
#include <stdio.h>

/*
 * Each call loses its connection at its n-th message, and finds no other, for every n
 * from 0 until it holds: it fails, and changes nothing.
 */
enum { HOUR = ENT_LEDGER_HOUR_S, MESSAGES_LIMIT = 400, TAKEN = 5 };

static cutting_proxy proxy;
static entitle_error error;
static size_t count;

static void
sweep(const char *name, entitle_status (*call)(void))
{
    entitle_status status = ENTITLE_IO_ERROR;
    for (long at = 0; status != ENTITLE_OK; at += number_by_effort(7, 1, 1)) {
        assert_in_range(at, 0, MESSAGES_LIMIT);
        error = (entitle_error){ 0 };
        /* Nobody waits for a server that is to be gone. */
        bench.fake.interrupt_after = 0;
        cutting_proxy_arm(&proxy, CUT_BEFORE, at);
        cutting_proxy_go_on(&proxy, LONG_MAX, 0);
        status = call();
        bool is_met = atomic_load(&proxy.left) < 0;
        cutting_proxy_arm(&proxy, CUT_BEFORE, -1);
        bench.fake.interrupt_after = -1;
        if (status != (is_met ? ENTITLE_IO_ERROR : ENTITLE_OK) ||
            (is_met && error.message[0] == '\0')) {
            fail_msg("%s at %ld: %d '%s'", name, at, (int)status, error.message);
        }
    }
}

/* --- The calls -------------------------------------------------------------------- */

static ent_usage_event
event_of_customer(ent_customer_form form, const char *customer, const char *license)
{
    ent_usage_event event = bench_event(-1, 1);
    event.key.form = form;
    event.key.customer = customer;
    event.key.license_arn = license;
    event.key.instance = "";
    return event;
}

static entitle_status
keep_customer(void)
{
    const ent_ledger_customer customer = { .product_code = "product",
                                           .account = "123456789012",
                                           .identifier = "cust-1",
                                           .license_arn = "arn:license" };
    return ent_ledger_keep_customer(bench.ledger, &customer, bench.now_s, &error);
}

/* Plain, with an id, with tags, too much for a record, of customers and of others. */
static entitle_status
add(void)
{
    ent_usage_event events[] = {
        bench_event(-1, 5),
        bench_event(-1, 7),
        bench_event(-3, ENT_LEDGER_QUANTITY_MAXIMUM),
        bench_event(-3, 4),
        bench_event(-9, 11),
        bench_event(-9, 13),
        bench_event(-4, 2),
        event_of_customer(ENT_CUSTOMER_IDENTIFIER, "cust-1", ""),
        event_of_customer(ENT_CUSTOMER_LICENSE, "210987654321", "arn:other"),
    };
    events[0].id = "order-1";
    events[1].tags = events[2].tags = events[4].tags = "{\"t\":\"1\"}";
    events[6].key.instance = "pod-2";
    ent_usage_group groups[] = { { .events = events, .count = 9 },
                                 { .events = &events[3], .count = 1 } };
    return ent_ledger_add(bench.ledger, groups, 2, bench.now_s, &error);
}

/* Its hour has been sent. */
static entitle_status
add_late(void)
{
    ent_usage_event event = bench_event(-1, 3);
    ent_usage_group group = { .events = &event, .count = 1 };
    return ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error);
}

static entitle_status
fill_hours(void)
{
    const ent_ledger_heartbeat beat = { .instance = "pod-1",
                                        .first_hour_s = BENCH_HOUR - 2 * HOUR,
                                        .last_hour_s = BENCH_HOUR - 2 * HOUR,
                                        .quantity = 1 };
    return ent_ledger_fill_hours(bench.ledger, &beat, &count, &error);
}

static entitle_status
expire(void)
{
    return ent_ledger_expire(
        bench.ledger, false, BENCH_HOUR - 6 * HOUR, false, bench.now_s, &count, &error);
}

static entitle_status
adopt(void)
{
    return ent_ledger_adopt(bench.ledger, "pod-1", bench.now_s, 900, &count, &error);
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
    static const ent_settlement endings[] = { ENT_SETTLED_UNSENT,
                                              ENT_SETTLED_CARRY,
                                              ENT_SETTLED_REJECTED,
                                              ENT_SETTLED_UNKNOWN,
                                              ENT_SETTLED_ACCEPTED };
    ent_ledger_verdict verdicts[TAKEN];

    for (size_t i = 0; i < bench.taken_count; i++) {
        verdicts[i] = (ent_ledger_verdict){ .record = bench.taken[i].id,
                                            .settlement = endings[i < 4 ? i : 4],
                                            .text = "as the test says" };
    }
    return ent_ledger_settle(
        bench.ledger, "b", verdicts, bench.taken_count, bench.now_s, &error);
}

static entitle_status
prune(void)
{
    return ent_ledger_prune(bench.ledger, BENCH_HOUR, &count, &error);
}

static void
without_a_connection_nothing_happens(void **state)
{
    (void)state;
    bench_begin();
    (void)snprintf(
        store_url,
        sizeof(store_url),
        "postgresql:///postgres?host=%s&user=postgres",
        proxy.folder);
    bench.ledger = bench_open(&bench.fake);
    sweep("keep_customer", keep_customer);
    sweep("add", add);
    assert_string_equal(bench_state(), "closed=2147483695");
    sweep("fill_hours", fill_hours);
    assert_int_equal(count, 1);
    sweep("expire", expire);
    assert_string_equal(bench_state(), "open=24 closed=2147483672");
    bench.now_s += 900;
    sweep("adopt", adopt);
    sweep("take", take);
    assert_string_equal(bench_state(), "open=26 sending=2147483670");
    /* What was taken, and not shown, is for the next owner to find. */
    bench.now_s += 60;
    assert_int_equal(bench_take("b"), TAKEN);
    sweep("add late", add_late);
    sweep("settle", settle);
    sweep("prune", prune);
    assert_string_equal(
        bench_state(), "open=29 sending=2147483648 accepted=1 rejected=12 lost=9");
    ent_ledger_close(bench.ledger);
    assert_int_equal(bench.fake.blocks_in_use, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_connection_nothing_happens),
    };
    postgres_store_start();
    cutting_proxy_start(&proxy, store_cluster.folder, ".s.PGSQL.5432");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cutting_proxy_stop(&proxy);
    return failed;
}
