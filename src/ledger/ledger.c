/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/backend.h"

entitle_status
ent_ledger_add(
    ent_ledger *ledger,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error)
{
    return ledger->backend->add(ledger, groups, group_count, now_s, error);
}

entitle_status
ent_ledger_begin(ent_ledger *ledger, entitle_error *error)
{
    return ledger->backend->begin(ledger, error);
}

entitle_status
ent_ledger_note_id(
    ent_ledger *ledger,
    const char *id,
    int64_t at_s,
    bool *out_is_new,
    entitle_error *error)
{
    return ledger->backend->note_id(ledger, id, at_s, out_is_new, error);
}

entitle_status
ent_ledger_commit(ent_ledger *ledger, entitle_error *error)
{
    return ledger->backend->commit(ledger, error);
}

void
ent_ledger_abandon(ent_ledger *ledger)
{
    ledger->backend->abandon(ledger);
}

entitle_status
ent_ledger_take(
    ent_ledger *ledger,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error)
{
    return ledger->backend->take(ledger, claim, limit, freeze, visit, context, error);
}

entitle_status
ent_ledger_settle(
    ent_ledger *ledger,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error)
{
    return ledger->backend->settle(ledger, owner, verdicts, count, now_s, error);
}

entitle_status
ent_ledger_has_accepted_sibling(
    ent_ledger *ledger, int64_t record, bool *out, entitle_error *error)
{
    return ledger->backend->has_accepted_sibling(ledger, record, out, error);
}

entitle_status
ent_ledger_expire(
    ent_ledger *ledger,
    bool of_customers,
    int64_t before_s,
    bool is_dropped,
    int64_t now_s,
    size_t *out_count,
    entitle_error *error)
{
    return ledger->backend->expire(
        ledger, of_customers, before_s, is_dropped, now_s, out_count, error);
}

entitle_status
ent_ledger_adopt(
    ent_ledger *ledger,
    const char *instance,
    int64_t now_s,
    int64_t lease_s,
    size_t *out_count,
    entitle_error *error)
{
    return ledger->backend->adopt(ledger, instance, now_s, lease_s, out_count, error);
}

entitle_status
ent_ledger_fill_hours(
    ent_ledger *ledger,
    const ent_ledger_heartbeat *beat,
    size_t *out_count,
    entitle_error *error)
{
    return ledger->backend->heartbeat(ledger, beat, out_count, error);
}

entitle_status
ent_ledger_keep_customer(
    ent_ledger *ledger,
    const ent_ledger_customer *customer,
    int64_t now_s,
    entitle_error *error)
{
    return ledger->backend->keep_customer(ledger, customer, now_s, error);
}

entitle_status
ent_ledger_customers(
    ent_ledger *ledger,
    ent_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error)
{
    return ledger->backend->customers(ledger, visit, context, error);
}

entitle_status
ent_ledger_sums(
    ent_ledger *ledger,
    int64_t now_s,
    ent_ledger_sums_visitor *visit,
    void *context,
    entitle_error *error)
{
    return ledger->backend->sums(ledger, now_s, visit, context, error);
}

entitle_status
ent_ledger_list(
    ent_ledger *ledger,
    ent_usage_state state,
    int64_t now_s,
    ent_ledger_record_visitor *visit,
    void *context,
    entitle_error *error)
{
    return ledger->backend->list(ledger, state, now_s, visit, context, error);
}

entitle_status
ent_ledger_oldest_unsent(
    ent_ledger *ledger, bool *out_any, int64_t *out_hour_s, entitle_error *error)
{
    return ledger->backend->oldest_unsent(ledger, out_any, out_hour_s, error);
}

entitle_status
ent_ledger_prune(
    ent_ledger *ledger, int64_t before_s, size_t *out_count, entitle_error *error)
{
    return ledger->backend->prune(ledger, before_s, out_count, error);
}

void
ent_ledger_close(ent_ledger *ledger)
{
    if (ledger != NULL) {
        ledger->backend->close(ledger);
    }
}
