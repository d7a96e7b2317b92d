/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_state.h"

static bool
keep_customer(ent_sqlite *ledger, const ent_ledger_customer *customer, int64_t now_s)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_KEEP_CUSTOMER);

    return statement != NULL &&
           ent_sqlite_bind_text(statement, 1, customer->product_code) &&
           ent_sqlite_bind_text(statement, 2, customer->account) &&
           ent_sqlite_bind_text(statement, 3, customer->identifier) &&
           ent_sqlite_bind_text(statement, 4, customer->license_arn) &&
           ent_sqlite_bind_integer(statement, 5, now_s) && ent_sqlite_run(statement);
}

entitle_status
ent_sqlite_keep_customer(
    ent_ledger *base,
    const ent_ledger_customer *customer,
    int64_t now_s,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    if (!ent_sqlite_do(ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(ledger, error);
    }
    bool holds = keep_customer(ledger, customer, now_s);
    entitle_status status = holds ? ENTITLE_OK : ent_sqlite_fail(ledger, error);
    return ent_sqlite_end(ledger, status, error);
}

entitle_status
ent_sqlite_customers(
    ent_ledger *base,
    ent_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_LIST_CUSTOMERS);
    if (statement == NULL) {
        return ent_sqlite_fail(ledger, error);
    }
    int result = sqlite3_step(statement);
    bool goes_on = true;
    while (goes_on && result == SQLITE_ROW) {
        const ent_ledger_customer customer = {
            .product_code = ent_sqlite_text_of(statement, 0),
            .account = ent_sqlite_text_of(statement, 1),
            .identifier = ent_sqlite_text_of(statement, 2),
            .license_arn = ent_sqlite_text_of(statement, 3),
        };
        goes_on = visit(context, &customer);
        result = goes_on ? sqlite3_step(statement) : SQLITE_DONE;
    }
    bool holds = sqlite3_reset(statement) == SQLITE_OK && result == SQLITE_DONE;
    return holds ? ENTITLE_OK : ent_sqlite_fail(ledger, error);
}

ent_sqlite_finding
ent_sqlite_find_other_identity(
    ent_sqlite *ledger, const ent_usage_key *key, int64_t hour_s, bool with_unsent)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(
        ledger,
        key->form == ENT_CUSTOMER_LICENSE ? ENT_SQL_FIND_BY_IDENTIFIER
                                          : ENT_SQL_FIND_BY_ACCOUNT);
    if (statement == NULL || !ent_sqlite_bind_text(statement, 1, key->product_code) ||
        !ent_sqlite_bind_text(statement, 2, key->customer) ||
        !ent_sqlite_bind_integer(statement, 3, hour_s) ||
        !ent_sqlite_bind_integer(statement, 4, with_unsent)) {
        return ENT_SQLITE_FIND_FAILED;
    }
    int result = sqlite3_step(statement);
    if (sqlite3_reset(statement) != SQLITE_OK) {
        return ENT_SQLITE_FIND_FAILED;
    }
    return result == SQLITE_ROW ? ENT_SQLITE_YES : ENT_SQLITE_NO;
}

/* Few customers ever leave: for most records there is nothing to write. */
static ent_sqlite_finding
has_former_customers(ent_sqlite *ledger)
{
    sqlite3_stmt *statement =
        ent_sqlite_statement_of(ledger, ENT_SQL_HAS_FORMER_CUSTOMERS);
    if (statement == NULL) {
        return ENT_SQLITE_FIND_FAILED;
    }
    int result = sqlite3_step(statement);
    if (sqlite3_reset(statement) != SQLITE_OK) {
        return ENT_SQLITE_FIND_FAILED;
    }
    return result == SQLITE_ROW ? ENT_SQLITE_YES : ENT_SQLITE_NO;
}

bool
ent_sqlite_note_subscription(ent_sqlite *ledger, int64_t record, bool is_subscribed)
{
    if (!is_subscribed) {
        return ent_sqlite_do_to(ledger, ENT_SQL_ADD_FORMER_CUSTOMER, record);
    }
    ent_sqlite_finding any = has_former_customers(ledger);

    return any == ENT_SQLITE_NO ||
           (any == ENT_SQLITE_YES &&
            ent_sqlite_do_to(ledger, ENT_SQL_DROP_FORMER_CUSTOMER, record));
}
