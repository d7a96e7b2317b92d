/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/openssl_error.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

bool
ent_openssl_ran_out_of_memory(void)
{
    unsigned long code = ERR_get_error();
    /* What OpenSSL refuses it explains; without memory it cannot even do that. */
    bool for_memory = code == 0;

    for (; code != 0; code = ERR_get_error()) {
        for_memory = for_memory || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    }
    return for_memory;
}

bool
ent_openssl_wants_memory(void)
{
    void *probe = OPENSSL_malloc(1);
    bool is_wanting = probe == NULL;

    OPENSSL_free(probe);
    for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
        is_wanting = is_wanting || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    }
    return is_wanting;
}

bool
ent_openssl_refused_signature(void)
{
    bool refused = false;

    for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
        refused =
            refused || (ERR_GET_LIB(code) == ERR_LIB_RSA && !ERR_COMMON_ERROR(code));
    }
    return refused;
}
