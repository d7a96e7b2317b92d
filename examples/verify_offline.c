/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Verifies a token that RegisterUsage answered with, offline: for programs that fetch
 * it with an SDK of their own. Linked with the static library it loads no libcurl.
 *
 * Usage: verify_offline KEYS TOKEN_FILE PRODUCT_CODE NONCE
 */
#include <entitle/keyring.h>
#include <entitle/token.h>

#include <openssl/crypto.h>

#include <stdio.h>

enum {
    TOKEN_LIMIT = 65536, /* the library's; one byte more is refused by it */
    EXIT_REFUSED = 1,
    EXIT_UNUSABLE = 2
};

/*
 * Saves a third of the start: no configuration file, no error texts. This is global to
 * the process, so that only a program may choose it, never a library.
 */
static void
start_openssl_leanly(void)
{
    OPENSSL_init_crypto(
        OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
            OPENSSL_INIT_NO_ATEXIT,
        NULL);
}

/* The bytes of the file without one newline at their end; false when unreadable. */
static bool
read_token(const char *path, char *token, size_t size, size_t *out_length)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return false;
    }
    *out_length = fread(token, 1, size, file);
    if (*out_length > 0 && token[*out_length - 1] == '\n') {
        --*out_length;
    }
    bool readable = ferror(file) == 0;
    fclose(file);
    return readable;
}

static int
judge(
    const entitle_keyring *keyring,
    const char *token,
    size_t length,
    const entitle_expectation *expectation)
{
    entitle_verification *verification = NULL;
    entitle_error error;

    if (entitle_verify(keyring, token, length, expectation, &verification, &error) !=
        ENTITLE_OK) {
        fprintf(stderr, "verify_offline: %s\n", error.message);
        return EXIT_UNUSABLE;
    }
    bool valid = entitle_verification_is_valid(verification);
    puts(entitle_verification_message(verification));
    entitle_verification_free(verification);
    return valid ? 0 : EXIT_REFUSED;
}

int
main(int argc, char **argv)
{
    static char token[TOKEN_LIMIT + 2];
    size_t length = 0;
    int result = EXIT_UNUSABLE;
    entitle_keyring *keyring = NULL;
    entitle_error error;

    if (argc != 5) {
        fputs("Usage: verify_offline KEYS TOKEN_FILE PRODUCT_CODE NONCE\n", stderr);
        return EXIT_UNUSABLE;
    }
    start_openssl_leanly();
    if (!read_token(argv[2], token, sizeof(token), &length)) {
        perror(argv[2]);
    } else if (
        entitle_keyring_new(NULL, &keyring, &error) != ENTITLE_OK ||
        entitle_keyring_add_directory(keyring, argv[1], &error) != ENTITLE_OK) {
        fprintf(stderr, "verify_offline: %s\n", error.message);
    } else {
        const entitle_expectation expectation = { .struct_size = sizeof(expectation),
                                                  .product_code = argv[3],
                                                  .nonce = argv[4] };
        result = judge(keyring, token, length, &expectation);
    }
    entitle_keyring_free(keyring);
    return result;
}
