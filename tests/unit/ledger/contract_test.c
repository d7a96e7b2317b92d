/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_bench.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

/* The contract of every store (src/ledger/ledger.h), clause by clause. */

enum { HOUR = ENT_LEDGER_HOUR_S };

/* --- Adding ----------------------------------------------------------------------- */

static void
usage_belongs_to_the_hour_of_its_time(void **state)
{
    (void)state;
    bench_add_usage(0, 5);
    bench_add_usage(0, 2);
    bench_add_usage(-1, 3);
    assert_string_equal(bench_state(), "open=7 closed=3");

    bench_move_to_hour(1);
    assert_string_equal(bench_state(), "closed=10");
    assert_int_equal(bench_take("a"), 2);
    assert_string_equal(bench.taken[0].request, "requests -1=3");
    assert_string_equal(bench.taken[1].request, "requests 0=7");
}

static void
the_same_id_counts_once(void **state)
{
    (void)state;
    ent_usage_event events[] = {
        bench_event(0, 5), bench_event(0, 5), bench_event(0, 1), bench_event(0, 1)
    };
    events[0].id = events[1].id = "order-1";
    ent_usage_group group = { .events = events, .count = 4 };
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.counted, 3);
    assert_string_equal(bench_state(), "open=7");

    bench_reopen();
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.counted, 2);
    assert_string_equal(bench_state(), "open=9");
}

static void
what_was_added_is_there_for_the_next_process(void **state)
{
    (void)state;
    bench_add_usage(0, 5);
    bench_reopen();
    assert_string_equal(bench_state(), "open=5");
}

static void
two_ledgers_add_to_one_store(void **state)
{
    (void)state;
    ent_ledger *first = bench.ledger;
    bench_add_usage(0, 5);
    bench.ledger = bench_open(&bench.fake);
    bench_add_usage(0, 2);
    assert_string_equal(bench_state(), "open=7");
    ent_ledger_close(bench.ledger);
    bench.ledger = first;
    assert_string_equal(bench_state(), "open=7");
}

/* Adds to a transaction that was begun: 5 of an hour, and an id that may be new. */
static void
add_to_transaction(bool want_new)
{
    ent_usage_event event = bench_event(0, 5);
    ent_usage_group group = { .events = &event, .count = 1 };
    bool is_new = !want_new;

    assert_int_equal(
        ent_ledger_note_id(bench.ledger, "order-1", bench.now_s, &is_new, NULL),
        ENTITLE_OK);
    assert_int_equal(is_new, want_new);
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
}

static void
a_transaction_counts_as_a_whole_or_not_at_all(void **state)
{
    (void)state;
    assert_int_equal(ent_ledger_begin(bench.ledger, NULL), ENTITLE_OK);
    add_to_transaction(true);
    ent_ledger_abandon(bench.ledger);
    assert_string_equal(bench_state(), "");

    assert_int_equal(ent_ledger_begin(bench.ledger, NULL), ENTITLE_OK);
    add_to_transaction(true);
    bench_reopen(); /* as a crash would */
    assert_string_equal(bench_state(), "");

    assert_int_equal(ent_ledger_begin(bench.ledger, NULL), ENTITLE_OK);
    add_to_transaction(true);
    add_to_transaction(false);
    assert_int_equal(ent_ledger_commit(bench.ledger, NULL), ENTITLE_OK);
    bench_reopen();
    assert_string_equal(bench_state(), "open=10");
    bench_add_usage(0, 1);
    assert_string_equal(bench_state(), "open=11");
}

static void
keys_that_differ_in_anything_are_kept_apart(void **state)
{
    (void)state;
    ent_usage_event events[6];
    for (size_t i = 0; i < 6; i++) {
        events[i] = bench_event(-1, 1);
    }
    events[1].key.product_code = "other";
    events[2].key.dimension = "gigabytes";
    events[3].key.form = ENT_CUSTOMER_IDENTIFIER;
    events[3].key.customer = "cust-1";
    events[3].key.instance = "";
    events[4] = events[3];
    events[4].key.form = ENT_CUSTOMER_LICENSE;
    events[4].key.license_arn = "arn:aws:license-manager::1:license:l-1";
    events[5] = events[4];
    events[5].key.license_arn = "arn:aws:license-manager::1:license:l-2";
    for (size_t i = 0; i < 6; i++) {
        bench_add(&events[i]);
    }
    assert_int_equal(bench_take("a"), 6);
}

