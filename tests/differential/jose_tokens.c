/* SPDX-License-Identifier: Apache-2.0 */
#include "lines.h"
#include "whole_file.h"

#include <jansson.h>
#include <jose/b64.h>
#include <jose/jose.h>
#include <jose/jws.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Usage: jose_tokens KEY.jwk
 *
 * What José says of each token. It knows no compact serialisation, so a token is cut at
 * its dots as the program `jose` does it, and held against the one algorithm that is
 * allowed before it is verified.
 */

static json_t *
take_apart(const line_field *token)
{
    const char *end = token->bytes + token->length;
    const char *first = memchr(token->bytes, '.', token->length);
    const char *second =
        first == NULL ? NULL : memchr(first + 1, '.', (size_t)(end - first) - 1);

    if (second == NULL) {
        return NULL;
    }
    return json_pack(
        "{s:s%, s:s%, s:s%}",
        "protected",
        token->bytes,
        (size_t)(first - token->bytes),
        "payload",
        first + 1,
        (size_t)(second - first) - 1,
        "signature",
        second + 1,
        (size_t)(end - second) - 1);
}

static bool
is_ps256(const json_t *jws)
{
    json_t *header = jose_jws_hdr(jws);
    const char *algorithm = json_string_value(json_object_get(header, "alg"));
    bool is_it = algorithm != NULL && strcmp(algorithm, "PS256") == 0;

    json_decref(header);
    return is_it;
}

static const char *
judge(const json_t *jws, const json_t *key)
{
    const json_t *encoded = json_object_get(jws, "payload");

    if (!is_ps256(jws)) {
        return "not PS256";
    }
    if (!jose_jws_ver(NULL, jws, NULL, key, false)) {
        return "does not hold";
    }
    size_t length = jose_b64_dec(encoded, NULL, 0);
    char *payload = length == SIZE_MAX ? NULL : malloc(length + 1);
    if (payload == NULL || jose_b64_dec(encoded, payload, length) != length) {
        free(payload);
        return "no payload";
    }
    line_accept(payload, length);
    free(payload);
    return NULL;
}

int
main(int argc, char **argv)
{
    line_question question = { 0 };

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("jose %d\n", JOSE_VERSION);
        return EXIT_SUCCESS;
    }
    char *text = whole_file(argc == 2 ? argv[1] : "");
    json_t *key = json_loads(text, 0, NULL);
    if (key == NULL) {
        fprintf(stderr, "no key\n");
        return EXIT_FAILURE;
    }
    while (line_read(&question)) {
        json_t *jws = take_apart(&question.fields[0]);
        const char *refusal = jws == NULL ? "not three parts" : judge(jws, key);
        if (refusal != NULL) {
            line_refuse(refusal);
        }
        json_decref(jws);
    }
    line_release(&question);
    json_decref(key);
    free(text);
    return EXIT_SUCCESS;
}
