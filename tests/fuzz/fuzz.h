/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_FUZZ_H
#define TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What each target defines, and libFuzzer or standalone_driver.c calls. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/*
 * What must hold for every input. Ends the program, which is how a fuzzer learns of it.
 */
#define FUZZ_REQUIRE(condition)                                                        \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(                                                                   \
                stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                   \
        }                                                                              \
    } while (0)

#endif
