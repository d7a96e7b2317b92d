/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

bool
ent_postgres_read_parts(ent_store *store, ent_sql_rows *rows, ent_tag_parts *out)
{
    const entitle_runtime *runtime = &store->runtime;
    size_t count = 0;

    while (ent_sql_next(rows)) {
        count++;
    }
    ent_postgres_rewind(rows);
    out->parts = ent_allocate(runtime, (count + 1) * sizeof(*out->parts));
    out->sums = ent_allocate(runtime, ENT_LEDGER_TAG_SETS_MAXIMUM * sizeof(*out->sums));
    if (out->parts == NULL || out->sums == NULL) {
        return ent_sql_set_trouble(store->sql, ENT_SQL_NO_MEMORY);
    }
    while (out->count < count && ent_sql_next(rows)) {
        out->parts[out->count++] = (ent_tag_part){
            .record = ent_sql_integer_of(rows, 0),
            .sum = { ent_sql_text_of(rows, 1), ent_sql_integer_of(rows, 2) },
        };
    }
    return true;
}

/* The first part of a record, or where it would be. */
static size_t
find_part(const ent_tag_parts *of, int64_t record)
{
    size_t low = 0;
    size_t high = of->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (of->parts[middle].record < record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t
ent_postgres_sum_parts(const ent_tag_parts *of, const ent_ledger_record *record)
{
    size_t count = 0;
    int64_t rest = record->quantity;

    for (size_t i = find_part(of, record->id);
         i < of->count && of->parts[i].record == record->id &&
         count < ENT_LEDGER_TAG_SETS_MAXIMUM - 1;
         i++) {
        of->sums[count++] = of->parts[i].sum;
        rest -= of->parts[i].sum.quantity;
    }
    if (count > 0 && rest != 0) {
        of->sums[count++] = (ent_tag_sum){ .tags = "", .quantity = rest };
    }
    return count;
}

void
ent_postgres_forget_parts(const entitle_runtime *runtime, ent_tag_parts *parts)
{
    ent_release(runtime, parts->parts);
    ent_release(runtime, parts->sums);
    *parts = (ent_tag_parts){ .count = 0 };
}
