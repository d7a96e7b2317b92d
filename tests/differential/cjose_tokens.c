/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"
#include "whole_file.h"

#include <cjose/cjose.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Usage: cjose_tokens KEY.jwk
 *
 * What cjose says of each token, used as its documentation tells: parsed, held against
 * the one algorithm that is allowed, verified.
 */

static const char *
judge(cjose_jws_t *jws, const cjose_jwk_t *key, cjose_err *error)
{
    uint8_t *payload = NULL;
    size_t length = 0;
    const char *algorithm =
        cjose_header_get(cjose_jws_get_protected(jws), CJOSE_HDR_ALG, error);

    if (algorithm == NULL || strcmp(algorithm, CJOSE_HDR_ALG_PS256) != 0) {
        return "not PS256";
    }
    if (!cjose_jws_verify(jws, key, error) ||
        !cjose_jws_get_plaintext(jws, &payload, &length, error)) {
        return error->message;
    }
    line_accept(payload, length);
    return NULL;
}

int
main(int argc, char **argv)
{
    cjose_err error = { 0 };
    line_question question = { 0 };

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("cjose " CJOSE_VERSION);
        return EXIT_SUCCESS;
    }
    char *jwk = whole_file(argc == 2 ? argv[1] : "");
    cjose_jwk_t *key = cjose_jwk_import(jwk, strlen(jwk), &error);
    if (key == NULL) {
        fprintf(stderr, "no key: %s\n", error.message);
        return EXIT_FAILURE;
    }
    while (line_read(&question)) {
        const line_field *token = &question.fields[0];
        cjose_jws_t *jws = cjose_jws_import(token->bytes, token->length, &error);
        const char *refusal = jws == NULL ? error.message : judge(jws, key, &error);
        if (refusal != NULL) {
            line_refuse(refusal);
        }
        cjose_jws_release(jws);
    }
    line_release(&question);
    cjose_jwk_release(key);
    free(jwk);
    return EXIT_SUCCESS;
}
