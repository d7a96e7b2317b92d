/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What one process may do on many threads over real HTTP: gates that share a keyring
 * while the service's key is rotated, credentials that each renews, clients with
 * several calls under way, and one log for all. Meant for TSan.
 */
#include "platform_client.h"
#include "support/cmocka.h"

#include <entitle.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    THREADS = 4,
    ROUNDS = 4,
    CALLS = 24,
    LIMIT = 6,
    URL_SIZE = 256,
    LEAP_MS =
        61 * 1000 /* after so long credentials that end soon are asked for again */
};

static entitle_keyring *keyring;
static atomic_int lines_logged;
static atomic_int rounds_done;

/* cmocka's assertions jump, which only the first thread may do: the others count. */
typedef struct worker {
    pthread_t thread;
    bool is_container; /* credentials of a task of its own, and keys from the folder */
    char container_url[URL_SIZE];
    entitle_runtime runtime;
    int64_t leapt_ms;
    entitle_credentials_provider *provider;
    entitle_status want;
    int as_expected;
    entitle_status other; /* the last that was not */
} worker;

static worker workers[THREADS];

/* --- Surroundings ----------------------------------------------------------------- */

static const char *
environment(void *context, const char *name)
{
    const worker *self = context;

    if (!self->is_container || strcmp(name, "AWS_REGION") == 0) {
        return aws_environment(NULL, name);
    }
    return strcmp(name, "AWS_CONTAINER_CREDENTIALS_FULL_URI") == 0 ? self->container_url
                                                                   : NULL;
}

static void
count_line(void *context, entitle_log_level level, const char *message)
{
    (void)context;
    (void)level;
    atomic_fetch_add(&lines_logged, message[0] != '\0' ? 1 : 0);
}

static int64_t
monotonic_ms(void *context)
{
    const worker *self = context;
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + self->leapt_ms;
}

static void
set_up_worker(worker *self, size_t index)
{
    *self = (worker){ .is_container = index % 2 == 1, .want = ENTITLE_VERIFIED };
    self->runtime = (entitle_runtime){ .struct_size = sizeof(entitle_runtime),
                                       .context = self,
                                       .environment = environment,
                                       .monotonic_ms = monotonic_ms,
                                       .log = count_line };
    (void)snprintf(
        self->container_url,
        sizeof(self->container_url),
        "%s/v2/credentials/11111111-2222-4333-8444-%012zu",
        service_sandbox.url,
        index);
    const entitle_credentials_options options = { .struct_size = sizeof(options),
                                                  .runtime = &self->runtime };
    assert_int_equal(
        entitle_credentials_provider_new_default(&options, &self->provider, NULL),
        ENTITLE_OK);
}

static int
begin(void **state)
{
    (void)state;
    service_control("POST", "reset", NULL);
    atomic_store(&lines_logged, 0);
    atomic_store(&rounds_done, 0);
    for (size_t i = 0; i < THREADS; i++) {
        set_up_worker(&workers[i], i);
    }
    assert_int_equal(entitle_keyring_new(NULL, &keyring, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add_directory(keyring, service_sandbox.keys, NULL), ENTITLE_OK);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        entitle_credentials_provider_free(workers[i].provider);
    }
    entitle_keyring_free(keyring);
    return 0;
}

static void
start(void *(*work)(void *))
{
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(
            pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
}

static void
join_and_assert(int want)
{
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        if (workers[i].as_expected != want) {
            fail_msg(
                "thread %zu: %d, not %d; %s",
                i,
                workers[i].as_expected,
                want,
                entitle_status_name(workers[i].other));
        }
    }
}

static void
note(worker *self, entitle_status status)
{
    if (status == self->want) {
        self->as_expected++;
    } else {
        self->other = status;
    }
}

/* --- Gates ------------------------------------------------------------------------ */

static entitle_status
check_once(const worker *self)
{
    entitle_decision *decision = NULL;
    const entitle_gate_options options = {
        .struct_size = sizeof(options),
        .product_code = service_sandbox.product_code,
        .keyring = self->is_container ? NULL : keyring,
        .keys = self->is_container ? service_sandbox.keys : NULL,
        .endpoint = service_sandbox.url,
        .runtime = &self->runtime,
        .credentials = self->provider,
    };

    if (entitle_gate_check(&options, &decision, NULL) != ENTITLE_OK) {
        return ENTITLE_INTERNAL_ERROR;
    }
    entitle_status reason = entitle_decision_reason(decision);
    bool is_open = entitle_decision_may_start(decision);
    entitle_decision_free(decision);
    return is_open == (reason == ENTITLE_VERIFIED) ? reason : ENTITLE_INTERNAL_ERROR;
}

static void *
check_repeatedly(void *context)
{
    worker *self = context;

    for (int i = 0; i < ROUNDS; i++) {
        note(self, check_once(self));
        self->leapt_ms += LEAP_MS;
        atomic_fetch_add(&rounds_done, 1);
    }
    return NULL;
}

static void
gates_open_on_many_threads_while_keys_rotate(void **state)
{
    (void)state;
    start(check_repeatedly);
    while (atomic_load(&rounds_done) < THREADS) {
    }
    service_control("POST", "keys/rotate", NULL);
    join_and_assert(ROUNDS);
    assert_true(atomic_load(&lines_logged) >= THREADS * ROUNDS);
}

