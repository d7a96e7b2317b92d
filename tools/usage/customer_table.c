/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/customer_table.h"

/* --- Names ------------------------------------------------------------------------ */

static customer_name *
find_name(
    customer_table *table, text_tree *tree, const char *product_code, const char *text)
{
    text_key key;

    text_key_begin(&key);
    text_key_add(&key, product_code);
    text_key_add(&key, text);
    customer_name *name = text_tree_add_key(tree, &key, sizeof(customer_name));
    if (name == NULL) {
        table->has_failed = true;
        return NULL;
    }
    name->product_code = name->node.key;
    name->text = text_key_next(name->product_code);
    return name;
}

static void
note_license(
    customer_table *table,
    customer_name *account,
    const char *license_arn,
    int64_t hour_s)
{
    text_key key;

    text_key_begin(&key);
    text_key_add(&key, account->product_code);
    text_key_add(&key, account->text);
    text_key_add(&key, license_arn);
    customer_license *license =
        text_tree_add_key(&table->licenses, &key, sizeof(customer_license));
    if (license == NULL) {
        table->has_failed = true;
        return;
    }
    if (license->license_arn == NULL) {
        license->license_arn = text_key_next(text_key_next(license->node.key));
        license->next = account->licenses;
        account->licenses = license;
    }
    license->last_hour_s = hour_s > 0 ? hour_s : license->last_hour_s;
}

/* --- Pairs ------------------------------------------------------------------------ */

static void
add_pair(
    customer_table *table,
    const char *product_code,
    customer_name *identifier,
    customer_name *account)
{
    text_key key;

    text_key_begin(&key);
    text_key_add(&key, product_code);
    text_key_add(&key, identifier != NULL ? identifier->text : "");
    text_key_add(&key, account != NULL ? account->text : "");
    customer_pair *pair = text_tree_add_key(&table->pairs, &key, sizeof(customer_pair));
    if (pair == NULL) {
        table->has_failed = true;
        return;
    }
    if (pair->identifier != NULL || pair->account != NULL) {
        return;
    }
    pair->product_code = pair->node.key;
    pair->identifier = identifier;
    pair->account = account;
    if (identifier != NULL) {
        pair->next_of_identifier = identifier->pairs;
        identifier->pairs = pair;
    }
    if (account != NULL) {
        pair->next_of_account = account->pairs;
        account->pairs = pair;
    }
}

bool
customer_table_add(void *context, const entitle_ledger_customer *customer)
{
    customer_table *table = context;
    customer_name *identifier = NULL;
    customer_name *account = NULL;

    if (customer->identifier[0] != '\0') {
        identifier = find_name(
            table, &table->identifiers, customer->product_code, customer->identifier);
    }
    if (customer->account[0] != '\0') {
        account = find_name(
            table, &table->accounts, customer->product_code, customer->account);
    }
    if (account != NULL && customer->license_arn[0] != '\0') {
        note_license(table, account, customer->license_arn, 0);
    }
    if (identifier != NULL || account != NULL) {
        add_pair(table, customer->product_code, identifier, account);
    }
    return !table->has_failed;
}

/* --- Usage ------------------------------------------------------------------------ */

/* What AWS has been billing, or will be. */
static bool
is_billed(entitle_usage_state state)
{
    return state != ENTITLE_USAGE_REJECTED && state != ENTITLE_USAGE_LOST;
}

static void
note_doubled(customer_pair *pair, int64_t hour_s)
{
    if (pair->identifier == NULL || pair->account == NULL ||
        pair->identifier->last_hour_s != hour_s ||
        pair->account->last_hour_s != hour_s || pair->last_doubled_s == hour_s) {
        return;
    }
    pair->last_doubled_s = hour_s;
    pair->doubled_hours++;
}

static void
count_of_account(
    customer_table *table, const entitle_ledger_record *record, int64_t hour_s)
{
    customer_name *name =
        find_name(table, &table->accounts, record->product_code, record->customer);

    if (name == NULL) {
        return;
    }
    name->last_hour_s = hour_s;
    note_license(table, name, record->license_arn, hour_s);
    for (customer_pair *pair = name->pairs; pair != NULL;
         pair = pair->next_of_account) {
        note_doubled(pair, hour_s);
    }
}

static void
count_of_identifier(
    customer_table *table, const entitle_ledger_record *record, int64_t hour_s)
{
    customer_name *name =
        find_name(table, &table->identifiers, record->product_code, record->customer);

    if (name == NULL) {
        return;
    }
    name->last_hour_s = hour_s;
    for (customer_pair *pair = name->pairs; pair != NULL;
         pair = pair->next_of_identifier) {
        note_doubled(pair, hour_s);
    }
}

bool
customer_table_count(void *context, const entitle_ledger_record *record)
{
    customer_table *table = context;
    int64_t hour_s = entitle_usage_hour(record->hour_s);

    if (record->customer[0] == '\0' || !is_billed(record->state)) {
        return true;
    }
    if (record->license_arn[0] != '\0') {
        count_of_account(table, record, hour_s);
    } else {
        count_of_identifier(table, record, hour_s);
    }
    return !table->has_failed;
}

/* --- The whole -------------------------------------------------------------------- */

bool
customer_table_finish(customer_table *table)
{
    for (text_node *node = table->identifiers.first; node != NULL; node = node->next) {
        customer_name *name = (customer_name *)node;
        if (name->pairs == NULL) {
            add_pair(table, name->product_code, name, NULL);
        }
    }
    for (text_node *node = table->accounts.first; node != NULL; node = node->next) {
        customer_name *name = (customer_name *)node;
        if (name->pairs == NULL) {
            add_pair(table, name->product_code, NULL, name);
        }
    }
    return !table->has_failed;
}

void
customer_table_clear(customer_table *table)
{
    text_tree_clear(&table->pairs);
    text_tree_clear(&table->licenses);
    text_tree_clear(&table->accounts);
    text_tree_clear(&table->identifiers);
}