static void
fill_with_tags(char tags[][32], ent_usage_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(tags[i], 32, "{\"n\":\"%zu\"}", i);
        events[i] = bench_event(0, 1);
        events[i].tags = tags[i];
    }
}

static void
too_many_tag_sets_refuse_a_group_and_leave_the_others(void **state)
{
    (void)state;
    static char tags[ENT_LEDGER_TAG_SETS_MAXIMUM][32];
    static ent_usage_event events[ENT_LEDGER_TAG_SETS_MAXIMUM];
    fill_with_tags(tags, events, ENT_LEDGER_TAG_SETS_MAXIMUM);
    ent_usage_event other = bench_event(0, 7);

    /* One is left for usage without tags. */
    ent_usage_group groups[] = {
        { .events = events, .count = ENT_LEDGER_TAG_SETS_MAXIMUM },
        { .events = &other, .count = 1 },
    };
    assert_int_equal(
        ent_ledger_add(bench.ledger, groups, 2, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(groups[0].refusal, ENT_REFUSED_TAGS);
    assert_int_equal(groups[0].culprit, ENT_LEDGER_TAG_SETS_MAXIMUM - 1);
    assert_int_equal(groups[0].counted, 0);
    assert_int_equal(groups[1].counted, 1);
    assert_string_equal(bench_state(), "open=7");

    groups[0].count--;
    assert_int_equal(
        ent_ledger_add(bench.ledger, groups, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(groups[0].counted, ENT_LEDGER_TAG_SETS_MAXIMUM - 1);
    assert_string_equal(bench_state(), "open=2506");
}

/* The request of a record has to stay under 1 MiB, however few sets there are. */
static void
tags_are_refused_before_a_request_would_be_too_large(void **state)
{
    enum { SIZE = 300 * 1024 };
    static char tags[4][SIZE];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        memset(tags[i], 'x', SIZE - 1);
        tags[i][0] = (char)('a' + i);
        ent_usage_event event = bench_event(-1, 1);
        event.tags = tags[i];
        ent_usage_group group = { .events = &event, .count = 1 };
        assert_int_equal(
            ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
        assert_int_equal(group.refusal, i < 2 ? ENT_REFUSED_NOT : ENT_REFUSED_TAGS);
    }
    bench_add_usage(-1, 1);
    assert_string_equal(bench_state(), "closed=3");
}

static void
tag_sets_are_summed_and_the_rest_filled_in(void **state)
{
    (void)state;
    ent_usage_event event = bench_event(-1, 5);
    event.tags = "{\"team\":\"b\"}";
    bench_add(&event);
    bench_add(&event);
    event.tags = "{\"team\":\"a\"}";
    bench_add(&event);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(
        bench.taken[0].request,
        "requests -1=15 [{\"team\":\"a\"}]=5 [{\"team\":\"b\"}]=10");
    bench_settle(0, "a", ENT_SETTLED_UNSENT);

    bench_add_usage(-1, 3);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(
        bench.taken[0].request,
        "requests -1=18 [{\"team\":\"a\"}]=5 [{\"team\":\"b\"}]=10 []=3");
}

/* --- Late usage ------------------------------------------------------------------- */

typedef struct list_context {
    char text[512];
} list_context;

static bool
write_link(void *context, const ent_ledger_record *record)
{
    list_context *list = context;
    (void)snprintf(
        list->text + strlen(list->text),
        sizeof(list->text) - strlen(list->text),
        "%lld:%lld%s ",
        (long long)(record->hour_s - BENCH_HOUR) / HOUR,
        (long long)record->quantity,
        record->carried_from);
    return true;
}

static const char *
list_of(ent_usage_state which)
{
    static list_context list;
    list.text[0] = '\0';
    assert_int_equal(
        ent_ledger_list(bench.ledger, which, bench.now_s, write_link, &list, NULL),
        ENTITLE_OK);
    return list.text;
}

static void
usage_of_a_sent_hour_goes_to_the_running_one(void **state)
{
    (void)state;
    bench_add_usage(-2, 5);
    assert_int_equal(bench_take("a"), 1);
    bench_add_usage(-2, 3); /* on its way */
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_add_usage(-2, 4); /* there */
    assert_string_equal(
        list_of(ENT_USAGE_OPEN), "0:7[{\"hour\":1795284000,\"quantity\":7}] ");
    assert_string_equal(bench_state(), "open=7 accepted=5");
}

static void
usage_of_an_hour_not_sent_yet_stays_there(void **state)
{
    (void)state;
    bench_add_usage(-2, 5);
    bench_add_usage(-2, 3);
    assert_string_equal(list_of(ENT_USAGE_CLOSED), "-2:8 ");
}

static void
the_running_hour_is_sent_early_only_when_final(void **state)
{
    (void)state;
    bench_add_usage(0, 5);
    ent_ledger_claim claim = bench_claim("a");
    claim.now_s = BENCH_HOUR + HOUR - 1;
    assert_int_equal(bench_take_as(&claim), 0);
    claim.is_final = true;
    assert_int_equal(bench_take_as(&claim), 1);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);

    bench_add_usage(0, 2);
    assert_string_equal(
        list_of(ENT_USAGE_OPEN), "1:2[{\"hour\":1795291200,\"quantity\":2}] ");
}

static void
an_hour_is_due_when_it_is_over(void **state)
{
    (void)state;
    bench_add_usage(0, 5);
    bench.now_s = BENCH_HOUR + HOUR - 1;
    assert_string_equal(list_of(ENT_USAGE_OPEN), "0:5 ");
    assert_string_equal(list_of(ENT_USAGE_CLOSED), "");
    assert_int_equal(bench_take("a"), 0);
    bench.now_s = BENCH_HOUR + HOUR;
    assert_string_equal(list_of(ENT_USAGE_OPEN), "");
    assert_string_equal(list_of(ENT_USAGE_CLOSED), "0:5 ");
    assert_int_equal(bench_take("a"), 1);
}

static void
more_than_one_record_holds_is_split_over_hours(void **state)
{
    (void)state;
    enum { MAXIMUM = ENT_LEDGER_QUANTITY_MAXIMUM };
    ent_usage_event tagged = bench_event(-1, MAXIMUM);
    tagged.tags = "{\"t\":\"1\"}";
    bench_add(&tagged);
    bench_add_usage(-1, MAXIMUM);
    bench_add_usage(-1, 1);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(
        bench.taken[0].request, "requests -1=2147483647 [{\"t\":\"1\"}]=2147483647");
    assert_string_equal(bench_state(), "open=2147483648 sending=2147483647");
    assert_string_equal(
        list_of(ENT_USAGE_OPEN),
        "0:2147483648[{\"hour\":1795287600,\"quantity\":2147483648}] ");

    bench_move_to_hour(1);
    assert_int_equal(bench_take("b"), 2); /* the lease of "a" has ended */
    assert_string_equal(bench.taken[1].request, "requests 0=2147483647");
    assert_string_equal(bench_state(), "open=1 sending=4294967294");
}

static void
carrying_moves_everything_to_the_open_hour(void **state)
{
    (void)state;
    ent_usage_event tagged = bench_event(-9, 4);
    tagged.tags = "{\"t\":\"1\"}";
    bench_add(&tagged);
    bench_add_usage(-9, 3);
    bench_add_usage(-1, 1);
    size_t count = 0;
    assert_int_equal(
        ent_ledger_expire(
            bench.ledger,
            false,
            BENCH_HOUR - 6 * HOUR,
            false,
            bench.now_s,
            &count,
            NULL),
        ENTITLE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(
        list_of(ENT_USAGE_STATE_COUNT),
        "-1:1 0:7[{\"hour\":1795258800,\"quantity\":7}] ");

    bench_move_to_hour(1);
    assert_int_equal(bench_take("a"), 2);
    assert_string_equal(bench.taken[1].request, "requests 0=7 [{\"t\":\"1\"}]=4 []=3");
}

static void
what_is_carried_twice_still_tells_its_first_hour(void **state)
{
    (void)state;
    size_t count = 0;
    bench_add_usage(-9, 7);
    assert_int_equal(
        ent_ledger_expire(
            bench.ledger,
            false,
            BENCH_HOUR - 6 * HOUR,
            false,
            bench.now_s,
            &count,
            NULL),
        ENTITLE_OK);
    bench_add_usage(0, 1);
    bench_move_to_hour(9);
    assert_int_equal(
        ent_ledger_expire(
            bench.ledger, false, BENCH_HOUR + HOUR, false, bench.now_s, &count, NULL),
        ENTITLE_OK);
    assert_string_equal(
        list_of(ENT_USAGE_STATE_COUNT),
        "9:8[{\"hour\":1795258800,\"quantity\":7},{\"hour\":1795291200,\"quantity\":1}]"
        " ");
}

static void
what_is_carried_twice_has_one_link(void **state)
{
    (void)state;
    size_t count = 0;
    bench_add_usage(-9, 7);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            ent_ledger_expire(
                bench.ledger,
                false,
                bench.now_s - 6 * HOUR,
                false,
                bench.now_s,
                &count,
                NULL),
            ENTITLE_OK);
        assert_int_equal(count, 1);
        bench.now_s += 9 * HOUR;
    }
    assert_string_equal(
        list_of(ENT_USAGE_STATE_COUNT), "9:7[{\"hour\":1795258800,\"quantity\":7}] ");
}

static void
dropping_counts_as_lost(void **state)
{
    (void)state;
    size_t count = 0;
    bench_add_usage(-9, 7);
    bench_add_usage(-6, 1); /* its neighbour: not too old */
    assert_int_equal(
        ent_ledger_expire(
            bench.ledger,
            false,
            BENCH_HOUR - 6 * HOUR,
            true,
            bench.now_s,
            &count,
            NULL),
        ENTITLE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(bench_state(), "closed=1 lost=7");
}

static void
what_may_have_been_sent_is_lost_when_it_is_too_old(void **state)
{
    (void)state;
    size_t count = 0;
    bench_add_usage(-1, 7);
    assert_int_equal(bench_take("a"), 1);
    bench_move_to_hour(6);
    assert_int_equal(
        ent_ledger_expire(
            bench.ledger, false, BENCH_HOUR, false, bench.now_s, &count, NULL),
        ENTITLE_OK);
    assert_string_equal(bench_state(), "lost=7");
}

/* --- Sending ---------------------------------------------------------------------- */

static void
the_same_bytes_are_sent_after_a_crash(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    assert_int_equal(bench_take("a"), 1);
    assert_false(bench.taken[0].is_doubtful);
    bench_reopen();
    bench_add_usage(-1, 3); /* must not get into it */

    assert_int_equal(bench_take("b"), 0); /* "a" may still be alive */
    bench.now_s += 60;
    assert_int_equal(bench_take("b"), 1);
    assert_string_equal(bench.taken[0].request, "requests -1=5");
    assert_true(bench.taken[0].is_doubtful);
    bench_settle(0, "b", ENT_SETTLED_ACCEPTED);
    assert_string_equal(bench_state(), "open=3 accepted=5");
}

static void
the_only_sender_need_not_wait_for_leases(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    assert_int_equal(bench_take("a"), 1);
    ent_ledger_claim claim = bench_claim("b");
    assert_int_equal(bench_take_as(&claim), 0);
    claim.is_only_sender = true;
    assert_int_equal(bench_take_as(&claim), 1);
    assert_true(bench.taken[0].is_doubtful);
}

/* It takes more while what it took before is under way. */
static void
a_sender_does_not_take_its_own_again(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    ent_ledger_claim claim = bench_claim("a");
    claim.is_only_sender = true;
    assert_int_equal(bench_take_as(&claim), 1);
    assert_int_equal(bench_take_as(&claim), 0);
    bench.now_s += 3600; /* its lease is over */
    claim = bench_claim("a");
    assert_int_equal(bench_take_as(&claim), 0);
    claim = bench_claim("b");
    assert_int_equal(bench_take_as(&claim), 1);
}

typedef struct settle_case {
    const char *name;
    ent_settlement settlement;
    const char *fresh;    /* what is left of 5 units sent for the first time */
    const char *doubtful; /* or once before, with nobody knowing */
} settle_case;

static const settle_case settle_cases[] = {
    { "accepted", ENT_SETTLED_ACCEPTED, "accepted=5", "accepted=5" },
    { "rejected", ENT_SETTLED_REJECTED, "rejected=5", "rejected=5" },
    { "lost", ENT_SETTLED_LOST, "lost=5", "lost=5" },
    { "unsent", ENT_SETTLED_UNSENT, "closed=5", "sending=5" },
    { "unknown", ENT_SETTLED_UNKNOWN, "sending=5", "sending=5" },
    /* Never what AWS may have: that would bill twice. */
    { "carry", ENT_SETTLED_CARRY, "open=5", "lost=5" },
};

static void
settling_moves_units_where_they_belong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(settle_cases) / sizeof(settle_cases[0]); i++) {
        const settle_case *one = &settle_cases[i];
        for (int doubtful = 0; doubtful < 2; doubtful++) {
            bench_teardown(NULL);
            bench_setup(NULL);
            bench_add_usage(-1, 5);
            assert_int_equal(bench_take("a"), 1);
            if (doubtful) {
                bench_settle(0, "a", ENT_SETTLED_UNKNOWN);
                assert_int_equal(bench_take("a"), 1);
            }
            bench_settle(0, "a", one->settlement);
            const char *want = doubtful ? one->doubtful : one->fresh;
            if (strcmp(bench_state(), want) != 0) {
                fail_msg("%s, %d: %s", one->name, doubtful, bench_state());
            }
        }
    }
}

static void
only_the_owner_settles(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench_add_usage(-2, 3);
    assert_int_equal(bench_take("a"), 2);
    assert_false(bench_try_to_settle(0, "b", ENT_SETTLED_ACCEPTED));
    assert_string_equal(bench_state(), "sending=8");
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    assert_false(bench_try_to_settle(0, "a", ENT_SETTLED_LOST));
    assert_string_equal(bench_state(), "sending=5 accepted=3");

    ent_ledger_verdict both[] = {
        { .record = bench.taken[0].id, .settlement = ENT_SETTLED_LOST, .text = "" },
        { .record = bench.taken[1].id, .settlement = ENT_SETTLED_ACCEPTED, .text = "" },
    };
    assert_int_equal(
        ent_ledger_settle(bench.ledger, "a", both, 2, bench.now_s, NULL), ENTITLE_OK);
    assert_false(both[0].is_settled);
    assert_true(both[1].is_settled);
    assert_string_equal(bench_state(), "accepted=8");
}

static bool
add_frozen(void *context, const ent_ledger_record *record)
{
    *(int *)context += record->request != NULL ? 1 : 0;
    return true;
}

static int
count_frozen(void)
{
    int count = 0;
    assert_int_equal(
        ent_ledger_list(
            bench.ledger, ENT_USAGE_STATE_COUNT, bench.now_s, add_frozen, &count, NULL),
        ENTITLE_OK);
    return count;
}

static void
what_surely_did_not_arrive_may_still_grow(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    assert_int_equal(bench_take("a"), 1);
    bench_settle(0, "a", ENT_SETTLED_UNSENT);
    assert_int_equal(count_frozen(), 0);
    bench_add_usage(-1, 3);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(bench.taken[0].request, "requests -1=8");
    assert_int_equal(count_frozen(), 1);
}

static void
a_claim_takes_only_what_it_names(void **state)
{
    (void)state;
    ent_usage_event events[] = {
        bench_event(-1, 1), bench_event(-1, 2), bench_event(-1, 4), bench_event(-1, 8)
    };
    events[1].key.instance = "pod-2";
    events[2].key.form = events[3].key.form = ENT_CUSTOMER_IDENTIFIER;
    events[2].key.instance = events[3].key.instance = "";
    events[2].key.customer = "cust-1";
    events[3].key.customer = "cust-2";
    events[3].key.product_code = "other";
    for (size_t i = 0; i < 4; i++) {
        bench_add(&events[i]);
    }
    const ent_ledger_claim all = bench_claim("a");
    ent_ledger_claim claims[] = { all, all, all, all };
    claims[0].with_customers = false;
    claims[1].instance = NULL;
    claims[1].customer = "cust-1";
    claims[2].instance = NULL;
    claims[2].product_code = "other";
    claims[3].instance = "pod-2";
    static const int64_t want[] = { 1, 4, 8, 2 };
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(bench_take_as(&claims[i]), 1);
        assert_int_equal(bench.taken[0].quantity, want[i]);
    }
}

