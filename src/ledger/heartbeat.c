/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

typedef struct filling {
    ent_store *store;
    const ent_ledger_heartbeat *beat;
    size_t *out_count;
} filling;

static bool
fill_hours(void *context)
{
    const filling *fill = context;
    const ent_ledger_heartbeat *beat = fill->beat;

    if (!ent_sql_run(
            fill->store->sql,
            beat->instance != NULL ? ENT_SQL_FILL_HOURS : ENT_SQL_FILL_CUSTOMER_HOURS,
            ENT_SQL_WITH(
                ent_sql_text(beat->instance),
                ent_sql_integer(beat->first_hour_s),
                ent_sql_integer(beat->last_hour_s),
                ent_sql_integer(beat->quantity)))) {
        return false;
    }
    *fill->out_count = (size_t)ent_sql_changed(fill->store->sql);
    return true;
}

entitle_status
ent_store_heartbeat(
    ent_ledger *base,
    const ent_ledger_heartbeat *beat,
    size_t *out_count,
    entitle_error *error)
{
    filling fill = { (ent_store *)base, beat, out_count };

    *out_count = 0;
    return ent_sql_transact(fill.store->sql, fill_hours, &fill, error);
}
