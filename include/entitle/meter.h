/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_METER_H
#define ENTITLE_METER_H

#include <entitle/customer.h>
#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/metering.h>
#include <entitle/runtime.h>
#include <entitle/usage.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The meter: tell it of each use when it happens, and let it report them by the hour.
 * Between the two stands a ledger, a file or a database that survives crashes, and in
 * which nothing is lost or counted twice: at every moment, in units,
 *
 *   added = open + closed + sending + accepted + rejected + lost.
 *
 * docs/ledger.md describes the states. In libentitle-meter (pkg-config: entitle-meter).
 *
 * Thread safety: everything but entitle_meter_free() may be called from any thread at
 * any time; a flush keeps adds waiting only for moments. The meter starts no threads.
 * Any number of processes of one host may have the same file open as a ledger, and of
 * any number of hosts the same database.
 *
 * A meter must not be used across fork(): not even to free it. The child has copies of
 * its locks and of the database's connection, and what it did with them could damage
 * the ledger or wait for ever. It opens a meter of its own.
 */
typedef struct entitle_meter entitle_meter;
typedef struct entitle_meter_import entitle_meter_import;

/* The states of usage in a ledger. */
typedef enum entitle_usage_state {
    ENTITLE_USAGE_OPEN = 0, /* the hour is not over */
    ENTITLE_USAGE_CLOSED,   /* over, and not sent yet */
    ENTITLE_USAGE_SENDING,  /* AWS may have it or not: the same bytes go out again */
    ENTITLE_USAGE_ACCEPTED, /* AWS has it */
    ENTITLE_USAGE_REJECTED, /* AWS refused it for good: someone should look */
    ENTITLE_USAGE_LOST, /* it can no longer be sent, or nobody knows whether it was */
    ENTITLE_USAGE_STATES
} entitle_usage_state;

typedef enum entitle_past_window {
    ENTITLE_PAST_WINDOW_CARRY = 0, /* what is too old to be sent joins the open hour */
    ENTITLE_PAST_WINDOW_DROP       /* is counted as lost */
} entitle_past_window;

typedef struct entitle_meter_options {
    size_t struct_size;             /* sizeof(entitle_meter_options) */
    const entitle_runtime *runtime; /* NULL: the ordinary one */
    /*
     * A file, made where it is missing (a path, or "sqlite:PATH"), or a database that
     * many hosts share ("postgresql://HOST/DATABASE", as libpq takes it).
     */
    const char *ledger;
    const char *product_code; /* of uses that name none; NULL: each has to */
    /*
     * Whose usage it is where no customer is named: one task, pod or instance, as AWS
     * tells them apart. NULL: the ECS task's ARN, the pod's UID in the web identity
     * token, the EC2 instance's id, or else the host's name.
     */
    const char *instance;
    /*
     * On Amazon Bedrock AgentCore: each use is a record of its own, sent at once with a
     * ClientToken, and hours do not matter.
     */
    bool by_event;
    /*
     * 0: a use is durable when the call returns. Otherwise uses are summed up in memory
     * and written by the first call that comes this many milliseconds (or a few less)
     * after the first of them, by entitle_meter_sync(), by a flush and by
     * entitle_meter_free(). A crash loses at most what was added since the last
     * writing.
     */
    int64_t buffer_ms;
    /* A file that is not there is not made: ENTITLE_IO_ERROR. */
    bool must_exist;
} entitle_meter_options;

/*
 * One use. Limits are AWS's: see usage.h. Whose it is: this instance's where no
 * customer is named; else that of customer_account and license_arn together, or of
 * customer_identifier.
 */
