/* SPDX-License-Identifier: Apache-2.0 */
#include "http/response.h"
#include "http/transport.h"
#include "support/cmocka.h"
#include "support/effort.h"

#include <netdb.h>
#include <pthread.h>
#include <time.h>

/*
 * This program's getaddrinfo() stands before the C library's, libcurl's calls included,
 * and does not answer until the test is over: a name server that is not there.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_over;
static int waiting;

__attribute__((visibility("default"))) int
getaddrinfo(
    const char *node,
    const char *service,
    const struct addrinfo *hints,
    struct addrinfo **result)
{
    (void)node;
    (void)service;
    (void)hints;
    (void)result;
    pthread_mutex_lock(&lock);
    waiting++;
    while (!is_over) {
        pthread_cond_wait(&changed, &lock);
    }
    waiting--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return EAI_AGAIN;
}

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t interrupt_at_ms;

static bool
interrupted(void *context)
{
    (void)context;
    return interrupt_at_ms != 0 && now_ms() >= interrupt_at_ms;
}

static void
release_resolvers(void)
{
    pthread_mutex_lock(&lock);
    is_over = true;
    pthread_cond_broadcast(&changed);
    while (waiting > 0) {
        pthread_cond_wait(&changed, &lock);
    }
    is_over = false;
    pthread_mutex_unlock(&lock);
}

/* How long a request takes, the freeing of its transport included. */
static int64_t
meet_silent_name_server(int64_t timeout_ms, entitle_status want)
{
    const entitle_runtime runtime = {
        .struct_size = sizeof(runtime),
        .interrupted = interrupted,
    };
    const entitle_curl_options options = {
        .struct_size = sizeof(options),
        .runtime = &runtime,
    };
    const entitle_request request = {
        .method = "GET",
        .url = "https://service.example/",
        .connect_timeout_ms = timeout_ms,
        .timeout_ms = timeout_ms,
        .direct = true,
    };
    entitle_transport *transport = NULL;
    entitle_response response;
    int64_t begin_ms = now_ms();

    assert_int_equal(
        entitle_transport_new_curl(&options, &transport, NULL), ENTITLE_OK);
    ent_response_init(&response, &runtime);
    assert_int_equal(ent_transport_perform(transport, &request, &response, NULL), want);
    entitle_transport_free(transport);
    return now_ms() - begin_ms;
}

static void
silent_name_server_does_not_hold_up_the_time_limit(void **state)
{
    (void)state;
    int64_t took_ms = meet_silent_name_server(150, ENTITLE_UNREACHABLE);
    release_resolvers();

    assert_in_range(took_ms, 145, 150 + number_by_effort(60000, 1000, 1000));
}

static void
silent_name_server_does_not_hold_up_an_interrupt(void **state)
{
    (void)state;
    interrupt_at_ms = now_ms() + 60;
    int64_t took_ms = meet_silent_name_server(20000, ENTITLE_INTERRUPTED);
    release_resolvers();
    interrupt_at_ms = 0;

    assert_in_range(took_ms, 55, 60 + number_by_effort(60000, 200, 200));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silent_name_server_does_not_hold_up_the_time_limit),
        cmocka_unit_test(silent_name_server_does_not_hold_up_an_interrupt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
