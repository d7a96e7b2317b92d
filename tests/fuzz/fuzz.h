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
 * What a target defines whose inputs have a structure (mutate_json.c, mutate_token.c):
 * alters `length` bytes in their place, where there is room for `room`, and returns how
 * many there are then. The same seed does the same.
 */
size_t
LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned seed);

/* The same without regard to any structure: libFuzzer's, or mutate_bytes.c. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t room);

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
