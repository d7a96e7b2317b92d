/* SPDX-License-Identifier: Apache-2.0 */
#include "service/usage_input.h"

#include <inttypes.h>

/*
 * A batch of 25 writes a hundred of them: by hand that takes a tenth of printf's time.
 */
void
usage_write_integer(int64_t number, ent_buffer *out)
{
    char digits[20];
    size_t first = sizeof(digits);
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--first] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        ent_buffer_append(out, "-", 1);
    }
    ent_buffer_append(out, digits + first, sizeof(digits) - first);
}

static void
write_allocation(
    const usage_allocation *allocation, const unsigned char *order, ent_buffer *out)
{
    ent_buffer_append_text(out, "{\"AllocatedUsageQuantity\":");
    usage_write_integer(allocation->quantity, out);
    for (size_t i = 0; i < allocation->tag_count && i < USAGE_TAG_LIMIT; i++) {
        const usage_tag *tag = &allocation->tags[order != NULL ? order[i] : i];
        ent_buffer_append_text(out, i == 0 ? ",\"Tags\":[{\"Key\":" : ",{\"Key\":");
        ent_json_append_string(out, tag->key);
        ent_buffer_append_text(out, ",\"Value\":");
        ent_json_append_string(out, tag->value);
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, allocation->tag_count > 0 ? "]}" : "}");
}

void
usage_write_allocations(const usage_allocations *allocations, ent_buffer *out)
{
    for (size_t i = 0; i < allocations->count; i++) {
        ent_buffer_append_text(out, i == 0 ? "[" : ",");
        write_allocation(&allocations->items[i], NULL, out);
    }
    ent_buffer_append_text(out, allocations->count > 0 ? "]" : "[]");
}

void
usage_write_canonical(const usage_allocations *allocations, ent_buffer *out)
{
    for (size_t i = 0; i < allocations->count; i++) {
        const usage_allocation *item = allocations->sorted[i];
        ent_buffer_append_text(out, i == 0 ? "[" : ",");
        write_allocation(item, item->order, out);
    }
    ent_buffer_append_text(out, allocations->count > 0 ? "]" : "[]");
}

int64_t
usage_second(int64_t timestamp_ms)
{
    int64_t second = timestamp_ms / 1000;
    return timestamp_ms % 1000 < 0 ? second - 1 : second;
}

void
usage_write_time(int64_t timestamp_ms, ent_buffer *out)
{
    int64_t second = usage_second(timestamp_ms);
    int64_t fraction_ms = timestamp_ms - second * 1000;
    if (second < 0 && fraction_ms > 0) {
        /* Written from zero downwards: -1.5 is half a second before -1. */
        ent_buffer_append_format(
            out, "-%" PRId64 ".%03" PRId64, -(second + 1), 1000 - fraction_ms);
        return;
    }
    usage_write_integer(second, out);
    if (fraction_ms > 0) {
        ent_buffer_append_format(out, ".%03" PRId64, fraction_ms);
    }
}

bool
usage_is_between(int64_t timestamp_ms, int64_t oldest_s, int64_t newest_s)
{
    int64_t second = usage_second(timestamp_ms);
    bool is_whole = second * 1000 == timestamp_ms;
    return second >= oldest_s &&
           (second < newest_s || (second == newest_s && is_whole));
}
