/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_lists.h"
#include "market/product_kind.h"

enum {
    PRODUCT_LIMIT = 256,
    DIMENSION_LIMIT = 1000,
    PRODUCT_REGION_LIMIT = 100,
    KEY_VERSION_LIMIT = 16
};

static void
read_product(
    market_reader *reader, const ent_json *object, bool is_first, market_product *out)
{
    static const char *const known[] = { "code",       "kind",    "seller",
                                         "dimensions", "regions", "key_versions",
                                         NULL };
    if (!reader_open(reader, object, known)) {
        return;
    }
    const reader_member own = { .object = object };
    const reader_member from = {
        .object = object,
        .fallback = json_first(ent_json_member(reader->defaults.root, "products")),
    };
    const market_rule *code_rule =
        is_first ? &market_rule_product_code : &market_rule_folder;
    out->code = reader_required_text(reader, &own, "code", code_rule);
    const char *kind = reader_text(reader, &from, "kind", &market_rule_product_kind);
    out->seller = reader_text(reader, &from, "seller", &market_rule_account);
    reader_texts dimensions = reader_list(
        reader, &from, "dimensions", DIMENSION_LIMIT, &market_rule_dimension);
    reader_texts regions =
        reader_list(reader, &own, "regions", PRODUCT_REGION_LIMIT, &market_rule_region);
    out->key_versions =
        (uint32_t)reader_integer(reader, &from, "key_versions", 1, KEY_VERSION_LIMIT);
    if (reader_failed(reader)) {
        return;
    }
    (void)product_kind_find(kind, &out->kind);
    out->dimensions = dimensions.texts;
    out->dimension_count = dimensions.count;
    out->regions = regions.texts;
    out->region_count = regions.count;
}

void
market_read_products(market_reader *reader)
{
    const ent_json *array = reader_top(reader, "products");
    size_t count = reader_count(reader, array, 1, PRODUCT_LIMIT);
    market_product *products = arena_allocate(reader->arena, count, sizeof(*products));
    if (products == NULL ||
        !name_list_init(&reader->products, &reader->scratch, count)) {
        reader_fail_memory(reader);
        return;
    }
    const ent_json *object = json_first(array);
    for (size_t i = 0; i < count && !reader_failed(reader); i++) {
        read_product(reader, object, i == 0, &products[i]);
        if (!reader_failed(reader)) {
            name_list_add(
                &reader->products,
                products[i].code,
                ent_json_member(object, "code"),
                &products[i]);
        }
        object = json_next(object);
    }
    reader_require_distinct(reader, &reader->products, true);
    reader->market->products = products;
    reader->market->product_count = count;
}

const market_product *
market_read_product_reference(market_reader *reader, const ent_json *object)
{
    const reader_member from = { .object = object };
    const char *code = reader_text(reader, &from, "product", &market_rule_product_code);
    if (code == NULL) {
        return reader_failed(reader) ? NULL : &reader->market->products[0];
    }
    const market_product *product = name_list_find(&reader->products, code);
    if (product == NULL) {
        reader_fault(
            reader,
            ent_json_member(object, "product"),
            "name a product by its code, or leave it out for the first",
            "is no product of this market");
    }
    return product;
}
