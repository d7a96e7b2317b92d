/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_BACKEND_H
#define ENT_LEDGER_BACKEND_H

#include "ledger/ledger.h"

/* What a store implements: ledger.h says what each function has to do. */
typedef struct ent_ledger_backend {
    entitle_status (*add)(
        ent_ledger *ledger,
        ent_usage_group *groups,
        size_t group_count,
        int64_t now_s,
        entitle_error *error);
    entitle_status (*begin)(ent_ledger *ledger, entitle_error *error);
    entitle_status (*note_id)(
        ent_ledger *ledger,
        const char *id,
        int64_t at_s,
        bool *out_is_new,
        entitle_error *error);
    entitle_status (*commit)(ent_ledger *ledger, entitle_error *error);
    void (*abandon)(ent_ledger *ledger);
    entitle_status (*take)(
        ent_ledger *ledger,
        const ent_ledger_claim *claim,
        size_t limit,
        ent_ledger_freezer *freeze,
        ent_ledger_visitor *visit,
        void *context,
        entitle_error *error);
    entitle_status (*settle)(
        ent_ledger *ledger,
        const char *owner,
        ent_ledger_verdict *verdicts,
        size_t count,
        int64_t now_s,
        entitle_error *error);
    entitle_status (*has_accepted_sibling)(
        ent_ledger *ledger, int64_t record, bool *out, entitle_error *error);
    entitle_status (*expire)(
        ent_ledger *ledger,
        bool of_customers,
        int64_t before_s,
        bool is_dropped,
        int64_t now_s,
        size_t *out_count,
        entitle_error *error);
    entitle_status (*adopt)(
        ent_ledger *ledger,
        const char *instance,
        int64_t now_s,
        int64_t lease_s,
        size_t *out_count,
        entitle_error *error);
    entitle_status (*heartbeat)(
        ent_ledger *ledger,
        const ent_ledger_heartbeat *beat,
        size_t *out_count,
        entitle_error *error);
    entitle_status (*keep_customer)(
        ent_ledger *ledger,
        const ent_ledger_customer *customer,
        int64_t now_s,
        entitle_error *error);
    entitle_status (*customers)(
        ent_ledger *ledger,
        ent_ledger_customer_visitor *visit,
        void *context,
        entitle_error *error);
    entitle_status (*sums)(
        ent_ledger *ledger,
        int64_t now_s,
        ent_ledger_sums_visitor *visit,
        void *context,
        entitle_error *error);
    entitle_status (*list)(
        ent_ledger *ledger,
        ent_usage_state state,
        int64_t now_s,
        ent_ledger_record_visitor *visit,
        void *context,
        entitle_error *error);
    entitle_status (*oldest_unsent)(
        ent_ledger *ledger, bool *out_any, int64_t *out_hour_s, entitle_error *error);
    entitle_status (*prune)(
        ent_ledger *ledger, int64_t before_s, size_t *out_count, entitle_error *error);
    void (*close)(ent_ledger *ledger);
} ent_ledger_backend;

/* The first member of every store's own struct. */
struct ent_ledger {
    const ent_ledger_backend *backend;
};

#endif
