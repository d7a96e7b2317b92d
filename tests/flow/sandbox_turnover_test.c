/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Calls on their way while the tasks, the keys and the whole state change under them.
 */
#include "service_client.h"
#include "support/cmocka.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { CALLERS = 2, CHANGES = 40, PADDING = 60000 };

typedef struct caller {
    pthread_t thread;
    http_reply reply;
    char refusal[1024]; /* the first answer that is no success */
} caller;

static caller callers[CALLERS];
static atomic_bool is_over;
static char body[PADDING + 256];

/*
 * It takes long to read, so that much changes between the signature and the decision.
 */
static void
write_long_body(void)
{
    static const char begin[] = "{\"ProductCode\":\"" SERVICE_PRODUCT "\","
                                "\"PublicKeyVersion\":1,\"unknown\":[0";
    memcpy(body, begin, sizeof(begin));
    char *end = body + sizeof(begin) - 1;
    for (size_t i = 0; i < PADDING / 2; i++) {
        *end++ = ',';
        *end++ = '0';
    }
    memcpy(end, "]}", sizeof("]}"));
}

static void *
register_again_and_again(void *context)
{
    caller *self = context;
    while (!atomic_load(&is_over) && self->refusal[0] == '\0') {
        service_try_register(&service_sandbox, body, &self->reply);
        if (self->reply.status != 200) {
            (void)snprintf(
                self->refusal,
                sizeof(self->refusal),
                "%ld %.900s",
                self->reply.status,
                self->reply.body);
        }
    }
    return NULL;
}

static void
change(const char *name, const char *json)
{
    static http_reply reply;
    sandbox_process_demand(&service_sandbox, "POST", name, json, &reply);
}

static void
access_key_is_known_whoever_has_it(void **state)
{
    (void)state;
    write_long_body();
    atomic_store(&is_over, false);
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i].refusal[0] = '\0';
        assert_int_equal(
            pthread_create(
                &callers[i].thread, NULL, register_again_and_again, &callers[i]),
            0);
    }
    for (int i = 0; i < CHANGES; i++) {
        change("identity", "{\"kind\":\"ecs-task\"}");
        change("identity", "{\"kind\":\"eks-pod\"}");
        change("reset", NULL);
    }
    atomic_store(&is_over, true);
    for (size_t i = 0; i < CALLERS; i++) {
        assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
        assert_string_equal(callers[i].refusal, "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(access_key_is_known_whoever_has_it),
    };
    return cmocka_run_group_tests_name(
        "sandbox_turnover", tests, service_start, service_stop);
}
