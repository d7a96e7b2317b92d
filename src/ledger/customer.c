/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

typedef struct keeping {
    ent_store *store;
    const ent_ledger_customer *customer;
    int64_t now_s;
} keeping;

static bool
keep_customer(void *context)
{
    const keeping *kept = context;
    const ent_ledger_customer *customer = kept->customer;

    return ent_sql_run(
        kept->store->sql,
        ENT_SQL_KEEP_CUSTOMER,
        ENT_SQL_WITH(
            ent_sql_text(customer->product_code),
            ent_sql_text(customer->account),
            ent_sql_text(customer->identifier),
            ent_sql_text(customer->license_arn),
            ent_sql_integer(kept->now_s)));
}

entitle_status
ent_store_keep_customer(
    ent_ledger *base,
    const ent_ledger_customer *customer,
    int64_t now_s,
    entitle_error *error)
{
    keeping kept = { (ent_store *)base, customer, now_s };

    return ent_sql_transact(kept.store->sql, keep_customer, &kept, error);
}

typedef struct walking {
    ent_store *store;
    ent_ledger_customer_visitor *visit;
    void *context;
} walking;

static bool
walk_customers(void *context)
{
    const walking *walk = context;
    ent_sql_rows *rows =
        ent_sql_open(walk->store->sql, ENT_SQL_LIST_CUSTOMERS, ENT_SQL_WITH_NOTHING);
    bool goes_on = true;

    while (goes_on && ent_sql_next(rows)) {
        const ent_ledger_customer customer = {
            .product_code = ent_sql_text_of(rows, 0),
            .account = ent_sql_text_of(rows, 1),
            .identifier = ent_sql_text_of(rows, 2),
            .license_arn = ent_sql_text_of(rows, 3),
        };
        goes_on = walk->visit(walk->context, &customer);
    }
    return ent_sql_close(rows);
}

entitle_status
ent_store_customers(
    ent_ledger *base,
    ent_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error)
{
    walking walk = { (ent_store *)base, visit, context };

    return ent_sql_look(walk.store->sql, walk_customers, &walk, error);
}

bool
ent_store_find_other_identity(
    ent_store *store,
    const ent_usage_key *key,
    int64_t hour_s,
    bool with_unsent,
    bool *found)
{
    int64_t is_there = 0;
    bool holds = ent_sql_ask(
        store->sql,
        key->form == ENT_CUSTOMER_LICENSE ? ENT_SQL_FIND_BY_IDENTIFIER
                                          : ENT_SQL_FIND_BY_ACCOUNT,
        ENT_SQL_WITH(
            ent_sql_text(key->product_code),
            ent_sql_text(key->customer),
            ent_sql_integer(hour_s),
            ent_sql_integer(with_unsent)),
        &is_there);

    *found = is_there != 0;
    return holds;
}

bool
ent_store_lock_customer(ent_store *store, const ent_usage_key *key)
{
    return ent_sql_has_one_writer(store->sql) ||
           ent_sql_run(
               store->sql,
               key->form == ENT_CUSTOMER_LICENSE ? ENT_SQL_LOCK_ACCOUNT
                                                 : ENT_SQL_LOCK_IDENTIFIER,
               ENT_SQL_WITH(
                   ent_sql_text(key->product_code), ent_sql_text(key->customer)));
}

bool
ent_store_note_subscription(ent_store *store, int64_t record, bool is_subscribed)
{
    return ent_store_do_to(
        store,
        is_subscribed ? ENT_SQL_DROP_FORMER_CUSTOMER : ENT_SQL_ADD_FORMER_CUSTOMER,
        record);
}
