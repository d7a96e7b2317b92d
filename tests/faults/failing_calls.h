/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_FAILING_CALLS_H
#define TEST_FAULTS_FAILING_CALLS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Calls that fail on demand. The programs here are linked with copies of the libraries
 * in which close() is named failing_close(), and so is every other function that they
 * take from outside and that can fail: CMakeLists.txt reads the names from the tables
 * failing_*.c. What the tests themselves call is the ordinary close().
 */
typedef enum failing_kind {
    FAILING_OWN,  /* what the libraries call */
    FAILING_INNER /* what is called for them in OpenSSL, libcurl, SQLite and others */
} failing_kind;

/*
 * From now on this thread's call of that number (0 is the first) of that kind fails,
 * and with `for_good` all after it.
 */
void failing_calls_begin(failing_kind kind, long at, bool for_good);

/* The same of every call of this function, and of no other. */
void failing_calls_begin_of(const char *name);

/* Ends it. How many calls failed. */
long failing_calls_end(void);

/* Of how many, since failing_calls_begin(). */
long failing_calls_made(void);

/* What the test does for a while is none of the library's: may be nested. */
void failing_calls_pause(void);
void failing_calls_go_on(void);

/* Whether what fails fails for good. */
bool failing_calls_last(void);

/* The first that failed since failing_calls_begin(), or NULL. */
const char *failing_calls_culprit(void);

/* For the tables: counts one call, and says whether it fails. */
bool failing_call(failing_kind kind, const char *name);

/* Whether children that are waited for would not end by themselves. */
extern bool failing_children_need_an_end;

/* Blocks of memory of the libraries and of what they use, that nobody has freed. */
long failing_blocks_in_use(void);

/* Memory for OpenSSL, cJSON, libcurl, expat and SQLite: before any of them is used. */
void failing_inner_memory_install(void);

/* Jansson's, which libjwt goes by: before either is used. */
void failing_licence_memory_install(void);

/* libpq's: before it is used. */
void failing_libpq_memory_install(void);

/* What SQLite asks of the operating system: after the former. */
void failing_inner_files_install(void);

/* For whatever has an allocator to be told. */
void *failing_inner_malloc(size_t size);
void *failing_inner_calloc(size_t count, size_t size);
void *failing_inner_realloc(void *block, size_t size);
char *failing_inner_strdup(const char *text);
void failing_inner_free(void *block);

#endif
