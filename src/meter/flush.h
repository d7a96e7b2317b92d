/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_FLUSH_H
#define ENT_METER_FLUSH_H

#include "meter/meter_state.h"

/* One flush under way. The sender's lock is held. */
typedef struct ent_flush {
    entitle_meter *meter;
    entitle_metering *metering;
    entitle_flush_options options;
    entitle_flush_report report;
    char owner[ENT_LEDGER_OWNER_SIZE];
    int64_t kept_s;        /* when this instance last said that it is alive */
    bool has_met_late;     /* AWS has just refused an hour as too old */
    bool has_met_early;    /* and one as still to come */
    entitle_error trouble; /* that ended it; status ENTITLE_OK: none has */
} ent_flush;

/* A record that was taken, and is to be sent. */
typedef struct ent_flush_record {
    int64_t id;
    int64_t hour_s;
    char *request;
    size_t request_length;
    bool is_doubtful; /* AWS may have it from an earlier flush */
} ent_flush_record;

/* The service's time, as far as it is known. */
int64_t ent_flush_now_s(const ent_flush *flush);

/*
 * Sends one record and settles it. False: nothing more is to be sent of what was taken;
 * the flush ends where there is `trouble`.
 */
bool ent_flush_send(ent_flush *flush, const ent_flush_record *record);

/* Settles one that was not sent after all. */
void ent_flush_put_back(ent_flush *flush, const ent_flush_record *record);

#endif
