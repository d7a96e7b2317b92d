/* SPDX-License-Identifier: Apache-2.0 */
#include "token/header.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/*
 * Members that would change what is verified, or with which key. They are refused even
 * where they would be harmless: AWS sends none, and somebody else's reader could obey.
 */
static const char *const forbidden[] = {
    "crit", "b64", "jwk", "jku", "x5u", "x5c", "zip",
};

static entitle_status
check_algorithm(const ent_header *header, entitle_error *error)
{
    if (header->algorithm == NULL) {
        return ent_fail(
            error,
            ENTITLE_ALGORITHM_NOT_ALLOWED,
            "the header names no algorithm, where only PS256 is accepted");
    }
    if (strcmp(header->algorithm, "PS256") != 0) {
        return ent_fail(
            error,
            ENTITLE_ALGORITHM_NOT_ALLOWED,
            "the header names the algorithm '%.32s', where only PS256 is accepted",
            header->algorithm);
    }
    return ENTITLE_OK;
}

static entitle_status
check_type(const ent_header *header, entitle_error *error)
{
    if (ent_json_member(header->json, "typ") == NULL) {
        return ENTITLE_OK;
    }
    if (header->type == NULL || !ent_text_equal_ignoring_case(header->type, "JWT")) {
        return ent_fail(
            error, ENTITLE_BAD_HEADER, "the header's 'typ' is something else than JWT");
    }
    return ENTITLE_OK;
}

static entitle_status
check_forbidden(const ent_header *header, entitle_error *error)
{
    for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
        if (ent_json_member(header->json, forbidden[i]) != NULL) {
            return ent_fail(
                error,
                ENTITLE_BAD_HEADER,
                "the header has the member '%s', which is not accepted",
                forbidden[i]);
        }
    }
    return ENTITLE_OK;
}

entitle_status
ent_header_read(const char *text, size_t length, ent_header *out, entitle_error *error)
{
    ent_json_fault fault;

    *out = (ent_header){ .json = ent_json_parse_object(text, length, &fault) };
    if (out->json == NULL) {
        return fault.out_of_memory ? ent_fail_memory(error)
                                   : ent_fail(
                                         error,
                                         ENTITLE_BAD_HEADER,
                                         "the header is not acceptable JSON: %s",
                                         fault.reason);
    }
    out->algorithm = ent_json_string(ent_json_member(out->json, "alg"));
    out->type = ent_json_string(ent_json_member(out->json, "typ"));

    entitle_status status = check_algorithm(out, error);
    if (status == ENTITLE_OK) {
        status = check_type(out, error);
    }
    if (status == ENTITLE_OK) {
        status = check_forbidden(out, error);
    }
    return status;
}

void
ent_header_clear(ent_header *header)
{
    ent_json_free(header->json);
    *header = (ent_header){ 0 };
}
