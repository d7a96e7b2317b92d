/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: soak_gates SANDBOX KEYS PRODUCT UNPAID_PRODUCT OTHER_SANDBOX
 *
 * Gates that are checked again and again, on several threads of one process: of a
 * product that is paid, of one that is not, and of a service that signs with keys which
 * are not AWS's. Orders on standard input: `pause` (answered once no check is under
 * way), `truth` or `lies` (what the sandbox does from now on), `report`. Ends with its
 * input.
 */
#include "soak_orders.h"
#include "support/aws_environment.h"

#include <entitle.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_MS = 60, DEADLINE_MS = 8000, URL_SIZE = 256 };

typedef enum gate_kind {
    GATE_PAID,      /* with the keyring that all share, and keys of the environment */
    GATE_CONTAINER, /* keys from the folder each time, credentials of an ECS task */
    GATE_UNPAID,
    GATE_FOREIGN, /* a service with other keys under the same versions */
    GATE_KINDS
} gate_kind;

static const char *const kind_names[GATE_KINDS] = {
    "paid", "container", "unpaid", "foreign"
};

typedef struct gate_thread {
    pthread_t thread;
    gate_kind kind;
    char container_url[URL_SIZE];
    entitle_runtime runtime;
    entitle_credentials_provider *provider;
} gate_thread;

static struct {
    const char *url;
    const char *keys;
    const char *product;
    const char *unpaid_product;
    const char *foreign_url;
    entitle_keyring *keyring;
} place;

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int checking;
    bool is_paused;
    bool is_lying;
    bool is_over;
} phase = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static atomic_long checks[GATE_KINDS];
static atomic_long opened[GATE_KINDS];
static atomic_long lines_logged;

/* --- Surroundings ----------------------------------------------------------------- */

static const char *
environment(void *context, const char *name)
{
    const gate_thread *self = context;
    bool is_container = self->kind == GATE_CONTAINER;

    if (is_container && strcmp(name, "AWS_CONTAINER_CREDENTIALS_FULL_URI") == 0) {
        return self->container_url;
    }
    if (is_container && strncmp(name, "AWS_REGION", 10) != 0) {
        return NULL;
    }
    return aws_environment(NULL, name);
}

static void
count_line(void *context, entitle_log_level level, const char *message)
{
    (void)context;
    (void)level;
    (void)message;
    atomic_fetch_add(&lines_logged, 1);
}

/* --- Checks ----------------------------------------------------------------------- */

/* False once it is over. */
static bool
enter(bool *is_lying)
{
    (void)pthread_mutex_lock(&phase.lock);
    while (phase.is_paused && !phase.is_over) {
        (void)pthread_cond_wait(&phase.changed, &phase.lock);
    }
    phase.checking++;
    *is_lying = phase.is_lying;
    bool goes_on = !phase.is_over;
    (void)pthread_mutex_unlock(&phase.lock);
    return goes_on;
}

static void
leave(void)
{
    (void)pthread_mutex_lock(&phase.lock);
    phase.checking--;
    (void)pthread_cond_broadcast(&phase.changed);
    (void)pthread_mutex_unlock(&phase.lock);
}

/* Besides that the service may be unavailable, which refuses. */
static bool
is_as_it_should_be(gate_kind kind, bool is_lying, entitle_status reason)
{
    if (kind == GATE_UNPAID) {
        return reason == ENTITLE_NOT_ENTITLED;
    }
    if (kind == GATE_FOREIGN) {
        return reason == ENTITLE_BAD_SIGNATURE;
    }
    return is_lying ? entitle_status_category(reason) == ENTITLE_CATEGORY_NOT_AUTHENTIC
                    : reason == ENTITLE_VERIFIED;
}

static void
judge(gate_kind kind, bool is_lying, const entitle_decision *decision)
{
    entitle_status reason = entitle_decision_reason(decision);
    bool is_open = entitle_decision_may_start(decision);
    bool is_unavailable =
        entitle_status_category(reason) == ENTITLE_CATEGORY_UNAVAILABLE;

    atomic_fetch_add(&checks[kind], 1);
    atomic_fetch_add(&opened[kind], is_open ? 1 : 0);
    if (is_open != (reason == ENTITLE_VERIFIED) ||
        !(is_unavailable || is_as_it_should_be(kind, is_lying, reason))) {
        soak_complain(
            "a gate (%s%s) is %s: %s: %s",
            kind_names[kind],
            is_lying ? ", lied to" : "",
            is_open ? "open" : "shut",
            entitle_status_name(reason),
            entitle_decision_message(decision));
    }
}

