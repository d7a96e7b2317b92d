/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_bench.h"
#include "ledger_file.h"
#include "support/cmocka.h"

/* Triggers that somebody else has put into a ledger's file. */

/* So much that it is taken by itself, after what is written together with others. */
static void
add_two_hours(void)
{
    assert_int_equal(ledger_file_open(), ENTITLE_OK);
    bench_add_usage(-9, 5);
    bench_add_usage(-1, ENT_LEDGER_QUANTITY_MAXIMUM);
    bench_add_usage(-1, 3);
}

static void
what_a_trigger_refuses_to_freeze_is_not_taken(void **state)
{
    (void)state;
    add_two_hours();
    const ent_ledger_claim claim = bench_claim("a");
    ledger_file_run("CREATE TRIGGER meddle BEFORE UPDATE ON record"
                    " WHEN NEW.request IS NOT NULL AND NEW.quantity = 5"
                    " BEGIN SELECT RAISE(ABORT, 'not now'); END");
    assert_int_not_equal(bench_try_to_take(&claim, &ledger_file_error), ENTITLE_OK);
    assert_string_equal(bench_state(), "closed=2147483655");
    ledger_file_run("DROP TRIGGER meddle");
    assert_int_equal(bench_take("a"), 2);
    assert_string_equal(bench_state(), "open=3 sending=2147483652");
    ledger_file_close();
}

static void
what_a_trigger_refuses_to_settle_stays_in_sending(void **state)
{
    (void)state;
    add_two_hours();
    assert_int_equal(bench_take("a"), 2);
    ent_ledger_verdict verdicts[] = {
        { .record = bench.taken[0].id, .settlement = ENT_SETTLED_ACCEPTED, .text = "" },
        { .record = bench.taken[1].id, .settlement = ENT_SETTLED_REJECTED, .text = "" },
    };
    ledger_file_run("CREATE TRIGGER meddle BEFORE UPDATE ON record"
                    " WHEN NEW.state = 3"
                    " BEGIN SELECT RAISE(ABORT, 'not now'); END");
    assert_int_not_equal(
        ent_ledger_settle(
            bench.ledger, "a", verdicts, 2, bench.now_s, &ledger_file_error),
        ENTITLE_OK);
    assert_string_equal(bench_state(), "open=3 sending=2147483652");
    ledger_file_run("DROP TRIGGER meddle");
    assert_int_equal(
        ent_ledger_settle(
            bench.ledger, "a", verdicts, 2, bench.now_s, &ledger_file_error),
        ENTITLE_OK);
    assert_string_equal(bench_state(), "open=3 accepted=5 rejected=2147483647");
    ledger_file_close();
}

#define CASE(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, ledger_file_begin, ledger_file_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_a_trigger_refuses_to_freeze_is_not_taken),
        CASE(what_a_trigger_refuses_to_settle_stays_in_sending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