static void
an_accepted_sibling_is_known(void **state)
{
    (void)state;
    bool has = true;
    bench_add_usage(-1, 5);
    assert_int_equal(bench_take("a"), 1);
    int64_t first = bench.taken[0].id;
    assert_int_equal(
        ent_ledger_has_accepted_sibling(bench.ledger, first, &has, NULL), ENTITLE_OK);
    assert_false(has);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    assert_int_equal(
        ent_ledger_has_accepted_sibling(bench.ledger, first, &has, NULL), ENTITLE_OK);
    assert_true(has);
}

/* To take another hour's record for it would send refused units again. */
static void
an_accepted_sibling_is_of_the_same_hour_and_key(void **state)
{
    (void)state;
    bool has = true;
    ent_usage_event other = bench_event(-1, 2);
    other.key.dimension = "gigabytes";
    bench_add_usage(-2, 5);
    bench_add_usage(-1, 3);
    bench_add(&other);
    assert_int_equal(bench_take("a"), 3);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(2, "a", ENT_SETTLED_ACCEPTED);
    assert_int_equal(
        ent_ledger_has_accepted_sibling(bench.ledger, bench.taken[1].id, &has, NULL),
        ENTITLE_OK);
    assert_false(has);
}

static void
an_event_with_a_token_is_a_record_of_its_own(void **state)
{
    (void)state;
    ent_usage_event event = bench_event(0, 5);
    event.client_token = "token-1";
    bench_add(&event);
    event.client_token = "token-2";
    bench_add(&event);
    bench_add_usage(0, 1);
    assert_string_equal(bench_state(), "open=1 closed=10");
    assert_int_equal(bench_take("a"), 2);
}

