/* SPDX-License-Identifier: Apache-2.0 */
#include "contract.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

/* What adding promises. */

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
what_is_added_together_is_summed_by_hour_and_key(void **state)
{
    (void)state;
    ent_usage_event events[] = {
        bench_event(-1, 5), bench_event(-2, 1), bench_event(-1, 7), bench_event(-1, 9)
    };
    events[3].key.dimension = "gigabytes";
    ent_usage_group group = { .events = events, .count = 4 };
    bench_add_usage(-1, 2); /* so one key of both is known */
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.counted, 4);
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-2:1 -1:14 -1:9 ");
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

/* As it is added again when nobody knows whether its commit held. */
static void
a_group_of_the_same_id_counts_once(void **state)
{
    static const char tags[] = "{\"t\":\"1\"}";

    (void)state;
    ent_usage_event events[] = {
        bench_event(0, 5), bench_event(-1, 2), bench_event(0, 1), bench_event(0, 1)
    };
    ent_usage_group groups[] = {
        { .events = events, .count = 2, .id = "write-1" },
        { .events = &events[2], .count = 1, .id = "write-2" },
        { .events = &events[3], .count = 1 },
    };
    for (size_t i = 0; i < 2; i++) {
        events[0].tags = i == 0 ? "" : tags;
        for (size_t j = 0; j < 2; j++) {
            assert_int_equal(
                ent_ledger_add(bench.ledger, groups, 3, bench.now_s, NULL), ENTITLE_OK);
            assert_int_equal(groups[0].counted, j == 0 ? 2 : 0);
            assert_int_equal(groups[1].counted, i == 0 && j == 0 ? 1 : 0);
            assert_int_equal(groups[2].counted, 1);
            bench_reopen();
        }
        groups[0].id = "write-3";
    }
    assert_string_equal(bench_state(), "open=15 closed=4");
}

/* One unit for each of these ids, together; how many of them were new. */
static size_t
add_ids(const char *ids)
{
    static char texts[4][2];
    ent_usage_event events[4];
    ent_usage_group group = { .events = events };

    for (; ids[group.count] != '\0'; group.count++) {
        texts[group.count][0] = ids[group.count];
        events[group.count] = bench_event(0, 1);
        events[group.count].id = texts[group.count];
    }
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    return group.counted;
}

static void
known_ids_among_new_ones_count_once(void **state)
{
    (void)state;
    assert_int_equal(add_ids("ab"), 2);
    assert_int_equal(add_ids("cdb"), 2);
    assert_int_equal(add_ids("cde"), 1);
    assert_int_equal(add_ids("abcd"), 0);
    assert_string_equal(bench_state(), "open=5");

    bench_reopen();
    assert_int_equal(ent_ledger_begin(bench.ledger, NULL), ENTITLE_OK);
    assert_int_equal(add_ids("aef"), 1);
    assert_int_equal(add_ids("fg"), 1);
    assert_int_equal(ent_ledger_commit(bench.ledger, NULL), ENTITLE_OK);
    assert_string_equal(bench_state(), "open=7");
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

static void
tags_that_come_too_late_to_be_refused_are_left_away(void **state)
{
    (void)state;
    static char tags[ENT_LEDGER_TAG_SETS_MAXIMUM + 1][32];
    static ent_usage_event events[ENT_LEDGER_TAG_SETS_MAXIMUM + 1];
    ent_usage_group group = { .events = events,
                              .count = ENT_LEDGER_TAG_SETS_MAXIMUM + 1,
                              .takes_any_tags = true };
    fill_with_tags(tags, events, ENT_LEDGER_TAG_SETS_MAXIMUM + 1);
    for (int times = 1; times <= 2; times++) { /* what an hour has, it takes again */
        assert_int_equal(
            ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
        assert_int_equal(group.refusal, ENT_REFUSED_NOT);
        assert_int_equal(group.counted, ENT_LEDGER_TAG_SETS_MAXIMUM + 1);
        assert_int_equal(group.untagged, 2);
        assert_int_equal(group.culprit, ENT_LEDGER_TAG_SETS_MAXIMUM - 1);
        assert_string_equal(bench_state(), times == 1 ? "open=2501" : "open=5002");
    }
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

int
contract_of_adding(void)
{
    const struct CMUnitTest clauses[] = {
        CLAUSE(usage_belongs_to_the_hour_of_its_time),
        CLAUSE(what_is_added_together_is_summed_by_hour_and_key),
        CLAUSE(the_same_id_counts_once),
        CLAUSE(a_group_of_the_same_id_counts_once),
        CLAUSE(known_ids_among_new_ones_count_once),
        CLAUSE(what_was_added_is_there_for_the_next_process),
        CLAUSE(two_ledgers_add_to_one_store),
        CLAUSE(a_transaction_counts_as_a_whole_or_not_at_all),
        CLAUSE(keys_that_differ_in_anything_are_kept_apart),
        CLAUSE(too_many_tag_sets_refuse_a_group_and_leave_the_others),
        CLAUSE(tags_that_come_too_late_to_be_refused_are_left_away),
        CLAUSE(tags_are_refused_before_a_request_would_be_too_large),
        CLAUSE(tag_sets_are_summed_and_the_rest_filled_in),
    };
    return cmocka_run_group_tests(clauses, NULL, NULL);
}
