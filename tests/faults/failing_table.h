/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_FAILING_TABLE_H
#define TEST_FAULTS_FAILING_TABLE_H

#include "failing_calls.h"

#include <errno.h>

/*
 * The rows of the tables: CMakeLists.txt looks for them at the beginning of a line. A
 * row whose types are not those of the function does not compile.
 */

/* Not done, and fails with the value of the last argument. */
#define FAILING(name, result, parameters, arguments, failure)                          \
    __typeof__(name) failing_##name;                                                   \
    result failing_##name parameters                                                   \
    {                                                                                  \
        return failing_call(FAILING_OWN, #name) ? (failure) : name arguments;          \
    }

/* Done all the same: what was to be closed is closed. */
#define FAILING_AFTERWARDS(name, result, parameters, arguments, failure)               \
    __typeof__(name) failing_##name;                                                   \
    result failing_##name parameters                                                   \
    {                                                                                  \
        bool fails = failing_call(FAILING_OWN, #name);                                 \
        result outcome = name arguments;                                               \
        return fails ? (failure) : outcome;                                            \
    }

/* A function of its own follows. */
#define FAILING_SPECIALLY(name) __typeof__(name) failing_##name;

/* What is said and what `errno` is. */
#define WITH(number, value) (errno = (number), (value))

#endif