/* --- Hours without usage ---------------------------------------------------------- */

static size_t
beat(int64_t first, int64_t last, int64_t quantity)
{
    const ent_ledger_heartbeat beat = {
        .instance = "pod-1",
        .first_hour_s = BENCH_HOUR + first * HOUR,
        .last_hour_s = BENCH_HOUR + last * HOUR,
        .quantity = quantity,
    };
    size_t count = 99;
    assert_int_equal(
        ent_ledger_fill_hours(bench.ledger, &beat, &count, NULL), ENTITLE_OK);
    return count;
}

static void
hours_since_the_first_use_are_filled_once(void **state)
{
    (void)state;
    bench_add_usage(-4, 5);
    bench_add_usage(-2, 3);
    assert_int_equal(beat(-6, -1, 1), 2);
    assert_string_equal(list_of(ENT_USAGE_STATE_COUNT), "-4:5 -3:1 -2:3 -1:1 ");
    assert_string_equal(bench_state(), "closed=10");

    bench_reopen();
    assert_int_equal(beat(-6, -1, 1), 0);
    assert_int_equal(bench_take("a"), 4);
    assert_int_equal(beat(-6, -1, 1), 0); /* on their way */
    for (size_t i = 0; i < 4; i++) {
        bench_settle(i, "a", i == 3 ? ENT_SETTLED_REJECTED : ENT_SETTLED_ACCEPTED);
    }
    assert_int_equal(beat(-6, -1, 1), 0); /* there, or refused */
    assert_int_equal(beat(-6, 0, 0), 1);
    assert_string_equal(bench_state(), "accepted=9 rejected=1");
}

