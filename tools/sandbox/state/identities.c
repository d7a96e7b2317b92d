/* SPDX-License-Identifier: Apache-2.0 */
#include "state/identities.h"

#include "base/error.h"
#include "base/memory.h"
#include "state/statements.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The slots of the access keys come first, then those of the containers, as a ring. */
struct identity_list {
    entitle_runtime runtime;
    sandbox_store *store;
    const sandbox_market *market;
    size_t slot_count;
    sandbox_identity *slots;
    uint64_t containers_made; /* since the start or the last reset */
    bool *registered;         /* slot_count rows of product_count */
};

enum { ORIGIN_SIZE = 512 };

/* What the market said when the identity was made: another origin, another identity. */
static void
describe_origin(const market_access_key *key, char out[ORIGIN_SIZE])
{
    (void)snprintf(
        out,
        ORIGIN_SIZE,
        "%s %s %s",
        identity_kind_name(key->kind),
        key->account,
        key->region);
}

/* Containers run where, and for whom, the default access key does. */
static sandbox_identity
make_identity(const market_access_key *key, identity_kind kind)
{
    return (sandbox_identity){
        .kind = kind,
        .account = key->account,
        .seller = key->seller,
        .region = key->region,
    };
}

static void
set_number(sandbox_identity *identity, uint64_t number)
{
    identity->number = number;
    (void)snprintf(
        identity->name,
        sizeof(identity->name),
        "%s/%" PRIu64,
        identity_kind_name(identity->kind),
        number);
}

static sandbox_identity *
container_slot(const identity_list *list, uint64_t made)
{
    return &list->slots[list->market->access_key_count + made % CONTAINER_LIMIT];
}

/* The row of a slot in `registered`. */
static bool *
registrations(const identity_list *list, const sandbox_identity *identity)
{
    size_t slot = (size_t)(identity - list->slots);
    return list->registered + slot * list->market->product_count;
}

static void
occupy(const identity_list *list, sandbox_identity *slot, const sandbox_identity *fresh)
{
    *slot = *fresh;
    memset(registrations(list, slot), 0, list->market->product_count * sizeof(bool));
}

static sandbox_identity *
find(const identity_list *list, uint64_t number)
{
    for (size_t i = 0; i < list->slot_count; i++) {
        if (number != 0 && list->slots[i].number == number) {
            return &list->slots[i];
        }
    }
    return NULL;
}

/* `key` is NULL for a container. */
static bool
insert(identity_list *list, const market_access_key *key, sandbox_identity *fresh)
{
    char origin[ORIGIN_SIZE] = "";
    if (key != NULL) {
        describe_origin(key, origin);
    }
    sqlite3_stmt *statement = store_statement_of(list->store, STATEMENT_IDENTITY_ADD);
    statement_bind_text(statement, 1, key != NULL ? key->access_key_id : NULL);
    statement_bind_text(statement, 2, origin);
    statement_bind_text(statement, 3, identity_kind_name(fresh->kind));
    statement_bind_text(statement, 4, fresh->key);
    (void)sqlite3_bind_int64(statement, 5, fresh->began_at_s);
    bool is_added = statement_run(statement);
    sqlite3 *database = sqlite3_db_handle(statement);
    set_number(fresh, (uint64_t)sqlite3_last_insert_rowid(database));
    return is_added;
}

static bool
run_with_number(identity_list *list, store_statement which, uint64_t number)
{
    sqlite3_stmt *statement = store_statement_of(list->store, which);
    (void)sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
    return statement_run(statement);
}

static bool
remove_stored(identity_list *list, uint64_t number)
{
    return number == 0 ||
           (run_with_number(list, STATEMENT_REGISTRATIONS_REMOVE, number) &&
            run_with_number(list, STATEMENT_IDENTITY_REMOVE, number));
}

/* Puts `fresh` where `slot` was, in a transaction. */
static bool
replace(
    identity_list *list,
    sandbox_identity *slot,
    const market_access_key *key,
    sandbox_identity *fresh)
{
    if (!store_begin(list->store)) {
        return false;
    }
    if (!remove_stored(list, slot->number) || !insert(list, key, fresh)) {
        store_roll_back(list->store);
        return false;
    }
    if (!store_commit(list->store)) {
        return false;
    }
    occupy(list, slot, fresh);
    return true;
}

static bool
read_identity(sqlite3_stmt *row, const market_access_key *key, sandbox_identity *out)
{
    identity_kind kind = IDENTITY_EKS_POD_IDENTITY;
    const char *name = statement_text(row, 1);
    if (!identity_kind_find(name, &kind) &&
        strcmp(name, identity_kind_name(kind)) != 0) {
        return false;
    }
    *out = make_identity(key, kind);
    (void)snprintf(out->key, sizeof(out->key), "%s", statement_text(row, 2));
    out->began_at_s = sqlite3_column_int64(row, 3);
    set_number(out, (uint64_t)sqlite3_column_int64(row, 0));
    return true;
}

static void
load_of_key(const identity_list *list, sqlite3_stmt *row)
{
    const sandbox_market *market = list->market;
    const market_access_key *key =
        market_find_access_key(market, statement_text(row, 4));
    if (key == NULL) {
        return;
    }
    char origin[ORIGIN_SIZE];
    sandbox_identity known;
    describe_origin(key, origin);
    if (strcmp(origin, statement_text(row, 5)) == 0 &&
        read_identity(row, key, &known)) {
        occupy(list, &list->slots[key - market->access_keys], &known);
    }
}

static bool
load_of_keys(const identity_list *list)
{
    sqlite3_stmt *rows = store_statement_of(list->store, STATEMENT_IDENTITIES_OF_KEYS);
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
        load_of_key(list, rows);
    }
    (void)sqlite3_reset(rows);
    return rc == SQLITE_DONE;
}

