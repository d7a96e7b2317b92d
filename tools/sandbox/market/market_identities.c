/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "market/market_lists.h"

enum { IDENTITY_LIMIT = 256 };

/*
 * As whom it makes the calls of a seller. The first one does so whatever its kind, so
 * that one access key is enough to try everything.
 */
static const char *
read_seller(
    market_reader *reader, const ent_json *object, bool is_first, identity_kind kind)
{
    const reader_member from = { .object = object };
    const ent_json *seller = ent_json_member(object, "seller");
    if (seller != NULL && ent_json_is_null(seller)) {
        return NULL;
    }
    if (seller != NULL) {
        return reader_text(reader, &from, "seller", &market_rule_account);
    }
    return is_first || kind == IDENTITY_SELLER ? reader->market->products[0].seller
                                               : NULL;
}

static void
read_place(market_reader *reader, const ent_json *object, market_access_key *out)
{
    const reader_member from = { .object = object };
    out->account = reader_text(reader, &from, "account", &market_rule_account);
    if (out->account == NULL) {
        bool is_seller = out->kind == IDENTITY_SELLER && out->seller != NULL;
        out->account = is_seller ? out->seller : reader->first_customer->account;
    }
    out->region = reader_text(reader, &from, "region", &market_rule_region);
    if (out->region == NULL) {
        out->region = reader->market->region;
    }
}

static void
read_credentials(
    market_reader *reader, const reader_member *from, market_access_key *out)
{
    const reader_member own = { .object = from->object };
    out->access_key_id =
        reader_required_text(reader, &own, "access_key_id", &market_rule_access_key_id);
    out->secret_access_key =
        reader_text(reader, from, "secret_access_key", &market_rule_secret);
    out->session_token = reader_text(reader, &own, "session_token", &market_rule_token);
    out->expires_at_s = reader_time(reader, from->object, "expires", INT64_MAX);
    if (reader_failed(reader)) {
        return;
    }
    bool is_temporary = ent_text_starts_with(out->access_key_id, "ASIA");
    if (is_temporary != (out->session_token != NULL)) {
        reader_fault(
            reader,
            ent_json_member(from->object, "access_key_id"),
            "AWS's temporary keys begin with ASIA and have a session token, its "
            "long-term keys begin with AKIA and have none",
            is_temporary ? "wants a \"session_token\""
                         : "does not go with a \"session_token\"");
    }
}

static void
read_identity(
    market_reader *reader,
    const ent_json *object,
    bool is_first,
    market_access_key *out)
{
    static const char *const known[] = { "access_key_id",
                                         "secret_access_key",
                                         "session_token",
                                         "expires",
                                         "kind",
                                         "account",
                                         "seller",
                                         "region",
                                         NULL };
    if (!reader_open(reader, object, known)) {
        return;
    }
    const reader_member from = {
        .object = object,
        .fallback = json_first(ent_json_member(reader->defaults.root, "identities")),
    };
    read_credentials(reader, &from, out);
    const char *kind = reader_text(reader, &from, "kind", &market_rule_identity_kind);
    if (kind != NULL) {
        (void)identity_kind_find(kind, &out->kind);
    }
    out->seller = read_seller(reader, object, is_first, out->kind);
    read_place(reader, object, out);
}

void
market_read_identities(market_reader *reader)
{
    const ent_json *array = reader_top(reader, "identities");
    size_t count = reader_count(reader, array, 1, IDENTITY_LIMIT);
    market_access_key *keys = arena_allocate(reader->arena, count, sizeof(*keys));
    name_list names;
    if (keys == NULL || !name_list_init(&names, &reader->scratch, count)) {
        reader_fail_memory(reader);
        return;
    }
    const ent_json *object = json_first(array);
    for (size_t i = 0; i < count && !reader_failed(reader); i++) {
        read_identity(reader, object, i == 0, &keys[i]);
        if (!reader_failed(reader)) {
            name_list_add(
                &names,
                keys[i].access_key_id,
                ent_json_member(object, "access_key_id"),
                NULL);
        }
        object = json_next(object);
    }
    reader_require_distinct(reader, &names, true);
    reader->market->access_keys = keys;
    reader->market->access_key_count = count;
}
