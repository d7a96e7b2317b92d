/* SPDX-License-Identifier: Apache-2.0 */
#include "state_folder.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Sellers who resend until they have an answer, while replies are dropped and the
 * sandbox is killed again and again. Each batch is one hour of 25 customers.
 */
enum {
    BATCH = 25,
    HOURS = 20,
    SENDERS = 4,
    ID_SIZE = 37,
    MARKET_SIZE = 256 * 1024,
    BODY_SIZE = 8192,
    LINE_SIZE = 512
};

typedef struct storm_size {
    int groups; /* of 25 customers */
    int kills;
} storm_size;

typedef struct sent_batch {
    char ids[BATCH][ID_SIZE]; /* "" until there was an answer */
} sent_batch;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_down;
    char url[128];
    int batches;
    int next;     /* the batch that nobody has taken */
    int answered; /* how many were */
    int failures; /* answers that should not be */
    sent_batch *sent;
} storm = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static int64_t first_hour_s;

static void
write_body(int batch, char out[BODY_SIZE])
{
    int group = batch / HOURS;
    int64_t at_s = first_hour_s + (int64_t)(batch % HOURS) * 3600;
    size_t length = 0;
    length += (size_t)snprintf(
        out, BODY_SIZE, "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"UsageRecords\":[");
    for (int i = 0; i < BATCH; i++) {
        length += (size_t)snprintf(
            out + length,
            BODY_SIZE - length,
            "%s{\"CustomerIdentifier\":\"c%d\",\"Dimension\":\"requests\","
            "\"Quantity\":%d,\"Timestamp\":%" PRId64 "}",
            i > 0 ? "," : "",
            group * BATCH + i,
            i + 1,
            at_s);
    }
    (void)snprintf(out + length, BODY_SIZE - length, "]}");
}

/* False: what came is not 25 successes, or is not what came before. */
static bool
take_answer(sent_batch *batch, const http_reply *reply)
{
    cJSON *json = cJSON_Parse(reply->body);
    const cJSON *results = cJSON_GetObjectItemCaseSensitive(json, "Results");
    bool is_good = reply->status == 200 && cJSON_GetArraySize(results) == BATCH;
    for (int i = 0; is_good && i < BATCH; i++) {
        const cJSON *result = cJSON_GetArrayItem(results, i);
        const char *status =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(result, "Status"));
        const char *id = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(result, "MeteringRecordId"));
        char *known = batch->ids[i];
        is_good = status != NULL && strcmp(status, "Success") == 0 && id != NULL &&
                  strlen(id) == ID_SIZE - 1 &&
                  (known[0] == '\0' || strcmp(known, id) == 0);
        if (is_good) {
            memcpy(known, id, ID_SIZE);
        }
    }
    cJSON_Delete(json);
    return is_good;
}

/* Waits until the sandbox is there, and copies where. */
static void
find_sandbox(char url[128])
{
    pthread_mutex_lock(&storm.lock);
    while (storm.is_down) {
        pthread_cond_wait(&storm.changed, &storm.lock);
    }
    memcpy(url, storm.url, sizeof(storm.url));
    pthread_mutex_unlock(&storm.lock);
}

static bool
send_once(const char *body, http_reply *reply)
{
    static const char *const headers[] = {
        "X-Amz-Target: AWSMPMeteringService.BatchMeterUsage",
        "Content-Type: application/x-amz-json-1.1",
        NULL,
    };
    char url[128];
    find_sandbox(url);
    const http_call call = {
        .url = url,
        .body = body,
        .headers = headers,
        .signing_parameter = SERVICE_SIGNING,
        .access_key = SERVICE_ACCESS_KEY,
        .secret_key = SERVICE_SECRET_KEY,
    };
    return http_perform(&call, reply) && reply->code == CURLE_OK;
}

static int
take_batch(void)
{
    pthread_mutex_lock(&storm.lock);
    int batch = storm.next < storm.batches ? storm.next++ : -1;
    pthread_mutex_unlock(&storm.lock);
    return batch;
}

static void
note_answer(bool is_good)
{
    pthread_mutex_lock(&storm.lock);
    storm.answered++;
    storm.failures += is_good ? 0 : 1;
    pthread_cond_broadcast(&storm.changed);
    pthread_mutex_unlock(&storm.lock);
}

static void *
send_all(void *unused)
{
    (void)unused;
    http_reply *reply = calloc(1, sizeof(*reply));
    char body[BODY_SIZE];
    int batch = 0;
    while (reply != NULL && (batch = take_batch()) >= 0) {
        write_body(batch, body);
        while (!send_once(body, reply)) {
        }
        note_answer(take_answer(&storm.sent[batch], reply));
    }
    free(reply);
    return NULL;
}