static bool
load_containers(identity_list *list)
{
    sqlite3_stmt *rows = store_statement_of(list->store, STATEMENT_CONTAINERS);
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
        sandbox_identity known;
        if (read_identity(rows, &list->market->access_keys[0], &known)) {
            occupy(list, container_slot(list, list->containers_made), &known);
            list->containers_made++;
        }
    }
    (void)sqlite3_reset(rows);
    return rc == SQLITE_DONE;
}

static bool
load_registrations(const identity_list *list)
{
    sqlite3_stmt *rows = store_statement_of(list->store, STATEMENT_REGISTRATIONS);
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
        const sandbox_identity *identity =
            find(list, (uint64_t)sqlite3_column_int64(rows, 0));
        const market_product *product =
            market_find_product(list->market, statement_text(rows, 1));
        if (identity != NULL && product != NULL) {
            registrations(list, identity)[product - list->market->products] = true;
        }
    }
    (void)sqlite3_reset(rows);
    return rc == SQLITE_DONE;
}

static bool
make_missing(identity_list *list, int64_t service_s)
{
    for (size_t i = 0; i < list->market->access_key_count; i++) {
        if (list->slots[i].number == 0 &&
            !identities_renew(list, i, list->market->access_keys[i].kind, service_s)) {
            return false;
        }
    }
    return true;
}

static bool
load(identity_list *list, int64_t service_s)
{
    return load_of_keys(list) && load_containers(list) && load_registrations(list) &&
           make_missing(list, service_s);
}

entitle_status
identities_open(
    const entitle_runtime *runtime,
    sandbox_store *store,
    const sandbox_market *market,
    int64_t service_s,
    identity_list **out,
    entitle_error *error)
{
    identity_list *list = ent_allocate(runtime, sizeof(*list));
    if (list == NULL) {
        return ent_fail_memory(error);
    }
    list->runtime = *runtime;
    list->store = store;
    list->market = market;
    list->slot_count = market->access_key_count + CONTAINER_LIMIT;
    list->slots = ent_allocate(runtime, list->slot_count * sizeof(*list->slots));
    list->registered =
        ent_allocate(runtime, list->slot_count * market->product_count * sizeof(bool));
    if (list->slots == NULL || list->registered == NULL) {
        identities_close(list);
        return ent_fail_memory(error);
    }
    if (!load(list, service_s)) {
        identities_close(list);
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot read or keep who exists");
    }
    *out = list;
    return ENTITLE_OK;
}

void
identities_close(identity_list *list)
{
    if (list == NULL) {
        return;
    }
    const entitle_runtime runtime = list->runtime;
    ent_release(&runtime, list->registered);
    ent_release(&runtime, list->slots);
    ent_release(&runtime, list);
}

const sandbox_identity *
identities_of_key(const identity_list *list, size_t index)
{
    return &list->slots[index];
}

const sandbox_identity *
identities_find(const identity_list *list, uint64_t number)
{
    return find(list, number);
}

bool
identities_renew(
    identity_list *list, size_t index, identity_kind kind, int64_t service_s)
{
    const market_access_key *key = &list->market->access_keys[index];
    sandbox_identity fresh = make_identity(key, kind);
    fresh.began_at_s = service_s;
    return replace(list, &list->slots[index], key, &fresh);
}

const sandbox_identity *
identities_meet_container(
    identity_list *list, identity_kind kind, const char *key, int64_t service_s)
{
    for (size_t i = 0; i < identities_count_containers(list); i++) {
        const sandbox_identity *known = identities_container(list, i);
        if (known->kind == kind && strcmp(known->key, key) == 0) {
            return known;
        }
    }
    sandbox_identity fresh = make_identity(&list->market->access_keys[0], kind);
    fresh.began_at_s = service_s;
    (void)snprintf(fresh.key, sizeof(fresh.key), "%s", key);
    sandbox_identity *slot = container_slot(list, list->containers_made);
    if (!replace(list, slot, NULL, &fresh)) {
        return NULL;
    }
    list->containers_made++;
    return slot;
}

size_t
identities_count_containers(const identity_list *list)
{
    return list->containers_made < CONTAINER_LIMIT ? (size_t)list->containers_made
                                                   : CONTAINER_LIMIT;
}

const sandbox_identity *
identities_container(const identity_list *list, size_t index)
{
    uint64_t oldest = list->containers_made - identities_count_containers(list);
    return container_slot(list, oldest + index);
}

bool
identities_reset(identity_list *list, int64_t service_s)
{
    identity_list *fresh = NULL;
    if (identities_open(
            &list->runtime, list->store, list->market, service_s, &fresh, NULL) !=
            ENTITLE_OK ||
        fresh == NULL) {
        return false;
    }
    const identity_list old = *list;
    *list = *fresh;
    *fresh = old;
    identities_close(fresh);
    return true;
}

bool
identities_is_registered(
    const identity_list *list, uint64_t number, const market_product *product)
{
    const sandbox_identity *identity = find(list, number);
    return identity != NULL &&
           registrations(list, identity)[product - list->market->products];
}

bool
identities_register(identity_list *list, uint64_t number, const market_product *product)
{
    const sandbox_identity *identity = find(list, number);
    if (identity == NULL || !store_begin(list->store)) {
        return false;
    }
    sqlite3_stmt *statement =
        store_statement_of(list->store, STATEMENT_REGISTRATION_ADD);
    (void)sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
    statement_bind_text(statement, 2, product->code);
    if (!statement_run(statement)) {
        store_roll_back(list->store);
        return false;
    }
    if (!store_commit(list->store)) {
        return false;
    }
    registrations(list, identity)[product - list->market->products] = true;
    return true;
}
