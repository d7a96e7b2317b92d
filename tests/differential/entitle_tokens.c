/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"

#include <entitle/token.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Usage: entitle_tokens KEY.pem PRODUCT_CODE NONCE AT
 *
 * What the library says of each token, judged by this key as version 1 at this time. A
 * refusal is the name of its reason and the sentence about it.
 */

static void
judge(
    const entitle_keyring *keyring,
    const entitle_expectation *expected,
    const line_field *token)
{
    entitle_verification *verification = NULL;
    entitle_error error;
    char reason[1024];

    if (entitle_verify(
            keyring, token->bytes, token->length, expected, &verification, &error) !=
        ENTITLE_OK) {
        fprintf(stderr, "nothing was judged: %s\n", error.message);
        exit(EXIT_FAILURE);
    }
    if (entitle_verification_is_valid(verification)) {
        const char *json =
            entitle_claims_json(entitle_verification_claims(verification));
        line_accept(json, strlen(json));
    } else {
        snprintf(
            reason,
            sizeof(reason),
            "%s: %s",
            entitle_status_name(entitle_verification_reason(verification)),
            entitle_verification_message(verification));
        line_refuse(reason);
    }
    entitle_verification_free(verification);
}

int
main(int argc, char **argv)
{
    entitle_keyring *keyring = NULL;
    entitle_error error = { 0 };
    line_question question = { 0 };

    if (argc != 5) {
        return EXIT_FAILURE;
    }
    const entitle_expectation expected = {
        .struct_size = sizeof(expected),
        .product_code = argv[2],
        .nonce = argv[3],
        .at_s = strtoll(argv[4], NULL, 10),
    };
    if (entitle_keyring_new(NULL, &keyring, &error) != ENTITLE_OK ||
        entitle_keyring_add_file(keyring, 1, argv[1], &error) != ENTITLE_OK) {
        fprintf(stderr, "no key: %s\n", error.message);
        return EXIT_FAILURE;
    }
    while (line_read(&question)) {
        judge(keyring, &expected, &question.fields[0]);
    }
    line_release(&question);
    entitle_keyring_free(keyring);
    return EXIT_SUCCESS;
}
