/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_OPENSSL_ERROR_H
#define ENT_CRYPTO_OPENSSL_ERROR_H

#include <stdbool.h>

/*
 * Why an OpenSSL call has just failed. Each empties this thread's queue of OpenSSL
 * errors, which has to have been empty before that call.
 */

/*
 * Whether it is plain that memory was wanting. OpenSSL's decoders forget the cause of
 * an allocation that failed once, deep inside, and call the input unreadable.
 */
bool ent_openssl_ran_out_of_memory(void);

/*
 * The same after a call that may say no without a word: whether memory was wanting
 * then, or is now.
 */
bool ent_openssl_wants_memory(void);

/*
 * Whether RSA's rules refused a signature. Anything else that ends a verification, want
 * of memory above all, leaves errors of other kinds.
 */
bool ent_openssl_refused_signature(void);

#endif
