/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_RUNTIME_H
#define ENTITLE_RUNTIME_H

#include <entitle/export.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum entitle_log_level {
    ENTITLE_LOG_DEBUG,  /* each step and attempt */
    ENTITLE_LOG_WARNING /* works, but someone should look */
} entitle_log_level;

/*
 * Everything that the library takes from its surroundings. Each function that is NULL
 * means the ordinary one, and a NULL runtime means all of the ordinary ones; the three
 * for memory are given together or not at all.
 *
 * The struct is copied; what `context` points to must outlive every object made with
 * it. The functions are called from the thread that called the library, so an object
 * used from several threads needs functions that bear that.
 *
 * OpenSSL, libcurl, cJSON and expat allocate for themselves, through their own hooks.
 */
typedef struct entitle_runtime {
    size_t struct_size; /* sizeof(entitle_runtime) */
    void *context;      /* handed to each function below */

    /* As malloc, realloc and free. */
    void *(*allocate)(void *context, size_t size);
    void *(*reallocate)(void *context, void *memory, size_t size);
    void (*release)(void *context, void *memory);

    /*
     * Fills `bytes` from a cryptographically secure source; false when it cannot, and
     * the call then fails rather than go on with less. Ordinarily getrandom(2).
     */
    bool (*random)(void *context, void *bytes, size_t length);

    /* Milliseconds since 1970-01-01 UTC. */
    int64_t (*wall_ms)(void *context);

    /* Milliseconds since some fixed moment, never going back. */
    int64_t (*monotonic_ms)(void *context);

    /* Waits; may return early. Asked for at most 50 ms at a time. */
    void (*sleep_ms)(void *context, int64_t duration_ms);

    /* The value of an environment variable, or NULL. Ordinarily getenv(3). */
    const char *(*environment)(void *context, const char *name);

    /* Takes one line without a newline. Ordinarily nothing is logged. */
    void (*log)(void *context, entitle_log_level level, const char *message);

    /*
     * Asked at least every 50 ms while the library waits for anything; once it returns
     * true, the call ends with ENTITLE_INTERRUPTED. Ordinarily never.
     */
    bool (*interrupted)(void *context);
} entitle_runtime;

#endif
