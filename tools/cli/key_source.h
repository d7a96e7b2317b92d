/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_KEY_SOURCE_H
#define CLI_KEY_SOURCE_H

#include <entitle/keyring.h>

#include <stdbool.h>
#include <stdint.h>

bool is_directory(const char *path);
bool is_file(const char *path); /* there, and no folder */

/*
 * Loads a folder of `<version>.pem` or, with a version that is not 0, one file. `*out`
 * is NULL on failure.
 */
ENTITLE_CHECKED entitle_status key_source_load(
    const char *path, uint32_t version, entitle_keyring **out, entitle_error *error);

#endif
