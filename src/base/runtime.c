/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"

#include "base/error.h"
#include "base/options.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static void *
allocate(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void *
reallocate(void *context, void *memory, size_t size)
{
    (void)context;
    return realloc(memory, size);
}

static void
release(void *context, void *memory)
{
    (void)context;
    free(memory);
}

static bool
fill_random(void *context, void *bytes, size_t length)
{
    unsigned char *out = bytes;

    (void)context;
    while (length > 0) {
        ssize_t got = getrandom(out, length, 0);
        if (got < 0 && errno != EINTR) {
            return false;
        }
        if (got > 0) {
            out += got;
            length -= (size_t)got;
        }
    }
    return true;
}

static int64_t
clock_ms(clockid_t clock)
{
    struct timespec now = { 0 };

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t
wall_ms(void *context)
{
    (void)context;
    return clock_ms(CLOCK_REALTIME);
}

static int64_t
monotonic_ms(void *context)
{
    (void)context;
    return clock_ms(CLOCK_MONOTONIC);
}

static void
sleep_ms(void *context, int64_t duration_ms)
{
    struct timespec duration = {
        .tv_sec = (time_t)(duration_ms / 1000),
        .tv_nsec = (long)(duration_ms % 1000) * 1000000,
    };

    (void)context;
    nanosleep(&duration, NULL);
}

static const char *
environment(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

static void
ignore_log(void *context, entitle_log_level level, const char *message)
{
    (void)context;
    (void)level;
    (void)message;
}

static bool
never_interrupted(void *context)
{
    (void)context;
    return false;
}

static const entitle_runtime ordinary = {
    .struct_size = sizeof(entitle_runtime),
    .allocate = allocate,
    .reallocate = reallocate,
    .release = release,
    .random = fill_random,
    .wall_ms = wall_ms,
    .monotonic_ms = monotonic_ms,
    .sleep_ms = sleep_ms,
    .environment = environment,
    .log = ignore_log,
    .interrupted = never_interrupted,
};

/* Gives every function that is missing the ordinary one. */
static void
complete(entitle_runtime *runtime)
{
    if (runtime->allocate == NULL) {
        runtime->allocate = ordinary.allocate;
        runtime->reallocate = ordinary.reallocate;
        runtime->release = ordinary.release;
    }
    if (runtime->random == NULL) {
        runtime->random = ordinary.random;
    }
    if (runtime->wall_ms == NULL) {
        runtime->wall_ms = ordinary.wall_ms;
    }
    if (runtime->monotonic_ms == NULL) {
        runtime->monotonic_ms = ordinary.monotonic_ms;
    }
    if (runtime->sleep_ms == NULL) {
        runtime->sleep_ms = ordinary.sleep_ms;
    }
    if (runtime->environment == NULL) {
        runtime->environment = ordinary.environment;
    }
    if (runtime->log == NULL) {
        runtime->log = ordinary.log;
    }
    if (runtime->interrupted == NULL) {
        runtime->interrupted = ordinary.interrupted;
    }
}

entitle_status
ent_runtime_fill(
    entitle_runtime *runtime, const entitle_runtime *given, entitle_error *error)
{
    bool has_all;
    bool has_none;

    *runtime = ordinary;
    if (given == NULL) {
        return ENTITLE_OK;
    }
    if (!ent_options_copy(runtime, sizeof(*runtime), given)) {
        *runtime = ordinary;
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_runtime has a struct_size or a member of another version");
    }

    has_all = runtime->allocate != NULL && runtime->reallocate != NULL &&
              runtime->release != NULL;
    has_none = runtime->allocate == NULL && runtime->reallocate == NULL &&
               runtime->release == NULL;
    if (!has_all && !has_none) {
        *runtime = ordinary;
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_runtime gives some of allocate, reallocate and release, not all");
    }
    complete(runtime);
    return ENTITLE_OK;
}

int64_t
ent_now_s(const entitle_runtime *runtime)
{
    return runtime->wall_ms(runtime->context) / 1000;
}

/* What the kernel noted at its last tick. */
#ifdef CLOCK_MONOTONIC_COARSE
enum { QUICK_CLOCK = CLOCK_MONOTONIC_COARSE };
#else
enum { QUICK_CLOCK = CLOCK_MONOTONIC };
#endif

int64_t
ent_quick_ms(const entitle_runtime *runtime)
{
    return runtime->monotonic_ms == monotonic_ms
               ? clock_ms(QUICK_CLOCK)
               : runtime->monotonic_ms(runtime->context);
}

int64_t
ent_quick_lag_ms(const entitle_runtime *runtime)
{
    struct timespec tick = { 0 };

    if (runtime->monotonic_ms != monotonic_ms ||
        clock_getres(QUICK_CLOCK, &tick) != 0) {
        return 0;
    }
    return tick.tv_nsec / 1000000 + 1;
}

const char *
ent_environment(const entitle_runtime *runtime, const char *name)
{
    const char *value = runtime->environment(runtime->context, name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}