typedef struct entitle_use {
    size_t struct_size;       /* sizeof(entitle_use) */
    const char *product_code; /* NULL: the meter's */
    const char *dimension;
    int64_t quantity; /* 0 to ENTITLE_USAGE_QUANTITY_LIMIT */
    int64_t at_s;     /* 0: now */
    const entitle_tag *tags;
    size_t tag_count;
    const char *customer_account;
    const char *license_arn; /* with or without its "arn:" */
    const char *customer_identifier;
    /* 1 to 255 bytes of UTF-8: the same id counts once, whatever else differs. NULL:
     * always. */
    const char *id;
} entitle_use;

typedef struct entitle_flush_options {
    size_t struct_size; /* sizeof(entitle_flush_options) */
    /*
     * The running hour, too: this instance ends. In a database, which others go on
     * adding to, customers' only where one is named below.
     */
    bool final;
    entitle_past_window past_window;
    /*
     * Reports dimensions that had no use: for each hour that is over and that AWS still
     * takes, and each dimension that this instance has used before, a record of this
     * quantity where there is no other. 0: zero records; 1: instance-hours. Its units
     * count as added. Not with `by_event`.
     */
    bool has_heartbeat;
    uint32_t heartbeat_quantity;
    /* Told after each record, or group of records, for a progress bar. NULL: nobody. */
    void (*progress)(void *context, uint64_t done, uint64_t left);
    void *progress_context;
    /*
     * An account or an identifier: only this customer's usage, with `final` all of it,
     * also under the other name where entitle_meter_keep_customer() has told of it.
     * For a subscription that ends: AWS takes its last usage for an hour only. NULL:
     * everyone's, and this instance's own.
     */
    const char *customer;
    uint32_t in_flight; /* batches under way at once, up to 64; 0: 8 */
    /*
     * As has_heartbeat, with a quantity of 0, for each customer: but for those that AWS
     * has called unsubscribed, or their licences invalid, since.
     */
    bool zero_records;
} entitle_flush_options;

/*
 * What a flush did, in records but for `requests`. In the caller's memory, and so of
 * this size for good: what else there will be to tell, another struct will.
 */
typedef struct entitle_flush_report {
    uint64_t sent; /* accepted + rejected + lost, of those sent */
    uint64_t accepted;
    uint64_t rejected;
    uint64_t lost;
    uint64_t carried; /* moved to the open hour: too late, or a dead instance's */
    uint64_t unsent;  /* due, of this instance and of customers, and not settled */
    uint64_t requests;
} entitle_flush_report;

/* Units of one product, dimension and customer; texts are "" where there is none. */
typedef struct entitle_usage_sums {
    const char *product_code;
    const char *dimension;
    const char *customer; /* account or identifier */
    const char *license_arn;
    int64_t added;
    int64_t by_state[ENTITLE_USAGE_STATES];
} entitle_usage_sums;

/*
 * One record of the ledger; texts are "" where there is none. Only the library makes
 * it: it may grow at its end.
 */
typedef struct entitle_ledger_record {
    int64_t id;
    entitle_usage_state state;
    const char *product_code;
    const char *dimension;
    const char *customer;
    const char *license_arn;
    const char *instance;
    int64_t hour_s; /* its beginning, in epoch seconds */
    int64_t quantity;
    const char *metering_record_id;
    const char *reason;
    /* JSON: [{"hour":…,"quantity":…}], hours in epoch seconds; "": nothing was */
    const char *carried_from;
} entitle_ledger_record;

/*
 * A customer of a product, as ResolveCustomer told; "" where it did not. Only the
 * library makes it: it may grow at its end.
 */
typedef struct entitle_ledger_customer {
    const char *product_code;
    const char *account;
    const char *identifier;
    const char *license_arn; /* with its "arn:" */
} entitle_ledger_customer;

/* What a rescue found. Of this size for good. */
typedef struct entitle_rescue_report {
    uint64_t records;        /* taken over */
    uint64_t unreadable;     /* rows, of any kind; at least so many */
    uint64_t lost_units;     /* known to be missing, and counted as lost */
    uint64_t restored_units; /* whose addition was unreadable; counted as added again */
} entitle_rescue_report;

