/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_SWEEP_H
#define TEST_FAULTS_SWEEP_H

#include <entitle/error.h>

#include <stddef.h>

/*
 * One use of the libraries, made again and again: the first call fails, the second, and
 * so on, until it ends without having got so far; then the first and all after it, and
 * so on. Nothing may be left of it, neither memory nor descriptors.
 */
enum { FAULT_NONE_WITHIN = -1 };

typedef struct fault_scenario {
    const char *name;
    void (*prepare)(void); /* nothing fails here */

    /*
     * Calls fail here. ENTITLE_OK: it has succeeded, which is to be tried here or
     * below, and left `error` alone. Otherwise all of `error` is filled. Without
     * failures it has to succeed.
     */
    entitle_status (*act)(entitle_error *error);

    /* Nothing fails here, either: what is there is whole, and a repetition holds. */
    void (*inspect)(entitle_status status);
    void (*clear)(void);

    /*
     * Of the calls within other libraries each of so many, unless all are wanted; 0: 1.
     * FAULT_NONE_WITHIN: there are none. A sweep in which nothing fails is refused.
     */
    long stride;
} fault_scenario;

/* At the end so many calls without leaving any out, from now on. */
void fault_sweep_end_with(long count);

/*
 * What is of another library's own making: where a call within it fails, it may lose so
 * many blocks, in so few runs of a scenario, from now on.
 */
void fault_sweep_let_lose(long blocks, long runs);

/*
 * Of the calls of the libraries, and of those within others, each of so many unless all
 * are wanted, whatever the scenarios say, from now on.
 */
void fault_sweep_take_each(long own, long inner);

/* What the latest run has said; after ENTITLE_OK nothing of use. */
const entitle_error *fault_sweep_error(void);

/* A cmocka group of them; what main() returns. */
int fault_sweep(const char *group, const fault_scenario *scenarios, size_t count);

#define FAULT_SWEEP(group, scenarios)                                                  \
    fault_sweep((group), (scenarios), sizeof(scenarios) / sizeof((scenarios)[0]))

#endif
