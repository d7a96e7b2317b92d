/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/customer_stock.h"

#include "base/memory.h"
#include "meter/request.h"

#include <string.h>

/* --- Lines ------------------------------------------------------------------------ */

static ent_stock_line *
find_line(const ent_stock *stock, const ent_usage_key *key, bool is_late)
{
    ent_stock_line *line = stock->lines;

    while (line != NULL &&
           (line->form != key->form || (line->state == ENT_LINE_LATE) != is_late ||
            strcmp(line->product_code, key->product_code) != 0)) {
        line = line->next;
    }
    return line;
}

static ent_stock_line *
make_line(ent_stock *stock, const ent_usage_key *key, bool is_late)
{
    ent_stock_line *line = ent_allocate(stock->runtime, sizeof(*line));

    if (line == NULL) {
        return NULL;
    }
    line->product_code =
        ent_duplicate(stock->runtime, key->product_code, strlen(key->product_code));
    if (line->product_code == NULL) {
        ent_release(stock->runtime, line);
        return NULL;
    }
    line->form = key->form;
    line->state = is_late ? ENT_LINE_LATE : ENT_LINE_OPEN;
    line->next = stock->lines;
    stock->lines = line;
    return line;
}

static void
push(ent_stock *stock, ent_stock_line *line, ent_customer_record *record)
{
    record->line = line;
    if (line->last != NULL) {
        line->last->next = record;
    } else {
        line->first = record;
    }
    line->last = record;
    line->count++;
    stock->count++;
}

static ent_customer_record *
pop(ent_stock *stock, ent_stock_line *line)
{
    ent_customer_record *record = line->first;

    line->first = record->next;
    line->last = line->first != NULL ? line->last : NULL;
    line->count--;
    stock->count--;
    record->next = NULL;
    return record;
}

/* --- Coming in -------------------------------------------------------------------- */

/* Copies a text behind the record and moves on. */
static const char *
put(char **end, const char *text, size_t length)
{
    char *start = *end;

    memcpy(start, text, length);
    start[length] = '\0';
    *end += length + 1;
    return start;
}

static const char *
put_text(char **end, const char *text)
{
    return put(end, text, strlen(text));
}

static void
put_usage(ent_customer_record *copy, const ent_ledger_record *record, char **end)
{
    const ent_usage_key *key = &record->key;
    const char *customer = put_text(end, key->customer);
    bool is_licensed = key->form == ENT_CUSTOMER_LICENSE;

    copy->usage = (entitle_customer_usage){
        .struct_size = sizeof(copy->usage),
        .customer_account = is_licensed ? customer : NULL,
        .customer_identifier = is_licensed ? NULL : customer,
        .license_arn = is_licensed ? put_text(end, key->license_arn) : NULL,
        .dimension = put_text(end, key->dimension),
        .at_s = ent_meter_usage_record_time(record),
        .quantity = (uint32_t)record->quantity,
    };
}

static ent_customer_record *
copy_record(const entitle_runtime *runtime, const ent_ledger_record *record)
{
    const ent_usage_key *key = &record->key;
    ent_customer_record *copy = ent_allocate(
        runtime,
        sizeof(*copy) + strlen(key->customer) + strlen(key->license_arn) +
            strlen(key->dimension) + record->request_length + 4);
    if (copy == NULL) {
        return NULL;
    }
    char *end = (char *)(copy + 1);
    put_usage(copy, record, &end);
    copy->request = put(&end, record->request, record->request_length);
    copy->request_length = record->request_length;
    copy->id = record->id;
    copy->hour_s = record->hour_s;
    copy->is_doubtful = record->is_doubtful;
    return copy;
}

ent_customer_record *
ent_stock_add(ent_stock *stock, const ent_ledger_record *record, bool is_late)
{
    ent_stock_line *line = find_line(stock, &record->key, is_late);

    line = line != NULL ? line : make_line(stock, &record->key, is_late);
    if (line == NULL) {
        return NULL;
    }
    ent_customer_record *copy = copy_record(stock->runtime, record);
    if (copy != NULL) {
        push(stock, line, copy);
    }
    return copy;
}