static void
set_up(bool is_down)
{
    pthread_mutex_lock(&storm.lock);
    storm.is_down = is_down;
    (void)snprintf(storm.url, sizeof(storm.url), "%s", service_sandbox.url);
    pthread_cond_broadcast(&storm.changed);
    pthread_mutex_unlock(&storm.lock);
}

static void
wait_for_answers(int count)
{
    pthread_mutex_lock(&storm.lock);
    while (storm.answered < count) {
        pthread_cond_wait(&storm.changed, &storm.lock);
    }
    pthread_mutex_unlock(&storm.lock);
}

static void
lose_replies(void)
{
    service_control(
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"BatchMeterUsage\",\"rate\":0.2,"
        "\"drop_reply\":true}]}");
}

/* Sends everything once, with that many kills on the way. */
static void
send_through(int kills)
{
    pthread_t senders[SENDERS];
    storm.next = 0;
    storm.answered = 0;
    set_up(false);
    for (int i = 0; i < SENDERS; i++) {
        assert_int_equal(pthread_create(&senders[i], NULL, send_all, NULL), 0);
    }
    for (int i = 1; i <= kills; i++) {
        wait_for_answers(storm.batches * i / (kills + 1));
        set_up(true);
        state_restart(SIGKILL);
        lose_replies();
        set_up(false);
    }
    wait_for_answers(storm.batches);
    for (int i = 0; i < SENDERS; i++) {
        assert_int_equal(pthread_join(senders[i], NULL), 0);
    }
    assert_int_equal(storm.failures, 0);
}

static void
write_market(int customers)
{
    static char market[MARKET_SIZE];
    size_t length = (size_t)snprintf(market, sizeof(market), "{\"customers\":[");
    for (int i = 0; i < customers; i++) {
        length += (size_t)snprintf(
            market + length,
            sizeof(market) - length,
            "%s{\"account\":\"%012d\",\"identifier\":\"c%d\"}",
            i > 0 ? "," : "",
            i + 1,
            i);
    }
    length += (size_t)snprintf(
        market + length, sizeof(market) - length, "],\"subscriptions\":[");
    for (int i = 0; i < customers; i++) {
        length += (size_t)snprintf(
            market + length,
            sizeof(market) - length,
            "%s{\"customer\":\"c%d\"}",
            i > 0 ? "," : "",
            i);
    }
    length += (size_t)snprintf(market + length, sizeof(market) - length, "]}");
    assert_true(length < sizeof(market));
    state_set_market(market);
}

/* The eleventh field; none of these has a comma inside. */
static int64_t
read_quantity(const char *line)
{
    for (int i = 0; i < 10; i++) {
        line = strchr(line, ',');
        assert_non_null(line);
        line++;
    }
    return strtoll(line, NULL, 10);
}

/* What is on disk: each record once, and the quantity of them all. */
static void
assert_export(int customers)
{
    int want_records = customers * HOURS;
    int64_t want_quantity = (int64_t)want_records / BATCH * (BATCH * (BATCH + 1) / 2);
    int64_t quantity = 0;
    int records = 0;
    const char *const arguments[] = { "export",   "--state", state_folder,
                                      "--format", "csv",     NULL };
    size_t size = (size_t)(want_records + 1) * LINE_SIZE;
    char *output = malloc(size);
    assert_non_null(output);
    assert_int_equal(sandbox_program_run(arguments, output, size), 0);
    const char *line = strchr(output, '\n');
    for (; line != NULL && line[1] != '\0'; line = strchr(line + 1, '\n')) {
        quantity += read_quantity(line + 1);
        records++;
    }
    free(output);
    assert_int_equal(records, want_records);
    assert_int_equal(quantity, want_quantity);
}

static void
nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    static const storm_size ordinary = { .groups = 5, .kills = 3 };
    static const storm_size full = { .groups = 40, .kills = 25 };
    const storm_size *size = state_wants_full() ? &full : &ordinary;
    int customers = size->groups * BATCH;
    storm.batches = size->groups * HOURS;
    storm.sent = calloc((size_t)storm.batches, sizeof(*storm.sent));
    assert_non_null(storm.sent);
    /* Far from the end of a month, when AWS takes nothing of the last one any more. */
    first_hour_s = 1794312000 - (HOURS - 1) * 3600;
    write_market(customers);
    state_start();
    service_control("POST", "clock", "{\"set\":\"2026-11-10T12:00:00Z\"}");
    lose_replies();

    send_through(size->kills);
    assert_export(customers);
    state_restart(SIGKILL);
    send_through(0);
    assert_export(customers);
    free(storm.sent);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            nothing_is_lost_or_doubled, state_make, state_remove),
    };
    return cmocka_run_group_tests_name("sandbox_storm", tests, NULL, NULL);
}
