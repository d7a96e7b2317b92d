/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_FLUSH_H
#define ENT_METER_FLUSH_H

#include "meter/customer_names.h"
#include "meter/meter_state.h"

/* Of MeterUsage. */
enum { ENT_FLUSH_INSTANCE_WINDOW_S = 6 * 3600 };

/*
 * A record whose trouble may be its own keeps no other waiting. Every hour of a
 * dimension that AWS still takes may have one; more in a row, and it is the service.
 */
enum { ENT_FLUSH_TROUBLES_IN_A_ROW = 8, ENT_FLUSH_PASSED_LIMIT = 64 };

/* Passed over; it stays taken until the flush ends, so that it is not taken again. */
typedef struct ent_passed_record {
    int64_t id;
    ent_settlement settlement;
} ent_passed_record;

/* One flush under way. The sender's lock is held. */
typedef struct ent_flush {
    entitle_meter *meter;
    entitle_metering *metering;
    entitle_flush_options options;
    entitle_flush_report report;
    ent_customer_name *customer; /* whose usage alone it sends; NULL: everyone's */
    char owner[ENT_LEDGER_OWNER_SIZE];
    int64_t kept_s;     /* when this instance last said that it is alive */
    bool has_met_late;  /* AWS has just refused an instance's hour as too old */
    bool has_met_early; /* and one as still to come */
    ent_passed_record passed[ENT_FLUSH_PASSED_LIMIT];
    size_t passed_count;
    size_t troubles_in_a_row;
    entitle_error remark;  /* about the first that was passed over */
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
 * How long what it takes is its own. A sender that died is waited for so long, where
 * there may be others; the only one need not be waited for.
 */
int64_t ent_flush_lease_s(const ent_flush *flush);

/* A claim under the flush's name, of nothing yet. */
ent_ledger_claim ent_flush_claim(const ent_flush *flush, int64_t now_s);

/*
 * Whether the running hour of customers, or of the instance, goes out, too. Of a ledger
 * that others share, one that ends leaves the customers' to those that go on.
 */
bool ent_flush_takes_running_hour(const ent_flush *flush, bool of_customers);

/* The first trouble ends the flush; what comes of it later is left out. */
void ent_flush_note_trouble(ent_flush *flush, const entitle_error *error);

/* --- flush_upkeep.c --------------------------------------------------------------- */

/* What goes before the sending: heirs, and hours without usage. */
ENTITLE_CHECKED entitle_status
ent_flush_prepare(ent_flush *flush, entitle_error *error);

/* A long flush must not outlive the instance's lease: another one waits to adopt. */
ENTITLE_CHECKED entitle_status
ent_flush_stay_alive(ent_flush *flush, entitle_error *error);

/* Everything before that hour is too old: it is carried or dropped, as chosen. */
ENTITLE_CHECKED entitle_status ent_flush_expire(
    ent_flush *flush, bool of_customers, int64_t before_s, entitle_error *error);

/* --- flush_instance.c, flush_send.c ----------------------------------------------- */

/* Sends what is due of this instance; `trouble` tells what ended it early. */
void ent_flush_instance(ent_flush *flush);

/*
 * Sends one record and settles it. False: nothing more is to be sent of what was taken;
 * the flush ends where there is `trouble`.
 */
bool ent_flush_send(ent_flush *flush, const ent_flush_record *record);

/* Settles one that was not sent after all. */
void ent_flush_put_back(ent_flush *flush, const ent_flush_record *record);

/* Settles those that were passed over. */
void ent_flush_settle_passed(ent_flush *flush);

#endif
