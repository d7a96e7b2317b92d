/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_MEMORY_FILE_H
#define TEST_FUZZ_MEMORY_FILE_H

#include <stddef.h>

/*
 * The path of a file that holds these bytes, in memory, until the next call. It is gone
 * when the program ends, however that happens.
 */
const char *memory_file(const void *bytes, size_t length);

#endif