/*
 * False ends the walk. The texts live until the function returns. It may not call the
 * meter, which waits for it.
 */
typedef bool entitle_usage_sums_visitor(void *context, const entitle_usage_sums *sums);
typedef bool
entitle_ledger_record_visitor(void *context, const entitle_ledger_record *record);
typedef bool
entitle_ledger_customer_visitor(void *context, const entitle_ledger_customer *customer);

ENTITLE_BEGIN_DECLS

/*
 * Opens the ledger; the options are copied. Statuses to act on: ENTITLE_IO_ERROR (the
 * message names the cause and the file), ENTITLE_INVALID_PRODUCT_CODE,
 * ENTITLE_INVALID_ARGUMENT. Free with entitle_meter_free().
 *
 * Here as everywhere below, `error` may be NULL, and whatever reads or writes the
 * ledger may fail with ENTITLE_IO_ERROR or ENTITLE_OUT_OF_MEMORY. Where a meter, an
 * import, a client, a visitor or a place for a result is NULL that may not be, it is
 * ENTITLE_INVALID_ARGUMENT.
 */
ENTITLE_CHECKED entitle_status entitle_meter_new(
    const entitle_meter_options *options, entitle_meter **out, entitle_error *error);

/*
 * Writes what is buffered, and says whether that held: the meter is gone in either
 * case. Accepts NULL.
 */
entitle_status entitle_meter_free(entitle_meter *meter);

/* Whose usage it is; "" of NULL. The meter keeps the text. */
const char *entitle_meter_instance(const entitle_meter *meter);

/*
 * Adds one use. ENTITLE_OK: it counts, and is durable unless the meter buffers; also
 * where its id was known, and then `*counted` (may be NULL) is false. Otherwise it does
 * not count: ENTITLE_INVALID_INPUT (the message names the member and the rule),
 * ENTITLE_IO_ERROR (try again).
 */
ENTITLE_CHECKED entitle_status entitle_meter_add(
    entitle_meter *meter, const entitle_use *use, bool *counted, entitle_error *error);

/*
 * Adds all or none, durable on return. After ENTITLE_INVALID_INPUT `*culprit` (may be
 * NULL) is the index of the use that is to blame. `*counted` is how many count: all but
 * those whose id was known.
 */
ENTITLE_CHECKED entitle_status entitle_meter_add_all(
    entitle_meter *meter,
    const entitle_use *const *uses,
    size_t count,
    size_t *counted,
    size_t *culprit,
    entitle_error *error);

/*
 * Begins to add any number of uses, all or none, in a memory that does not grow with
 * their number. While it lasts, whoever else writes to the ledger waits, and after 10 s
 * fails with ENTITLE_IO_ERROR. One thread at a time; end it with
 * entitle_meter_import_free().
 */
ENTITLE_CHECKED entitle_status entitle_meter_import_begin(
    entitle_meter *meter, entitle_meter_import **out, entitle_error *error);

/*
 * Adds one use. `place` is what entitle_meter_import_culprit() calls it, such as the
 * number of its line. `counted` (may be NULL) is false where its id was known. As with
 * entitle_meter_add(), but after a failure nothing of the import can count.
 */
ENTITLE_CHECKED entitle_status entitle_meter_import_add(
    entitle_meter_import *import,
    const entitle_use *use,
    uint64_t place,
    bool *counted,
    entitle_error *error);

/* ENTITLE_OK: all of them count, and are durable. Otherwise none does. */
ENTITLE_CHECKED entitle_status
entitle_meter_import_commit(entitle_meter_import *import, entitle_error *error);

/* After ENTITLE_INVALID_INPUT: the place of the use that is to blame; 0 of NULL. */
uint64_t entitle_meter_import_culprit(const entitle_meter_import *import);

/* What has not been committed leaves no trace. Before the meter. Accepts NULL. */
void entitle_meter_import_free(entitle_meter_import *import);

