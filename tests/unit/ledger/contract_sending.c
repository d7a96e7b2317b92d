/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "contract.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

/* What taking and settling promise. */

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

/* However odd that is: what AWS has counts. */
static void
what_is_accepted_of_a_former_customer_counts(void **state)
{
    (void)state;
    ent_usage_event event = bench_event(-1, 5);
    event.key.form = ENT_CUSTOMER_IDENTIFIER;
    event.key.customer = "cust-1";
    event.key.instance = "";
    bench_add(&event);
    assert_int_equal(bench_take("a"), 1);
    ent_ledger_verdict verdict = { .record = bench.taken[0].id,
                                   .settlement = ENT_SETTLED_ACCEPTED,
                                   .text = "",
                                   .is_of_former_customer = true };
    assert_int_equal(
        ent_ledger_settle(bench.ledger, "a", &verdict, 1, bench.now_s, NULL),
        ENTITLE_OK);
    assert_true(verdict.is_settled);
    assert_string_equal(bench_state(), "accepted=5");
}

static void
a_verdict_of_no_kind_settles_nothing(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench_add_usage(-2, 3);
    assert_int_equal(bench_take("a"), 2);
    ent_ledger_verdict both[] = {
        { .record = bench.taken[0].id, .settlement = ENT_SETTLED_ACCEPTED, .text = "" },
        { .record = bench.taken[1].id,
          .settlement = (ent_settlement)(ENT_SETTLED_CARRY + 1),
          .text = "" },
    };
    assert_int_equal(
        ent_ledger_settle(bench.ledger, "a", both, 2, bench.now_s, NULL),
        ENTITLE_INTERNAL_ERROR);
    assert_string_equal(bench_state(), "sending=8");
    both[1].settlement = ENT_SETTLED_CARRY;
    assert_int_equal(
        ent_ledger_settle(bench.ledger, "a", both, 2, bench.now_s, NULL), ENTITLE_OK);
    assert_string_equal(bench_state(), "open=5 accepted=3");
}

typedef struct seen_ids {
    char text[512];
} seen_ids;

static bool
note_id(void *context, const ent_ledger_record *record)
{
    seen_ids *seen = context;
    size_t used = strlen(seen->text);

    (void)snprintf(
        seen->text + used,
        sizeof(seen->text) - used,
        "%d:%s ",
        (int)record->quantity,
        record->metering_record_id);
    return true;
}

/* Two hours of one key among them, one record twice, and one that another is sending.
 */
static void
many_are_settled_at_once_each_by_its_own_verdict(void **state)
{
    seen_ids seen = { "" };
    ent_ledger_verdict verdicts[7] = { 0 };
    (void)state;
    ent_usage_event tagged = bench_event(-4, 4);
    tagged.tags = "[{\"Key\":\"team\",\"Value\":\"a\"}]";
    bench_add(&tagged);
    bench_add_usage(-3, 3);
    bench_add_usage(-2, 2);
    assert_int_equal(bench_take("a"), 3);
    for (size_t i = 0; i < 3; i++) {
        verdicts[2 * i] = (ent_ledger_verdict){ .record = bench.taken[i].id,
                                                .settlement = ENT_SETTLED_ACCEPTED,
                                                .text = "first \"id\"" };
        verdicts[2 * i + 1] = (ent_ledger_verdict){ .record = bench.taken[i].id,
                                                    .settlement = ENT_SETTLED_ACCEPTED,
                                                    .text = "second" };
    }
    bench_add_usage(-1, 1);
    assert_int_equal(bench_take("b"), 1);
    verdicts[4].settlement = ENT_SETTLED_REJECTED;
    verdicts[5].settlement = ENT_SETTLED_LOST;
    verdicts[6] = (ent_ledger_verdict){ .record = bench.taken[0].id,
                                        .settlement = ENT_SETTLED_ACCEPTED,
                                        .text = "another's" };

    assert_int_equal(
        ent_ledger_settle(bench.ledger, "a", verdicts, 7, bench.now_s, NULL),
        ENTITLE_OK);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(verdicts[i].is_settled, i == 0 || i == 2 || i == 4);
    }
    assert_string_equal(bench_state(), "sending=1 accepted=7 rejected=2");
    assert_int_equal(
        ent_ledger_list(
            bench.ledger, ENT_USAGE_ACCEPTED, bench.now_s, note_id, &seen, NULL),
        ENTITLE_OK);
    assert_string_equal(seen.text, "4:first \"id\" 3:first \"id\" ");
}

