/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"
#include "whole_file.h"

#include <rhonabwy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Usage: rhonabwy_tokens KEY.jwk
 *
 * What rhonabwy, which computes by GnuTLS and Nettle, says of each token: parsed
 * without keys from the header, held against the one algorithm that is allowed,
 * verified.
 */

static const char *
judge(jwt_t *jwt, jwk_t *key, const line_field *token)
{
    if (r_jwt_parsen(jwt, token->bytes, token->length, 0) != RHN_OK) {
        return "not a JWT";
    }
    if (r_jwt_get_sign_alg(jwt) != R_JWA_ALG_PS256) {
        return "not PS256";
    }
    if (r_jwt_verify_signature(jwt, key, 0) != RHN_OK) {
        return "bad signature";
    }
    char *claims = r_jwt_get_full_claims_str(jwt);
    if (claims == NULL) {
        return "no claims";
    }
    line_accept(claims, strlen(claims));
    r_free(claims);
    return NULL;
}

static void
judge_and_end(jwk_t *key, const line_field *token)
{
    jwt_t *jwt = NULL;
    const char *refusal =
        r_jwt_init(&jwt) != RHN_OK ? "out of memory" : judge(jwt, key, token);

    if (refusal != NULL) {
        line_refuse(refusal);
    }
    (void)fflush(stdout);
    _exit(EXIT_SUCCESS);
}

static void
judge_apart(jwk_t *key, const line_field *token)
{
    int status = 0;

    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        judge_and_end(key, token);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("rhonabwy_tokens");
        exit(EXIT_FAILURE);
    }
    if (status != 0) {
        line_refuse("died of it");
    }
}

int
main(int argc, char **argv)
{
    line_question question = { 0 };
    jwk_t *key = NULL;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("rhonabwy " RHONABWY_VERSION_STR);
        return EXIT_SUCCESS;
    }
    char *jwk = whole_file(argc == 2 ? argv[1] : "");
    if (r_global_init() != RHN_OK || r_jwk_init(&key) != RHN_OK ||
        r_jwk_import_from_json_str(key, jwk) != RHN_OK) {
        fprintf(stderr, "no key\n");
        return EXIT_FAILURE;
    }
    while (line_read(&question)) {
        judge_apart(key, &question.fields[0]);
    }
    line_release(&question);
    r_jwk_free(key);
    r_global_close();
    free(jwk);
    return EXIT_SUCCESS;
}