static void
filled_hours_are_the_instances_own(void **state)
{
    (void)state;
    ent_usage_event others[] = { bench_event(-3, 1), bench_event(-3, 2) };
    others[0].key.instance = "pod-2";
    others[1].key.form = ENT_CUSTOMER_IDENTIFIER;
    others[1].key.customer = "cust-1";
    others[1].key.instance = "";
    bench_add(&others[0]);
    bench_add(&others[1]);
    assert_int_equal(beat(-3, -1, 0), 0);

    ent_usage_event own[] = { bench_event(-3, 4), bench_event(-2, 4) };
    own[1].key.dimension = "gigabytes";
    bench_add(&own[0]);
    bench_add(&own[1]);
    assert_int_equal(beat(-3, -1, 0), 3);
}

static void
a_dimension_whose_records_were_pruned_is_still_filled(void **state)
{
    (void)state;
    size_t count = 0;
    bench_add_usage(-30, 5);
    assert_int_equal(bench_take("a"), 1);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR - 6 * HOUR, &count, NULL),
        ENTITLE_OK);
    assert_int_equal(beat(-2, -1, 0), 2);
}

/* --- Instances -------------------------------------------------------------------- */

static size_t
adopt(const char *instance)
{
    size_t count = 99;
    assert_int_equal(
        ent_ledger_adopt(bench.ledger, instance, bench.now_s, 900, &count, NULL),
        ENTITLE_OK);
    return count;
}

