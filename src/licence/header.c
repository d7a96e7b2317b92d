/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/header.h"

#include "base/error.h"
#include "base/text.h"
#include "licence/keys.h"

#include <string.h>

#define ISSUE_ANEW "ask the seller for a licence made by entitle-licence-issue"

static entitle_status
refuse(entitle_error *error, const char *message)
{
    ent_fail(error, ENTITLE_BAD_HEADER, "the licence's header %s", message);
    ent_hint(error, ISSUE_ANEW);
    return ENTITLE_BAD_HEADER;
}

static entitle_status
read_algorithm(ent_licence_header *header, entitle_error *error)
{
    const char *name = ent_json_string(ent_json_member(header->json, "alg"));

    if (name != NULL && strcmp(name, "ES256") == 0) {
        header->algorithm = ENT_SIGNER_ES256;
        return ENTITLE_OK;
    }
    if (name != NULL && strcmp(name, "RS256") == 0) {
        header->algorithm = ENT_SIGNER_RS256;
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_ALGORITHM_NOT_ALLOWED,
        "the licence names the algorithm '%.32s', where only ES256 and RS256 are "
        "accepted",
        name != NULL ? name : "");
    ent_hint(error, ISSUE_ANEW);
    return ENTITLE_ALGORITHM_NOT_ALLOWED;
}

static entitle_status
read_key_id(ent_licence_header *header, entitle_error *error)
{
    const char *id = ent_json_string(ent_json_member(header->json, "kid"));

    if (id == NULL) {
        return refuse(error, "names no key ('kid')");
    }
    if (!ent_licence_key_id_is_written_well(id, strlen(id)) ||
        ent_licence_key_id_is_version(id, strlen(id))) {
        return refuse(error, "names a key by something that is no id of one ('kid')");
    }
    header->key_id = id;
    return ENTITLE_OK;
}

static entitle_status
check_type(const ent_licence_header *header, entitle_error *error)
{
    const ent_json *type = ent_json_member(header->json, "typ");
    const char *text = ent_json_string(type);

    if (type != NULL && (text == NULL || !ent_text_equal_ignoring_case(text, "JWT"))) {
        return refuse(error, "has a 'typ' that is something else than JWT");
    }
    return ENTITLE_OK;
}

/*
 * Nothing that libjwt, or a later one, could take for an order: a key within the
 * licence, an encoding, a member that must be understood.
 */
static entitle_status
check_members(const ent_licence_header *header, entitle_error *error)
{
    static const char *const known[] = { "alg", "kid", "typ" };
    size_t count = 0;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        count += ent_json_member(header->json, known[i]) != NULL ? 1 : 0;
    }
    if (ent_json_member_count(header->json) != count) {
        return refuse(error, "has a member beside 'alg', 'kid' and 'typ'");
    }
    return ENTITLE_OK;
}

entitle_status
ent_licence_header_read(
    const char *text, size_t length, ent_licence_header *out, entitle_error *error)
{
    ent_json_fault fault;

    *out = (ent_licence_header){ .json = ent_json_parse_object(text, length, &fault) };
    if (out->json == NULL && fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    if (out->json == NULL) {
        ent_fail(
            error,
            ENTITLE_BAD_HEADER,
            "the licence's header is not acceptable JSON: %s",
            fault.reason);
        ent_hint(error, ISSUE_ANEW);
        return ENTITLE_BAD_HEADER;
    }
    entitle_status status = read_algorithm(out, error);
    if (status == ENTITLE_OK) {
        status = check_members(out, error);
    }
    if (status == ENTITLE_OK) {
        status = check_type(out, error);
    }
    if (status == ENTITLE_OK) {
        status = read_key_id(out, error);
    }
    return status;
}

void
ent_licence_header_clear(ent_licence_header *header)
{
    ent_json_free(header->json);
    *header = (ent_licence_header){ .json = NULL };
}
