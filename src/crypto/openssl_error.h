/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_OPENSSL_ERROR_H
#define ENT_CRYPTO_OPENSSL_ERROR_H

#include <stdbool.h>

/*
 * Whether the OpenSSL call that has just failed did so for want of memory, and not
 * because of what it was given. Empties this thread's queue of OpenSSL errors, which
 * has to have been empty before that call.
 */
bool ent_openssl_ran_out_of_memory(void);

#endif