static void
usage_of_the_dead_is_adopted_once_after_their_lease(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench_add_usage(0, 2);
    bench.now_s += 899;
    assert_int_equal(adopt("pod-2"), 0);
    bench.now_s += 1;
    assert_int_equal(adopt("pod-2"), 2);
    assert_int_equal(adopt("pod-3"), 0);
    assert_int_equal(adopt("pod-1"), 0);
    assert_string_equal(bench_state(), "open=7");

    bench_move_to_hour(1);
    ent_ledger_claim claim = bench_claim("a");
    assert_int_equal(bench_take_as(&claim), 0);
    claim.instance = "pod-2";
    assert_int_equal(bench_take_as(&claim), 1);
    assert_string_equal(bench.taken[0].request, "requests 0=7");
}

static void
the_living_keep_their_own(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench.now_s += 890;
    assert_int_equal(adopt("pod-1"), 0);
    bench.now_s += 890;
    assert_int_equal(adopt("pod-2"), 0);
    assert_int_equal(bench_take("a"), 1);
}

static void
an_instance_that_adds_keeps_its_own(void **state)
{
    (void)state;
    bench_add_usage(0, 1);
    bench.now_s += 600;
    bench_add_usage(0, 1);
    bench.now_s += 899;
    assert_int_equal(adopt("pod-2"), 0);
    bench.now_s += 1;
    assert_int_equal(adopt("pod-2"), 1);
}