static void
check(gate_thread *self, bool is_lying)
{
    entitle_decision *decision = NULL;
    entitle_error error;
    bool has_keyring = self->kind != GATE_CONTAINER;
    const entitle_gate_options options = {
        .struct_size = sizeof(options),
        .product_code =
            self->kind == GATE_UNPAID ? place.unpaid_product : place.product,
        .keyring = has_keyring ? place.keyring : NULL,
        .keys = has_keyring ? NULL : place.keys,
        .endpoint = self->kind == GATE_FOREIGN ? place.foreign_url : place.url,
        .deadline_ms = DEADLINE_MS,
        .runtime = &self->runtime,
        .credentials = self->provider,
    };

    if (entitle_gate_check(&options, &decision, &error) != ENTITLE_OK) {
        soak_complain("no decision: %s", error.message);
        return;
    }
    judge(self->kind, is_lying, decision);
    entitle_decision_free(decision);
}

static void *
check_repeatedly(void *context)
{
    gate_thread *self = context;
    bool is_lying = false;

    while (enter(&is_lying)) {
        check(self, is_lying);
        leave();
        soak_sleep_ms(PAUSE_MS);
    }
    leave();
    return NULL;
}

/* --- Set-up ----------------------------------------------------------------------- */

/* Each second container keeps one provider, which renews what it holds. */
static bool
set_up(gate_thread *self, gate_kind kind, size_t index)
{
    *self = (gate_thread){ .kind = kind };
    self->runtime = (entitle_runtime){ .struct_size = sizeof(entitle_runtime),
                                       .context = self,
                                       .environment = environment,
                                       .log = count_line };
    (void)snprintf(
        self->container_url,
        sizeof(self->container_url),
        "%s/v2/credentials/0a1b2c3d-0000-4000-8000-%012zu",
        place.url,
        index);
    const entitle_credentials_options options = { .struct_size = sizeof(options),
                                                  .runtime = &self->runtime };
    return kind != GATE_CONTAINER || index % 2 == 0 ||
           entitle_credentials_provider_new_default(&options, &self->provider, NULL) ==
               ENTITLE_OK;
}

static void
answer_report(void)
{
    (void)printf("{");
    for (int i = 0; i < GATE_KINDS; i++) {
        (void)printf(
            "\"%s\":{\"checks\":%ld,\"opened\":%ld},",
            kind_names[i],
            atomic_load(&checks[i]),
            atomic_load(&opened[i]));
    }
    (void)printf(
        "\"logged\":%ld,\"complaints\":%ld,\"first\":\"%s\"}\n",
        atomic_load(&lines_logged),
        soak_complaints(),
        soak_first_complaint());
}

static void
pause_checks(void)
{
    (void)pthread_mutex_lock(&phase.lock);
    phase.is_paused = true;
    while (phase.checking > 0) {
        (void)pthread_cond_wait(&phase.changed, &phase.lock);
    }
    (void)pthread_mutex_unlock(&phase.lock);
}

static void
resume_checks(bool is_lying, bool is_over)
{
    (void)pthread_mutex_lock(&phase.lock);
    phase.is_paused = false;
    phase.is_lying = is_lying;
    phase.is_over = is_over;
    (void)pthread_cond_broadcast(&phase.changed);
    (void)pthread_mutex_unlock(&phase.lock);
}

static void
obey_orders(void)
{
    char line[SOAK_LINE_SIZE];

    while (soak_read_order(line)) {
        if (strcmp(line, "pause") == 0) {
            pause_checks();
        } else if (strcmp(line, "report") != 0) {
            resume_checks(strcmp(line, "lies") == 0, false);
        }
        answer_report();
        (void)fflush(stdout);
    }
}

int
main(int argument_count, char **arguments)
{
    static const gate_kind kinds[] = { GATE_PAID,      GATE_PAID,   GATE_CONTAINER,
                                       GATE_CONTAINER, GATE_UNPAID, GATE_FOREIGN };
    static gate_thread threads[sizeof(kinds) / sizeof(kinds[0])];
    entitle_error error = { .status = ENTITLE_OK };

    if (argument_count != 6) {
        return 64;
    }
    place.url = arguments[1];
    place.keys = arguments[2];
    place.product = arguments[3];
    place.unpaid_product = arguments[4];
    place.foreign_url = arguments[5];
    if (entitle_keyring_new(NULL, &place.keyring, &error) != ENTITLE_OK ||
        entitle_keyring_add_directory(place.keyring, place.keys, &error) !=
            ENTITLE_OK) {
        (void)fprintf(stderr, "soak_gates: %s\n", error.message);
        return 1;
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!set_up(&threads[i], kinds[i], i) ||
            pthread_create(&threads[i].thread, NULL, check_repeatedly, &threads[i]) !=
                0) {
            return 1;
        }
    }
    obey_orders();
    resume_checks(false, true);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        (void)pthread_join(threads[i].thread, NULL);
        entitle_credentials_provider_free(threads[i].provider);
    }
    entitle_keyring_free(place.keyring);
    return 0;
}