/* Writes what is buffered. */
ENTITLE_CHECKED entitle_status
entitle_meter_sync(entitle_meter *meter, entitle_error *error);

/*
 * Sends what is due, oldest hour first, through `metering`: every closed hour of this
 * instance by MeterUsage, and of customers by BatchMeterUsage, in batches of which
 * several are under way at once. Before that it adopts the usage of instances that have
 * not been heard of for 15 minutes. Ends early at the first trouble that is not one
 * record's own, such as no connection or no permission, or after several that might
 * have been, and returns the first of all; what was not settled is sent again by the
 * next flush, in the same bytes where AWS may have it. `options` and `report` may be
 * NULL.
 *
 * ENTITLE_OK: everything due is settled; the report says how. Of a file one flush at a
 * time: another one, also of another process, waits for its end. Of a database any
 * number, each with a client of its own.
 */
ENTITLE_CHECKED entitle_status entitle_meter_flush(
    entitle_meter *meter,
    entitle_metering *metering,
    const entitle_flush_options *options,
    entitle_flush_report *report,
    entitle_error *error);

/*
 * Keeps a customer that entitle_metering_resolve_customer() has returned, durable on
 * return; keeping it again changes nothing. From it the ledger knows that an identifier
 * and an account are one customer, whose usage of an hour may bear only one of the two
 * names: AWS bills both. ENTITLE_BAD_RESPONSE: names that are none of AWS's.
 */
ENTITLE_CHECKED entitle_status entitle_meter_keep_customer(
    entitle_meter *meter, const entitle_customer *customer, entitle_error *error);

/* Those that were kept, by product and account; one with several licences, for each. */
ENTITLE_CHECKED entitle_status entitle_meter_customers(
    entitle_meter *meter,
    entitle_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error);

/* One snapshot of all sums. */
ENTITLE_CHECKED entitle_status entitle_meter_sums(
    entitle_meter *meter,
    entitle_usage_sums_visitor *visit,
    void *context,
    entitle_error *error);

/* The oldest hour with usage that is not sent. False in `*any`: there is none. */
ENTITLE_CHECKED entitle_status entitle_meter_oldest_unsent(
    entitle_meter *meter, bool *any, int64_t *hour_s, entitle_error *error);

/* The records in a state, or all of them (ENTITLE_USAGE_STATES), oldest hour first. */
ENTITLE_CHECKED entitle_status entitle_meter_list(
    entitle_meter *meter,
    entitle_usage_state state,
    entitle_ledger_record_visitor *visit,
    void *context,
    entitle_error *error);

/*
 * Forgets accepted records of hours before `before_s`, and the ids of uses before it.
 * The sums stay, and so does whatever is of the last 25 hours, which AWS may still
 * take.
 */
ENTITLE_CHECKED entitle_status entitle_meter_prune(
    entitle_meter *meter, int64_t before_s, uint64_t *count, entitle_error *error);

/*
 * For a ledger that is damaged, as an ENTITLE_IO_ERROR says, once nobody has it open:
 * what can be read of it moves to a fresh one of the same name. The damaged file and
 * its log stay beside it, as LEDGER.damaged-1. The account of the fresh one adds up:
 * units that are known to be missing are lost there, with the reason. What stood in
 * `unreadable` rows alone is known to nobody. Ids that cannot be read are forgotten.
 *
 * ENTITLE_IO_ERROR: it could not be done, for want of room, say, or because not even
 * the tables can be found; call it again, or restore a copy. Until it is done the
 * damaged ledger is as it was, or refuses to open. `runtime` may be NULL.
 */
ENTITLE_CHECKED entitle_status entitle_meter_rescue(
    const entitle_runtime *runtime,
    const char *ledger,
    entitle_rescue_report *report,
    entitle_error *error);

/* "open" */
const char *entitle_usage_state_name(entitle_usage_state state);

ENTITLE_END_DECLS

#endif