static void
a_clock_that_is_set_back_ends_no_lease(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    assert_int_equal(adopt("pod-1"), 0);
    bench.now_s -= 600;
    assert_int_equal(adopt("pod-1"), 0);
    bench.now_s += 600 + 899;
    assert_int_equal(adopt("pod-2"), 0);
    bench.now_s += 1;
    assert_int_equal(adopt("pod-2"), 1);
}

static void
what_the_dead_may_have_sent_is_lost(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench_add_usage(0, 2);
    assert_int_equal(bench_take("a"), 1);
    bench.now_s += 900;
    assert_int_equal(adopt("pod-2"), 2);
    assert_string_equal(bench_state(), "open=2 lost=5");
}

static void
usage_of_customers_is_nobodys_to_adopt(void **state)
{
    (void)state;
    ent_usage_event event = bench_event(-1, 5);
    event.key.form = ENT_CUSTOMER_IDENTIFIER;
    event.key.customer = "cust-1";
    event.key.instance = "";
    bench_add(&event);
    bench.now_s += 100000;
    assert_int_equal(adopt("pod-2"), 0);
}

/* --- Looking ---------------------------------------------------------------------- */

static void
the_oldest_unsent_hour_is_known(void **state)
{
    (void)state;
    bool any = true;
    int64_t hour_s = 0;
    assert_int_equal(
        ent_ledger_oldest_unsent(bench.ledger, &any, &hour_s, NULL), ENTITLE_OK);
    assert_false(any);
    bench_add_usage(-3, 1);
    bench_add_usage(-1, 1);
    assert_int_equal(
        ent_ledger_oldest_unsent(bench.ledger, &any, &hour_s, NULL), ENTITLE_OK);
    assert_true(any);
    assert_int_equal(hour_s, BENCH_HOUR - 3 * HOUR);
}

