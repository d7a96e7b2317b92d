/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger_bench.h"

#include "base/buffer.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

ledger_bench bench;

void
bench_begin(void)
{
    memset(&bench, 0, sizeof(bench));
    fake_runtime_init(&bench.fake);
    bench.now_s = BENCH_HOUR;
    store_under_test.make();
}

ent_ledger *
bench_open(fake_runtime *fake)
{
    entitle_error error = { 0 };
    ent_ledger *ledger = NULL;

    if (store_under_test.open(fake, &ledger, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return ledger;
}

int
bench_setup(void **state)
{
    (void)state;
    bench_begin();
    bench.ledger = bench_open(&bench.fake);
    return 0;
}

int
bench_teardown(void **state)
{
    (void)state;
    (void)bench_sums();
    ent_ledger_close(bench.ledger);
    assert_int_equal(bench.fake.blocks_in_use, 0);
    store_under_test.remove();
    return 0;
}

void
bench_reopen(void)
{
    ent_ledger_close(bench.ledger);
    bench.ledger = bench_open(&bench.fake);
}

void
bench_move_to_hour(int64_t hour)
{
    bench.now_s = BENCH_HOUR + hour * ENT_LEDGER_HOUR_S;
}

ent_usage_event
bench_event(int64_t hour, int64_t quantity)
{
    return (ent_usage_event){
        .key = { .product_code = "product",
                 .dimension = "requests",
                 .form = ENT_CUSTOMER_OF_INSTANCE,
                 .customer = "",
                 .license_arn = "",
                 .instance = "pod-1" },
        .at_s = BENCH_HOUR + hour * ENT_LEDGER_HOUR_S + 10,
        .quantity = quantity,
        .tags = "",
        .id = "",
        .client_token = "",
    };
}

void
bench_name_key(const ent_usage_key *key, char name[BENCH_KEY_SIZE])
{
    const char *license = strrchr(key->license_arn, ':');
    (void)snprintf(
        name,
        BENCH_KEY_SIZE,
        "%s %s %s",
        key->dimension,
        key->customer,
        license != NULL ? license + 1 : "");
}

void
bench_add(const ent_usage_event *event)
{
    entitle_error error = { 0 };
    ent_usage_group group = { .events = event, .count = 1 };
    if (ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(group.refusal, ENT_REFUSED_NOT);
    assert_int_equal(group.counted, 1);
}

void
bench_add_usage(int64_t hour, int64_t quantity)
{
    ent_usage_event event = bench_event(hour, quantity);
    bench_add(&event);
}

/* The bytes say what they were made of; they are made once. */
static bool
freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    ent_buffer *request)
{
    int *times = context;
    ++*times;
    ent_buffer_append_format(
        request,
        "%s %lld=%lld",
        record->key.dimension,
        (long long)(record->hour_s - BENCH_HOUR) / ENT_LEDGER_HOUR_S,
        (long long)record->quantity);
    for (size_t i = 0; i < tag_count && i < 8; i++) {
        ent_buffer_append_format(
            request, " [%s]=%lld", tags[i].tags, (long long)tags[i].quantity);
    }
    return true;
}

static void
keep(void *context, const ent_ledger_record *record)
{
    (void)context;
    assert_in_range(bench.taken_count, 0, BENCH_TAKEN_LIMIT - 1);
    if (record->state == ENT_USAGE_REJECTED) {
        bench.rejected_count++;
        return;
    }
    assert_int_equal(record->state, ENT_USAGE_SENDING);
    bench_taken *taken = &bench.taken[bench.taken_count++];
    *taken = (bench_taken){
        .id = record->id,
        .hour_s = record->hour_s,
        .quantity = record->quantity,
        .is_doubtful = record->is_doubtful,
    };
    bench_name_key(&record->key, taken->key);
    assert_in_range(record->request_length, 1, sizeof(taken->request) - 1);
    memcpy(taken->request, record->request, record->request_length);
}

ent_ledger_claim
bench_claim(const char *owner)
{
    return (ent_ledger_claim){
        .instance = "pod-1",
        .with_customers = true,
        .owner = owner,
        .now_s = bench.now_s,
        .lease_s = 60,
    };
}

entitle_status
bench_try_to_take(const ent_ledger_claim *claim, entitle_error *error)
{
    int times = 0;
    bench.taken_count = 0;
    bench.rejected_count = 0;
    return ent_ledger_take(
        bench.ledger, claim, BENCH_TAKEN_LIMIT, freeze, keep, &times, error);
}

size_t
bench_take_as(const ent_ledger_claim *claim)
{
    entitle_error error = { 0 };
    if (bench_try_to_take(claim, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return bench.taken_count;
}

size_t
bench_take(const char *owner)
{
    ent_ledger_claim claim = bench_claim(owner);
    return bench_take_as(&claim);
}

bool
bench_try_to_settle(size_t taken, const char *owner, ent_settlement settlement)
{
    entitle_error error = { 0 };
    ent_ledger_verdict verdict = {
        .record = bench.taken[taken].id,
        .settlement = settlement,
        .text = "as the test says",
    };
    if (ent_ledger_settle(bench.ledger, owner, &verdict, 1, bench.now_s, &error) !=
        ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return verdict.is_settled;
}

void
bench_settle(size_t taken, const char *owner, ent_settlement settlement)
{
    assert_true(bench_try_to_settle(taken, owner, settlement));
}

static bool
add_up(void *context, const ent_usage_key *key, const ent_usage_sums *units)
{
    ent_usage_sums *total = context;
    int64_t sum = 0;
    for (size_t i = 0; i < ENT_USAGE_STATE_COUNT; i++) {
        total->by_state[i] += units->by_state[i];
        sum += units->by_state[i];
    }
    total->added += units->added;
    if (sum != units->added) {
        fail_msg(
            "%s: added %lld, but there are %lld",
            key->dimension,
            (long long)units->added,
            (long long)sum);
    }
    return true;
}

ent_usage_sums
bench_sums(void)
{
    ent_usage_sums total = { 0 };
    entitle_error error = { 0 };
    if (ent_ledger_sums(bench.ledger, bench.now_s, add_up, &total, &error) !=
        ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return total;
}

const char *
bench_state(void)
{
    static const char *const names[] = { "open",     "closed",   "sending",
                                         "accepted", "rejected", "lost" };
    static char text[256];
    ent_usage_sums sums = bench_sums();
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < ENT_USAGE_STATE_COUNT; i++) {
        if (sums.by_state[i] != 0) {
            length += (size_t)snprintf(
                text + length,
                sizeof(text) - length,
                "%s%s=%lld",
                length > 0 ? " " : "",
                names[i],
                (long long)sums.by_state[i]);
        }
    }
    return text;
}

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
        (long long)(record->hour_s - BENCH_HOUR) / ENT_LEDGER_HOUR_S,
        (long long)record->quantity,
        record->carried_from);
    return true;
}

const char *
bench_list(ent_usage_state which)
{
    static list_context list;
    list.text[0] = '\0';
    assert_int_equal(
        ent_ledger_list(bench.ledger, which, bench.now_s, write_link, &list, NULL),
        ENTITLE_OK);
    return list.text;
}