static void
gates_stay_shut_on_many_threads(void **state)
{
    (void)state;
    service_control("PUT", "subscription", "{\"subscribed\":false}");
    for (size_t i = 0; i < THREADS; i++) {
        workers[i].want = ENTITLE_NOT_ENTITLED;
    }
    start(check_repeatedly);
    join_and_assert(ROUNDS);
}

/* How often the sandbox has handed out credentials. */
static int
count_handed_out(void)
{
    static const char sought[] = "\"ecs-credentials\"";
    int count = 0;

    service_control("GET", "calls", NULL);
    for (const char *at = strstr(service_reply.body, sought); at != NULL;
         at = strstr(at + 1, sought)) {
        count++;
    }
    return count;
}

static void
credentials_are_renewed_on_many_threads(void **state)
{
    (void)state;
    service_control(
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"ecs-credentials\",\"expires_in_s\":600}]}");
    for (size_t i = 0; i < THREADS; i++) {
        workers[i].is_container = true;
    }
    start(check_repeatedly);
    join_and_assert(ROUNDS);
    assert_int_equal(count_handed_out(), THREADS * ROUNDS);
}

/* --- Several calls on each of several threads ------------------------------------- */

static const char token_json[] =
    "{\"RegistrationToken\":\"sandbox-registration-token\"}";

static void
finish_one(worker *self, entitle_calls *calls)
{
    entitle_finished_call finished = { .status = ENTITLE_INTERNAL_ERROR };

    if (entitle_calls_next(calls, &finished, NULL) != ENTITLE_OK) {
        finished.status = ENTITLE_INTERNAL_ERROR;
    }
    note(self, finished.status);
    entitle_answer_free(finished.answer);
}

static void
make_calls(worker *self, entitle_calls *calls)
{
    for (int i = 0; i < CALLS; i++) {
        while (entitle_calls_running(calls) >= LIMIT) {
            finish_one(self, calls);
        }
        if (entitle_calls_start(
                calls, "ResolveCustomer", token_json, strlen(token_json), NULL, NULL) !=
            ENTITLE_OK) {
            return;
        }
    }
    while (entitle_calls_running(calls) > 0) {
        finish_one(self, calls);
    }
}

static void *
call_repeatedly(void *context)
{
    worker *self = context;
    const entitle_metering_options options = { .struct_size = sizeof(options),
                                               .runtime = &self->runtime,
                                               .endpoint = service_sandbox.url,
                                               .credentials = self->provider,
                                               .retry = ENTITLE_RETRY_UNTIL_DEADLINE };
    entitle_metering *metering = NULL;
    entitle_calls *calls = NULL;

    if (entitle_metering_new(&options, &metering, NULL) == ENTITLE_OK &&
        entitle_calls_new(metering, LIMIT, &calls, NULL) == ENTITLE_OK) {
        make_calls(self, calls);
    }
    entitle_calls_free(calls);
    entitle_metering_free(metering);
    return NULL;
}

static void
clients_have_many_calls_under_way_on_many_threads(void **state)
{
    (void)state;
    service_control(
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"ResolveCustomer\",\"rate\":0.2,"
        "\"drop_reply\":true}]}");
    for (size_t i = 0; i < THREADS; i++) {
        workers[i].want = ENTITLE_OK;
        workers[i].is_container = false;
    }
    start(call_repeatedly);
    join_and_assert(CALLS);
}

/* --- One ring that is read, and others that are filled ---------------------------- */

static bool
reads_alike(const entitle_keyring *ring)
{
    const entitle_key *key = entitle_keyring_at(ring, 0);

    return key != NULL && entitle_keyring_find(ring, entitle_key_version(key)) == key &&
           entitle_key_is_sandbox(key) && entitle_key_bits(key) == 3072 &&
           strcmp(
               entitle_key_sha256(key),
               entitle_key_sha256(entitle_keyring_at(keyring, 0))) == 0;
}

static void *
fill_and_read(void *context)
{
    worker *self = context;

    for (int i = 0; i < ROUNDS * 4; i++) {
        entitle_keyring *own = NULL;
        bool is_good = reads_alike(keyring) &&
                       entitle_keyring_new(&self->runtime, &own, NULL) == ENTITLE_OK &&
                       entitle_keyring_add_directory(own, service_sandbox.keys, NULL) ==
                           ENTITLE_OK &&
                       reads_alike(own);
        entitle_keyring_free(own);
        note(self, is_good ? ENTITLE_VERIFIED : ENTITLE_KEYS_UNUSABLE);
    }
    return NULL;
}

static void
keyrings_are_filled_while_another_is_read(void **state)
{
    (void)state;
    start(fill_and_read);
    join_and_assert(ROUNDS * 4);
}

#define THREADS_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        THREADS_TEST(keyrings_are_filled_while_another_is_read),
        THREADS_TEST(gates_open_on_many_threads_while_keys_rotate),
        THREADS_TEST(gates_stay_shut_on_many_threads),
        THREADS_TEST(credentials_are_renewed_on_many_threads),
        THREADS_TEST(clients_have_many_calls_under_way_on_many_threads),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