static void
pruning_forgets_records_and_keeps_sums(void **state)
{
    (void)state;
    size_t count = 0;
    ent_usage_event event = bench_event(-3, 5);
    event.id = "order-1";
    bench_add(&event);
    bench_add_usage(-2, 3);
    bench_add_usage(-1, 1);
    assert_int_equal(bench_take("a"), 3);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(1, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(2, "a", ENT_SETTLED_REJECTED);
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR - 2 * HOUR, &count, NULL),
        ENTITLE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(list_of(ENT_USAGE_STATE_COUNT), "-2:3 -1:1 ");
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 1); /* what was refused stays, for someone to see */
    assert_string_equal(bench_state(), "accepted=8 rejected=1");
}

static void
pruning_forgets_ids_of_before(void **state)
{
    (void)state;
    size_t count = 9;
    ent_usage_event events[] = { bench_event(-3, 5), bench_event(-3, 1) };
    ent_usage_group group = { .events = events, .count = 2 };
    events[0].id = "order-1";
    events[1].id = "order-2";
    events[1].at_s += 1;
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(
        ent_ledger_prune(bench.ledger, events[1].at_s, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 0);
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.counted, 1);
    assert_string_equal(bench_state(), "closed=11");
}

#define CLAUSE(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CLAUSE(usage_belongs_to_the_hour_of_its_time),
        CLAUSE(the_same_id_counts_once),
        CLAUSE(what_was_added_is_there_for_the_next_process),
        CLAUSE(two_ledgers_add_to_one_store),
        CLAUSE(a_transaction_counts_as_a_whole_or_not_at_all),
        CLAUSE(keys_that_differ_in_anything_are_kept_apart),
        CLAUSE(too_many_tag_sets_refuse_a_group_and_leave_the_others),
        CLAUSE(tags_are_refused_before_a_request_would_be_too_large),
        CLAUSE(tag_sets_are_summed_and_the_rest_filled_in),
        CLAUSE(usage_of_a_sent_hour_goes_to_the_running_one),
        CLAUSE(usage_of_an_hour_not_sent_yet_stays_there),
        CLAUSE(the_running_hour_is_sent_early_only_when_final),
        CLAUSE(an_hour_is_due_when_it_is_over),
        CLAUSE(more_than_one_record_holds_is_split_over_hours),
        CLAUSE(carrying_moves_everything_to_the_open_hour),
        CLAUSE(what_is_carried_twice_still_tells_its_first_hour),
        CLAUSE(what_is_carried_twice_has_one_link),
        CLAUSE(dropping_counts_as_lost),
        CLAUSE(what_may_have_been_sent_is_lost_when_it_is_too_old),
        CLAUSE(the_same_bytes_are_sent_after_a_crash),
        CLAUSE(the_only_sender_need_not_wait_for_leases),
        CLAUSE(settling_moves_units_where_they_belong),
        CLAUSE(a_sender_does_not_take_its_own_again),
        CLAUSE(only_the_owner_settles),
        CLAUSE(what_surely_did_not_arrive_may_still_grow),
        CLAUSE(a_claim_takes_only_what_it_names),
        CLAUSE(an_accepted_sibling_is_known),
        CLAUSE(an_accepted_sibling_is_of_the_same_hour_and_key),
        CLAUSE(an_event_with_a_token_is_a_record_of_its_own),
        CLAUSE(hours_since_the_first_use_are_filled_once),
        CLAUSE(filled_hours_are_the_instances_own),
        CLAUSE(a_dimension_whose_records_were_pruned_is_still_filled),
        CLAUSE(usage_of_the_dead_is_adopted_once_after_their_lease),
        CLAUSE(the_living_keep_their_own),
        CLAUSE(an_instance_that_adds_keeps_its_own),
        CLAUSE(a_clock_that_is_set_back_ends_no_lease),
        CLAUSE(what_the_dead_may_have_sent_is_lost),
        CLAUSE(usage_of_customers_is_nobodys_to_adopt),
        CLAUSE(the_oldest_unsent_hour_is_known),
        CLAUSE(pruning_forgets_records_and_keeps_sums),
        CLAUSE(pruning_forgets_ids_of_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
