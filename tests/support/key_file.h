/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_KEY_FILE_H
#define TEST_SUPPORT_KEY_FILE_H

#include <openssl/evp.h>

/*
 * Private keys that tests make once and keep in the build folder, because each costs up
 * to half a second of processor time, and a hundred times as much under memcheck.
 */

/* NULL when there is none. Free the result. */
EVP_PKEY *key_file_read(const char *path);
/* Others never see half of it; without a place for it nothing is kept. */
void key_file_keep(const char *path, EVP_PKEY *key);

#endif
