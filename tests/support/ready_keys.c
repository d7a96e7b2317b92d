/* SPDX-License-Identifier: Apache-2.0 */

/*
 * To be preloaded into the sandbox, which makes a key for each product at its first
 * start: some 0.4 s of processor time each, hundreds of times in a run of all tests.
 * The first RSA keys of a process come from a folder here instead, each made in earnest
 * and kept there when there is none. READY_KEYS_SET is the number of its set, so that a
 * test's processes have keys of their own each.
 */
#include "support/key_file.h"

#include <openssl/evp.h>

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_SIZE = 1024, KEYS_IN_A_SET = 4 };

typedef int generator(EVP_PKEY_CTX *context, EVP_PKEY **key);

/* ISO C has no way from an object's address to a function's; POSIX wants this one. */
static int
generate(EVP_PKEY_CTX *context, EVP_PKEY **key)
{
    generator *next = NULL;

    *(void **)&next = dlsym(RTLD_NEXT, "EVP_PKEY_keygen");
    return next != NULL ? next(context, key) : 0;
}

/* Of the next key; false when there is no place for it. */
static bool
format_path(char path[PATH_SIZE])
{
    static atomic_uint count;
    const char *set = getenv("READY_KEYS_SET");
    unsigned number = atomic_fetch_add(&count, 1);

    if (set == NULL || number >= KEYS_IN_A_SET) {
        return false;
    }
    (void)snprintf(path, PATH_SIZE, "%s/%s-%u.pem", READY_KEYS_FOLDER, set, number);
    return true;
}

int
EVP_PKEY_keygen(EVP_PKEY_CTX *context, EVP_PKEY **key)
{
    char path[PATH_SIZE];

    if (!EVP_PKEY_CTX_is_a(context, "RSA") || !format_path(path)) {
        return generate(context, key);
    }
    *key = key_file_read(path);
    if (*key != NULL) {
        return 1;
    }
    int result = generate(context, key);
    if (result == 1) {
        key_file_keep(path, *key);
    }
    return result;
}