static void
each_record_is_sent_with_its_own_tags(void **state)
{
    (void)state;
    enum { RECORDS = 5 };
    char text[64];
    for (int i = 1; i <= RECORDS; i++) {
        ent_usage_event event = bench_event(-i, i);
        event.tags = text;
        (void)snprintf(text, sizeof(text), "{\"t\":\"%d\"}", i);
        bench_add(&event);
    }
    bench_add_usage(-2, 1);
    assert_int_equal(bench_take("a"), RECORDS);
    for (int i = 1; i <= RECORDS; i++) {
        const char *want = text;
        (void)snprintf(
            text, sizeof(text), "requests %d=%d [{\"t\":\"%d\"}]=%d", -i, i, i, i);
        want = i == 2 ? "requests -2=3 [{\"t\":\"2\"}]=2 []=1" : want;
        assert_string_equal(bench.taken[RECORDS - i].request, want);
    }
}

static bool
refuse_to_freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    ent_buffer *request)
{
    (void)context;
    (void)record;
    (void)tags;
    (void)tag_count;
    (void)request;
    return false;
}

static void
fail_to_see(void *context, const ent_ledger_record *record)
{
    (void)context;
    (void)record;
    fail_msg("nothing was taken");
}

/* What a record has too much of is not moved either. */
static void
what_cannot_be_frozen_stays_as_it_is(void **state)
{
    (void)state;
    static const struct {
        int64_t quantity;
        const char *want;
    } cases[] = {
        { 5, "closed=6" },
        { ENT_LEDGER_QUANTITY_MAXIMUM, "closed=2147483648" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_teardown(NULL);
        bench_setup(NULL);
        bench_add_usage(-1, cases[i].quantity);
        bench_add_usage(-1, 1);
        const ent_ledger_claim claim = bench_claim("a");
        assert_int_equal(
            ent_ledger_take(
                bench.ledger, &claim, 8, refuse_to_freeze, fail_to_see, NULL, NULL),
            ENTITLE_OUT_OF_MEMORY);
        assert_string_equal(bench_state(), cases[i].want);
        assert_int_equal(bench_take("a"), 1);
    }
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
    claims[1].product_code = "other";
    claims[2].instance = NULL;
    claims[2].customer = "cust-1";
    claims[3].instance = "pod-2";
    static const int64_t want[] = { 1, 8, 4, 2 };
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(bench_take_as(&claims[i]), 1);
        assert_int_equal(bench.taken[0].quantity, want[i]);
    }
}

/* Whatever the verdict is. */
static void
a_record_is_settled_by_its_owner_alone(void **state)
{
    static const ent_settlement settlements[] = {
        ENT_SETTLED_ACCEPTED, ENT_SETTLED_REJECTED, ENT_SETTLED_LOST,
        ENT_SETTLED_UNSENT,   ENT_SETTLED_UNKNOWN,  ENT_SETTLED_CARRY,
    };
    (void)state;
    bench_add_usage(-1, 5);
    assert_int_equal(bench_take("a"), 1);
    for (size_t i = 0; i < sizeof(settlements) / sizeof(settlements[0]); i++) {
        assert_false(bench_try_to_settle(0, "b", settlements[i]));
        assert_string_equal(bench_state(), "sending=5");
    }
    assert_int_equal(bench_take("b"), 0); /* it still holds the lease */
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
    ent_usage_event of_token = bench_event(-1, 1);
    other.key.dimension = "gigabytes";
    of_token.client_token = "token-1";
    of_token.at_s = BENCH_HOUR - ENT_LEDGER_HOUR_S;
    bench_add_usage(-2, 5);
    bench_add_usage(-1, 3);
    bench_add(&other);
    bench_add(&of_token);
    assert_int_equal(bench_take("a"), 4);
    assert_int_equal(bench.taken[1].hour_s, bench.taken[3].hour_s);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(2, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(3, "a", ENT_SETTLED_ACCEPTED);
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

int
contract_of_sending(void)
{
    const struct CMUnitTest clauses[] = {
        CLAUSE(the_same_bytes_are_sent_after_a_crash),
        CLAUSE(the_only_sender_need_not_wait_for_leases),
        CLAUSE(settling_moves_units_where_they_belong),
        CLAUSE(a_sender_does_not_take_its_own_again),
        CLAUSE(only_the_owner_settles),
        CLAUSE(what_is_accepted_of_a_former_customer_counts),
        CLAUSE(a_verdict_of_no_kind_settles_nothing),
        CLAUSE(many_are_settled_at_once_each_by_its_own_verdict),
        CLAUSE(each_record_is_sent_with_its_own_tags),
        CLAUSE(what_cannot_be_frozen_stays_as_it_is),
        CLAUSE(what_surely_did_not_arrive_may_still_grow),
        CLAUSE(a_claim_takes_only_what_it_names),
        CLAUSE(a_record_is_settled_by_its_owner_alone),
        CLAUSE(an_accepted_sibling_is_known),
        CLAUSE(an_accepted_sibling_is_of_the_same_hour_and_key),
        CLAUSE(an_event_with_a_token_is_a_record_of_its_own),
    };
    return cmocka_run_group_tests(clauses, NULL, NULL);
}
