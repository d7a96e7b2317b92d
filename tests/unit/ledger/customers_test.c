/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_bench.h"
#include "support/cmocka.h"

#include <stdio.h>

/* The contract of every store (src/ledger/ledger.h) on customers, clause by clause. */

enum { HOUR = ENT_LEDGER_HOUR_S };

#define LICENCE "arn:aws:license-manager::294406891311:license:l-1"

/* Usage of one customer, known by an identifier or by an account with a licence. */
static ent_usage_event
usage_by_identifier(int64_t hour, int64_t quantity)
{
    ent_usage_event event = bench_event(hour, quantity);

    event.key.form = ENT_CUSTOMER_IDENTIFIER;
    event.key.customer = "cust-1";
    event.key.instance = "";
    return event;
}

static ent_usage_event
usage_by_licence(int64_t hour, int64_t quantity)
{
    ent_usage_event event = usage_by_identifier(hour, quantity);

    event.key.form = ENT_CUSTOMER_LICENSE;
    event.key.customer = "123456789012";
    event.key.license_arn = LICENCE;
    return event;
}

static void
keep_customer(const char *identifier)
{
    const ent_usage_event event = bench_event(0, 0);
    const ent_ledger_customer customer = {
        .product_code = event.key.product_code,
        .account = "123456789012",
        .identifier = identifier,
        .license_arn = LICENCE,
    };
    assert_int_equal(
        ent_ledger_keep_customer(bench.ledger, &customer, bench.now_s, NULL),
        ENTITLE_OK);
}

static ent_usage_refusal
refusal_of(const ent_usage_event *event)
{
    ent_usage_group group = { .events = event, .count = 1 };

    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    return group.refusal;
}

static bool
write_customer(void *context, const ent_ledger_customer *customer)
{
    (void)snprintf(
        context,
        256,
        "%s %s %s",
        customer->account,
        customer->identifier,
        customer->license_arn);
    return true;
}

static void
a_customer_is_kept_once(void **state)
{
    (void)state;
    char text[256] = "";
    keep_customer("cust-1");
    keep_customer("cust-1");
    bench_reopen();
    assert_int_equal(
        ent_ledger_customers(bench.ledger, write_customer, text, NULL), ENTITLE_OK);
    assert_string_equal(text, "123456789012 cust-1 " LICENCE);
}

static void
an_hour_of_a_customer_bears_one_name(void **state)
{
    (void)state;
    static const struct {
        const char *known_as; /* to the ledger, beside the account */
        int64_t hour;         /* of the use by licence; that by identifier is at -1 */
        const char *dimension;
        ent_usage_refusal refusal;
    } cases[] = {
        { "cust-1", -1, "requests", ENT_REFUSED_IDENTITY },
        { "cust-1", -1, "gigabytes", ENT_REFUSED_IDENTITY },
        { "cust-1", 0, "requests", ENT_REFUSED_NOT },
        { "cust-2", -1, "requests", ENT_REFUSED_NOT },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(bench_teardown(state), 0);
        assert_int_equal(bench_setup(state), 0);
        ent_usage_event before = usage_by_identifier(-1, 5);
        ent_usage_event event = usage_by_licence(cases[i].hour, 2);
        event.key.dimension = cases[i].dimension;
        keep_customer(cases[i].known_as);
        assert_int_equal(refusal_of(&before), ENT_REFUSED_NOT);
        assert_int_equal(refusal_of(&event), cases[i].refusal);
        assert_int_equal(
            bench_sums().added, cases[i].refusal == ENT_REFUSED_NOT ? 7 : 5);
    }
}

static void
the_other_way_round_it_is_refused_alike(void **state)
{
    (void)state;
    ent_usage_event before = usage_by_licence(-1, 5);
    ent_usage_event event = usage_by_identifier(-1, 2);
    keep_customer("cust-1");
    assert_int_equal(refusal_of(&before), ENT_REFUSED_NOT);
    assert_int_equal(bench_take("a"), 1);
    assert_int_equal(refusal_of(&event), ENT_REFUSED_IDENTITY); /* it may be at AWS */
    bench_settle(0, "a", ENT_SETTLED_REJECTED);
    assert_int_equal(refusal_of(&event), ENT_REFUSED_NOT); /* now it is surely not */
}