void
ent_stock_return(ent_stock *stock, ent_customer_record *record)
{
    ent_stock_line *line = record->line;

    record->next = line->first;
    line->first = record;
    line->last = line->last != NULL ? line->last : record;
    line->count++;
    stock->count++;
}

/* --- Going out -------------------------------------------------------------------- */

static bool
is_due(const ent_stock_line *line, bool with_remainders, int64_t urgent_s)
{
    if (line->count == 0 || line->state == ENT_LINE_CLOSED || line->is_waiting) {
        return false;
    }
    return with_remainders || line->state == ENT_LINE_LATE ||
           line->count >= ENTITLE_USAGE_BATCH_LIMIT ||
           line->first->leased_until_s <= urgent_s;
}

static ent_stock_line *
find_due(const ent_stock *stock, bool with_remainders, int64_t urgent_s)
{
    ent_stock_line *line = stock->lines;

    while (line != NULL && !is_due(line, with_remainders, urgent_s)) {
        line = line->next;
    }
    return line;
}

bool
ent_stock_has_batch(const ent_stock *stock)
{
    return find_due(stock, false, INT64_MIN) != NULL;
}

size_t
ent_stock_pick(
    ent_stock *stock,
    bool with_remainders,
    int64_t urgent_s,
    ent_customer_record *out[ENTITLE_USAGE_BATCH_LIMIT])
{
    ent_stock_line *line = find_due(stock, with_remainders, urgent_s);
    size_t limit = ENTITLE_USAGE_BATCH_LIMIT;
    size_t count = 0;
    size_t bytes = 0;

    if (line == NULL) {
        return 0;
    }
    if (line->state == ENT_LINE_LATE) {
        line->is_waiting = true;
        limit = 1;
    }
    while (line->first != NULL && count < limit) {
        bytes += line->first->request_length + 1;
        if (count > 0 && bytes > ENT_STOCK_PICK_BYTES) {
            break;
        }
        out[count++] = pop(stock, line);
    }
    return count;
}

ent_customer_record *
ent_stock_pop(ent_stock *stock)
{
    for (ent_stock_line *line = stock->lines; line != NULL; line = line->next) {
        if (line->first != NULL) {
            return pop(stock, line);
        }
    }
    return NULL;
}

ent_customer_record *
ent_stock_pop_of(ent_stock *stock, ent_line_state state)
{
    for (ent_stock_line *line = stock->lines; line != NULL; line = line->next) {
        if (line->state == state && line->first != NULL) {
            return pop(stock, line);
        }
    }
    return NULL;
}

/* Where they have a line already, the late ones go to its end. */
static void
release_line(ent_stock *stock, ent_stock_line *late)
{
    const ent_usage_key key = { .product_code = late->product_code,
                                .form = late->form };
    ent_stock_line *line = find_line(stock, &key, false);

    late->is_waiting = false;
    if (line == NULL) {
        late->state = ENT_LINE_OPEN;
        return;
    }
    while (late->first != NULL) {
        push(stock, line, pop(stock, late));
    }
}

void
ent_stock_release_late(ent_stock *stock)
{
    for (ent_stock_line *line = stock->lines; line != NULL; line = line->next) {
        if (line->state == ENT_LINE_LATE) {
            release_line(stock, line);
        }
    }
}

void
ent_stock_free_record(ent_stock *stock, ent_customer_record *record)
{
    ent_release(stock->runtime, record);
}

void
ent_stock_clear(ent_stock *stock)
{
    ent_customer_record *record = NULL;

    while ((record = ent_stock_pop(stock)) != NULL) {
        ent_stock_free_record(stock, record);
    }
    while (stock->lines != NULL) {
        ent_stock_line *line = stock->lines;
        stock->lines = line->next;
        ent_release(stock->runtime, line->product_code);
        ent_release(stock->runtime, line);
    }
}
