/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/balance_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One licence is printed with and without "arn:". */
static void
add_license(text_key *key, const char *arn)
{
    char whole[2100] = "";
    bool is_whole = arn[0] == '\0' || strncmp(arn, "arn:", 4) == 0;
    int length = snprintf(whole, sizeof(whole), "%s%s", is_whole ? "" : "arn:", arn);

    key->is_too_long = key->is_too_long || length >= (int)sizeof(whole);
    text_key_add(key, whole);
}

/*
 * The hour comes first, since rows are told in the order of their keys. A licence is of
 * one product, which events that name it leave out.
 */
static void
write_key(const balance_name *name, text_key *key)
{
    char hour[24];

    (void)snprintf(hour, sizeof(hour), "%020" PRId64, name->hour_s);
    text_key_begin(key);
    text_key_add(key, hour);
    text_key_add(key, name->license_arn[0] == '\0' ? name->product_code : "");
    text_key_add(key, name->customer_id);
    text_key_add(key, name->customer_account);
    add_license(key, name->license_arn);
    text_key_add(key, name->instance);
    text_key_add(key, name->dimension);
}

/* The name, whose texts are the key's. */
static void
read_key(balance_row *row, int64_t hour_s)
{
    balance_name *name = &row->name;

    name->hour_s = hour_s;
    name->product_code = text_key_next(row->node.key);
    name->customer_id = text_key_next(name->product_code);
    name->customer_account = text_key_next(name->customer_id);
    name->license_arn = text_key_next(name->customer_account);
    name->instance = text_key_next(name->license_arn);
    name->dimension = text_key_next(name->instance);
}

/* One that is not in the key is kept where it stays. */
static bool
name_product(balance_rows *rows, balance_row *row, const char *product_code)
{
    if (row->name.product_code[0] != '\0' || product_code[0] == '\0') {
        return true;
    }
    const text_node *product = text_tree_add(
        &rows->products, product_code, strlen(product_code), sizeof(text_node));
    if (product == NULL) {
        return false;
    }
    row->name.product_code = product->key;
    return true;
}

balance_row *
balance_rows_add(balance_rows *rows, const balance_name *name)
{
    text_key key;

    write_key(name, &key);
    balance_row *row = text_tree_add_key(&rows->tree, &key, sizeof(balance_row));
    if (row == NULL) {
        return NULL;
    }
    if (row->name.dimension == NULL) {
        read_key(row, name->hour_s);
    }
    return name_product(rows, row, name->product_code) ? row : NULL;
}

balance_row *
balance_rows_find(const balance_rows *rows, const balance_name *name)
{
    text_key key;

    write_key(name, &key);
    return key.is_too_long ? NULL : text_tree_find(&rows->tree, key.bytes, key.length);
}

int
balance_row_compare(const void *left, const void *right)
{
    const text_node *one = &(*(const balance_row *const *)left)->node;
    const text_node *other = &(*(const balance_row *const *)right)->node;
    size_t shorter = one->length < other->length ? one->length : other->length;
    int difference = memcmp(one->key, other->key, shorter);

    return difference != 0
               ? difference
               : (one->length > other->length) - (one->length < other->length);
}

void
balance_rows_clear(balance_rows *rows)
{
    text_tree_clear(&rows->tree);
    text_tree_clear(&rows->products);
}
