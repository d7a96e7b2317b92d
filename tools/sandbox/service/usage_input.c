/* SPDX-License-Identifier: Apache-2.0 */
#include "service/usage_input.h"

#include <stdlib.h>
#include <string.h>

static const char product_code_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/=:_.@";

static bool
is_product_code(const char *text)
{
    return text[strspn(text, product_code_characters)] == '\0';
}

/* The pattern means a hyphen but writes a range, from the blank to the equals sign. */
static bool
is_tag_text(const char *text)
{
    for (; *text != '\0'; text++) {
        bool is_letter =
            (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
        bool is_in_range = *text >= ' ' && *text <= '=';
        if (!is_letter && !is_in_range && *text != '_' && *text != '@') {
            return false;
        }
    }
    return true;
}

#define PRODUCT_CODE                                                                   \
    .maximum = 255, .is_allowed = is_product_code, .pattern = "^[-a-zA-Z0-9/=:_.@]*$"
#define TAG_TEXT                                                                       \
    .is_required = true, .minimum = 1, .is_allowed = is_tag_text,                      \
    .pattern = "^[a-zA-Z0-9+ -=._:\\/@]+$"

const input_text_constraint usage_product_code = { PRODUCT_CODE };
const input_text_constraint usage_product_code_required = { PRODUCT_CODE,
                                                            .is_required = true };

static const input_text_constraint dimension_constraint = {
    .is_required = true,
    .minimum = 1,
    .maximum = 255,
};
static const input_text_constraint key_constraint = { TAG_TEXT, .maximum = 100 };
static const input_text_constraint value_constraint = { TAG_TEXT, .maximum = 256 };
static const input_integer_constraint quantity_constraint = { .maximum = INT32_MAX };
static const input_integer_constraint allocated_constraint = {
    .is_required = true,
    .maximum = INT32_MAX,
};

/* How many there may be at most is not a constraint but has errors of its own. */
static const input_list_constraint few_constraint = { .minimum = 1 };

const usage_names usage_names_of_meter = { "UsageDimension", "UsageQuantity" };
const usage_names usage_names_of_batch = { "Dimension", "Quantity" };

static int
compare_texts(const char *left, const char *right)
{
    /* NULL only in a request that is refused anyway. */
    return strcmp(left != NULL ? left : "", right != NULL ? right : "");
}

static int
compare_two_tags(const usage_tag *left, const usage_tag *right)
{
    int keys = compare_texts(left->key, right->key);
    return keys != 0 ? keys : compare_texts(left->value, right->value);
}

/* Puts the tag at `index` in its place among those before it. */
static void
order_tag(usage_allocation *allocation, size_t index)
{
    unsigned char *order = allocation->order;
    size_t place = index;
    for (; place > 0; place--) {
        const usage_tag *before = &allocation->tags[order[place - 1]];
        if (compare_two_tags(before, &allocation->tags[index]) <= 0) {
            break;
        }
        order[place] = order[place - 1];
    }
    order[place] = (unsigned char)index;
}

static void
read_tags(const input_object *object, usage_allocation *out)
{
    input_list list = input_read_list(object, "Tags", &few_constraint);
    input_object element = input_list_first(&list);
    for (; element.json != NULL; element = input_list_next(&element)) {
        const usage_tag tag = {
            .key = input_read_text(&element, "Key", &key_constraint),
            .value = input_read_text(&element, "Value", &value_constraint),
        };
        if (out->tag_count < USAGE_TAG_LIMIT) {
            out->tags[out->tag_count] = tag;
            order_tag(out, out->tag_count);
        }
        out->tag_count++;
    }
}

static size_t
kept_tags(const usage_allocation *allocation)
{
    return allocation->tag_count < USAGE_TAG_LIMIT ? allocation->tag_count
                                                   : USAGE_TAG_LIMIT;
}

int
usage_compare_tags(const usage_allocation *left, const usage_allocation *right)
{
    size_t left_count = kept_tags(left);
    size_t right_count = kept_tags(right);
    for (size_t i = 0; i < left_count && i < right_count; i++) {
        int difference = compare_two_tags(
            &left->tags[left->order[i]], &right->tags[right->order[i]]);
        if (difference != 0) {
            return difference;
        }
    }
    return (left_count > right_count) - (left_count < right_count);
}

static int
compare_sorted(const void *left, const void *right)
{
    const usage_allocation *const *left_item = left;
    const usage_allocation *const *right_item = right;
    return usage_compare_tags(*left_item, *right_item);
}

static bool
reserve(usage_allocations *allocations, size_t count)
{
    allocations->items = calloc(count, sizeof(*allocations->items));
    allocations->sorted = malloc(count * sizeof(*allocations->sorted));
    return allocations->items != NULL && allocations->sorted != NULL;
}

static bool
read_allocations(const input_object *object, usage_allocations *out)
{
    input_list list = input_read_list(object, "UsageAllocations", &few_constraint);
    if (list.count > 0 && !reserve(out, list.count)) {
        return false;
    }
    input_object element = input_list_first(&list);
    for (; element.json != NULL; element = input_list_next(&element)) {
        usage_allocation *item = &out->items[out->count];
        input_read_integer(
            &element, "AllocatedUsageQuantity", &allocated_constraint, &item->quantity);
        read_tags(&element, item);
        out->sorted[out->count] = item;
        out->count++;
    }
    if (out->count > 1) {
        qsort(
            out->sorted, out->count, sizeof(const usage_allocation *), compare_sorted);
    }
    return true;
}

bool
usage_read(const input_object *object, const usage_names *names, usage_input *out)
{
    *out = (usage_input){ 0 };
    out->dimension = input_read_text(object, names->dimension, &dimension_constraint);
    input_read_time(object, "Timestamp", &out->timestamp_ms);
    input_read_integer(object, names->quantity, &quantity_constraint, &out->quantity);
    if (!read_allocations(object, &out->allocations)) {
        call_fail(object->input->call);
        return false;
    }
    return true;
}

void
usage_clear(usage_input *usage)
{
    free(usage->allocations.items);
    free(usage->allocations.sorted);
    usage->allocations = (usage_allocations){ 0 };
}