/* Both names may be new, and come in one call: together, or as groups of their own. */
static void
what_is_added_at_once_bears_one_name(void **state)
{
    (void)state;
    static const struct {
        bool licence_first;
        size_t group_count;
        int64_t added;
    } cases[] = { { false, 2, 5 }, { true, 2, 2 }, { false, 1, 0 }, { true, 1, 0 } };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(bench_teardown(state), 0);
        assert_int_equal(bench_setup(state), 0);
        ent_usage_event events[2];
        events[cases[i].licence_first ? 1 : 0] = usage_by_identifier(-1, 5);
        events[cases[i].licence_first ? 0 : 1] = usage_by_licence(-1, 2);
        size_t count = cases[i].group_count;
        ent_usage_group groups[] = { { .events = events, .count = 3 - count },
                                     { .events = &events[1], .count = 1 } };
        keep_customer("cust-1");
        assert_int_equal(
            ent_ledger_add(bench.ledger, groups, count, bench.now_s, NULL), ENTITLE_OK);
        assert_int_equal(groups[count - 1].refusal, ENT_REFUSED_IDENTITY);
        assert_int_equal(bench_sums().added, cases[i].added);
    }
}

/* Each customer, and each of its dimensions, is looked at for itself. */
static void
of_many_groups_each_customer_is_asked_for(void **state)
{
    (void)state;
    const ent_usage_event before = usage_by_identifier(-1, 1);
    ent_usage_event events[] = {
        usage_by_identifier(-1, 5), usage_by_licence(-1, 2), usage_by_licence(-1, 2),
        usage_by_licence(-1, 2),    bench_event(-1, 2),
    };
    ent_usage_group groups[] = {
        { .events = &events[0], .count = 1 },
        { .events = &events[1], .count = 1 },
        { .events = &events[2], .count = 1 },
        { .events = &events[3], .count = 2 },
    };
    events[0].key.customer = "cust-0";
    events[2].key.dimension = "gigabytes";
    keep_customer("cust-1");
    bench_add(&before);
    assert_int_equal(
        ent_ledger_add(bench.ledger, groups, 4, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(groups[0].refusal, ENT_REFUSED_NOT);
    for (size_t i = 1; i < 4; i++) {
        assert_int_equal(groups[i].refusal, ENT_REFUSED_IDENTITY);
    }
    assert_int_equal(bench_sums().added, 6);
}

/* Whatever this process has added before, and found in order. */
static void
a_name_that_came_into_use_elsewhere_is_refused(void **state)
{
    (void)state;
    ent_usage_event ours = usage_by_licence(-1, 1);
    ent_usage_event theirs = usage_by_identifier(-2, 5);
    ent_ledger *first = bench.ledger;
    assert_int_equal(refusal_of(&ours), ENT_REFUSED_NOT);
    assert_int_equal(refusal_of(&ours), ENT_REFUSED_NOT);

    bench.ledger = bench_open(&bench.fake);
    keep_customer("cust-1");
    assert_int_equal(refusal_of(&theirs), ENT_REFUSED_NOT);
    ent_ledger_close(bench.ledger);
    bench.ledger = first;
    assert_int_equal(refusal_of(&ours), ENT_REFUSED_NOT);
    ours.at_s = theirs.at_s;
    assert_int_equal(refusal_of(&ours), ENT_REFUSED_IDENTITY);
    assert_string_equal(bench_state(), "closed=8");
}

/* What AWS has counts as much as what it may have. */
static void
an_hour_that_was_accepted_keeps_its_name(void **state)
{
    (void)state;
    ent_usage_event first = usage_by_identifier(-1, 5);
    ent_usage_event second = usage_by_licence(-1, 2);
    keep_customer("cust-1");
    assert_int_equal(refusal_of(&first), ENT_REFUSED_NOT);
    assert_int_equal(bench_take("a"), 1);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    assert_int_equal(refusal_of(&second), ENT_REFUSED_IDENTITY);
    assert_string_equal(bench_state(), "accepted=5");
}

/* Of which the one who was kept is no customer, whatever it is called. */
static void
a_name_is_of_one_product(void **state)
{
    (void)state;
    ent_usage_event others[] = { usage_by_identifier(-1, 5), usage_by_licence(-2, 5) };
    ent_usage_event ours[] = { usage_by_licence(-1, 2), usage_by_identifier(-2, 2) };
    keep_customer("cust-1");
    for (size_t i = 0; i < 2; i++) {
        others[i].key.product_code = "another";
        assert_int_equal(refusal_of(&others[i]), ENT_REFUSED_NOT);
        assert_int_equal(refusal_of(&ours[i]), ENT_REFUSED_NOT);
        ours[i].key.product_code = "another";
        assert_int_equal(refusal_of(&ours[i]), ENT_REFUSED_NOT);
    }
    assert_int_equal(bench_take("a"), 6);
    assert_int_equal(bench.rejected_count, 0);
}

/* AWS takes customers' usage longer than an instance's. */
static void
what_is_too_old_is_so_for_its_kind_only(void **state)
{
    (void)state;
    size_t count = 0;
    ent_usage_event event = usage_by_identifier(-9, 5);
    bench_add(&event);
    bench_add_usage(-9, 2);
    for (int of_customers = 0; of_customers <= 1; of_customers++) {
        assert_int_equal(
            ent_ledger_expire(
                bench.ledger,
                of_customers != 0,
                BENCH_HOUR - 6 * HOUR,
                true,
                bench.now_s,
                &count,
                NULL),
            ENTITLE_OK);
        assert_int_equal(count, 1);
        assert_string_equal(bench_state(), of_customers ? "lost=7" : "closed=5 lost=2");
    }
}

/* Both were added before it was known that they are one. */
static void
only_one_name_of_an_hour_is_sent(void **state)
{
    (void)state;
    ent_usage_event events[] = { usage_by_identifier(-1, 5), usage_by_licence(-1, 2) };
    assert_int_equal(refusal_of(&events[0]), ENT_REFUSED_NOT);
    assert_int_equal(refusal_of(&events[1]), ENT_REFUSED_NOT);
    keep_customer("cust-1");
    assert_int_equal(bench_take("a"), 1);
    assert_int_equal(bench.rejected_count, 1);
    assert_string_equal(bench_state(), "sending=5 rejected=2");
}

static void
what_cannot_be_refused_is_rejected_in_its_turn(void **state)
{
    (void)state;
    ent_usage_event events[] = { usage_by_identifier(-1, 5), usage_by_licence(-1, 2) };
    keep_customer("cust-1");
    for (size_t i = 0; i < 2; i++) {
        ent_usage_group group = { .events = &events[i],
                                  .count = 1,
                                  .takes_any_identity = true };
        assert_int_equal(
            ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
        assert_int_equal(group.refusal, ENT_REFUSED_NOT);
    }
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(bench_state(), "sending=5 rejected=2");
}

static size_t
beat_customers(int64_t first, int64_t last)
{
    const ent_ledger_heartbeat beat = {
        .first_hour_s = BENCH_HOUR + first * HOUR,
        .last_hour_s = BENCH_HOUR + last * HOUR,
    };
    size_t count = 99;
    assert_int_equal(
        ent_ledger_fill_hours(bench.ledger, &beat, &count, NULL), ENTITLE_OK);
    return count;
}

/* Settles the only record that is due. */
static void
settle_next(ent_settlement settlement, bool is_of_former_customer)
{
    assert_int_equal(bench_take("a"), 1);
    ent_ledger_verdict verdict = {
        .record = bench.taken[0].id,
        .settlement = settlement,
        .text = "",
        .is_of_former_customer = is_of_former_customer,
    };
    assert_int_equal(
        ent_ledger_settle(bench.ledger, "a", &verdict, 1, bench.now_s, NULL),
        ENTITLE_OK);
    assert_true(verdict.is_settled);
}

static void
hours_of_customers_are_filled_while_they_are_subscribed(void **state)
{
    (void)state;
    ent_usage_event event = usage_by_identifier(-1, 5);
    bench_add_usage(-3, 1); /* an instance's, whose hours are its own to fill */
    assert_int_equal(bench_take("a"), 1);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_add(&event);
    settle_next(ENT_SETTLED_LOST, true);
    assert_int_equal(beat_customers(-2, 0), 0);

    event = usage_by_identifier(0, 2); /* subscribed again */
    bench_add(&event);
    bench_move_to_hour(1);
    settle_next(ENT_SETTLED_ACCEPTED, false);
    bench_move_to_hour(3);
    assert_int_equal(beat_customers(0, 2), 2);
    assert_int_equal(beat_customers(0, 2), 0);
    assert_int_equal(bench_take("a"), 2);
}

static void
a_customer_that_left_one_licence_is_filled_under_the_other(void **state)
{
    (void)state;
    ent_usage_event left = usage_by_licence(-2, 5);
    ent_usage_event kept = usage_by_licence(-1, 2);
    kept.key.license_arn = LICENCE "2";
    bench_add(&left);
    settle_next(ENT_SETTLED_LOST, true);
    bench_add(&kept);
    bench_move_to_hour(2);
    assert_int_equal(beat_customers(-2, 1), 2); /* 0 and 1 */
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-1:2 0:0 1:0 ");
}

/* AWS took what it used until then. */
static void
a_customer_that_left_may_have_its_last_usage_accepted(void **state)
{
    (void)state;
    ent_usage_event event = usage_by_identifier(-1, 5);
    bench_add(&event);
    settle_next(ENT_SETTLED_ACCEPTED, true);
    assert_string_equal(bench_state(), "accepted=5");
    assert_int_equal(beat_customers(0, 0), 0);
}

/* In whichever order the verdicts of one call stand. */
static void
a_refusal_counts_over_what_was_accepted_at_once(void **state)
{
    (void)state;
    for (int64_t refused = 0; refused < 2; refused++) {
        ent_usage_event earlier = usage_by_identifier(2 * refused - 2, 1);
        ent_usage_event later = usage_by_identifier(2 * refused - 1, 2);
        bench_move_to_hour(2 * refused);
        bench_add(&earlier);
        bench_add(&later);
        assert_int_equal(bench_take("a"), 2);
        ent_ledger_verdict verdicts[2];
        for (int64_t i = 0; i < 2; i++) {
            verdicts[i] = (ent_ledger_verdict){
                .record = bench.taken[i].id,
                .settlement = i == refused ? ENT_SETTLED_LOST : ENT_SETTLED_ACCEPTED,
                .text = "",
                .is_of_former_customer = i == refused,
            };
        }
        assert_int_equal(
            ent_ledger_settle(bench.ledger, "a", verdicts, 2, bench.now_s, NULL),
            ENTITLE_OK);
        assert_int_equal(beat_customers(4, 4), 0);
    }
}

/* By its older name the customer would be billed twice. */
static void
a_customer_with_two_names_is_filled_under_the_newer(void **state)
{
    (void)state;
    ent_usage_event older = usage_by_identifier(-3, 5);
    ent_usage_event newer = usage_by_licence(-2, 2);
    keep_customer("cust-1");
    bench_add(&older);
    bench_add(&newer);
    older = usage_by_identifier(-1, 1);
    bench_add(&older);
    bench_move_to_hour(2);
    assert_int_equal(beat_customers(-3, 1), 2); /* 0 and 1 */
    assert_int_equal(bench_take("a"), 5);
    assert_int_equal(bench.rejected_count, 0);
}

#define CLAUSE(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CLAUSE(a_customer_is_kept_once),
        CLAUSE(an_hour_of_a_customer_bears_one_name),
        CLAUSE(the_other_way_round_it_is_refused_alike),
        CLAUSE(what_is_added_at_once_bears_one_name),
        CLAUSE(of_many_groups_each_customer_is_asked_for),
        CLAUSE(a_name_that_came_into_use_elsewhere_is_refused),
        CLAUSE(an_hour_that_was_accepted_keeps_its_name),
        CLAUSE(a_name_is_of_one_product),
        CLAUSE(what_is_too_old_is_so_for_its_kind_only),
        CLAUSE(only_one_name_of_an_hour_is_sent),
        CLAUSE(what_cannot_be_refused_is_rejected_in_its_turn),
        CLAUSE(hours_of_customers_are_filled_while_they_are_subscribed),
        CLAUSE(a_customer_that_left_one_licence_is_filled_under_the_other),
        CLAUSE(a_customer_that_left_may_have_its_last_usage_accepted),
        CLAUSE(a_refusal_counts_over_what_was_accepted_at_once),
        CLAUSE(a_customer_with_two_names_is_filled_under_the_newer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
