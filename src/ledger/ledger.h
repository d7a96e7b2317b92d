/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_LEDGER_H
#define ENT_LEDGER_LEDGER_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A durable account of usage (docs/ledger.md): what was added, what AWS has accepted,
 * and what lies between. At every moment, for every key, in units:
 *
 *   added = open + closed + sending + accepted + rejected + lost
 *
 * This is the contract of every store; tests/unit/ledger/contract_*.c is its text in
 * code. A call either holds and is durable when it returns ENTITLE_OK, or has changed
 * nothing. ENTITLE_IO_ERROR: the store cannot be read or written; trying again is safe.
 *
 * Thread safety: one call at a time on a ledger. Any number of ledgers, in any number
 * of processes, may have the same store open.
 */
typedef struct ent_ledger ent_ledger;

enum {
    ENT_LEDGER_HOUR_S = 3600,
    /* How long an instance's usage is its own after it was last heard of. */
    ENT_LEDGER_INSTANCE_LEASE_S = 15 * 60,
    ENT_LEDGER_QUANTITY_MAXIMUM = 2147483647, /* of one record, as AWS has it */
    /* Of all tag sets of one record: the request that holds them is at most 1 MiB. */
    ENT_LEDGER_TAG_BYTES_MAXIMUM = 900 * 1024,
    ENT_LEDGER_TAG_SETS_MAXIMUM = 2500, /* of one record, the untagged one counted */
    ENT_LEDGER_OWNER_SIZE = 64,
    ENT_LEDGER_TOKEN_SIZE = 65
};

typedef enum ent_usage_state {
    ENT_USAGE_OPEN,     /* its hour is not over */
    ENT_USAGE_CLOSED,   /* over, and not sent yet */
    ENT_USAGE_SENDING,  /* frozen; AWS may have it or not */
    ENT_USAGE_ACCEPTED, /* AWS has it */
    ENT_USAGE_REJECTED, /* AWS refused it for good */
    ENT_USAGE_LOST,     /* can no longer be sent, or nobody knows whether it was */
    ENT_USAGE_STATE_COUNT
} ent_usage_state;

typedef enum ent_customer_form {
    ENT_CUSTOMER_OF_INSTANCE, /* whoever runs the instance; MeterUsage */
    ENT_CUSTOMER_IDENTIFIER,  /* what ResolveCustomer called CustomerIdentifier */
    ENT_CUSTOMER_LICENSE      /* an AWS account and a licence ARN */
} ent_customer_form;

/* Whose usage of what; everything that AWS tells records apart by, but the hour. */
typedef struct ent_usage_key {
    const char *product_code;
    const char *dimension;
    ent_customer_form form;
    const char *customer;    /* identifier or account; "" for an instance's own */
    const char *license_arn; /* "" without one; always with its "arn:" */
    const char *instance;    /* who may send it; "" where there is a customer */
} ent_usage_key;

/* One use. Everything has been checked by the caller, against the limits of the API. */
typedef struct ent_usage_event {
    ent_usage_key key;
    int64_t at_s;
    int64_t quantity;         /* 0 to ENT_LEDGER_QUANTITY_MAXIMUM */
    const char *tags;         /* canonical JSON; "": untagged */
    const char *id;           /* the same id counts once; "": always counts */
    const char *client_token; /* a record of its own, sent with it; "": by the hour */
} ent_usage_event;

/* Why a group of events does not count. */
typedef enum ent_usage_refusal {
    ENT_REFUSED_NOT = 0,
    ENT_REFUSED_TAGS,    /* too many tag sets in an hour */
    ENT_REFUSED_IDENTITY /* the customer's hour has usage under its other identity */
} ent_usage_refusal;

/* Events that count together or not at all, and what became of them. */
typedef struct ent_usage_group {
    const ent_usage_event *events;
    size_t count;
    /*
     * NULL: none. Otherwise the events have none, and count together only where this
     * one is new: so the group can be added again when its commit is in doubt.
     */
    const char *id;
    /* Too late to refuse a name: where both are in use, sending will reject it. */
    bool takes_any_identity;
    /* Or tags: what is beyond an hour's limit counts without them. */
    bool takes_any_tags;
    size_t counted;            /* without those whose id was known */
    size_t untagged;           /* of these, whose tags were left away */
    ent_usage_refusal refusal; /* why none of them counts */
    size_t culprit;            /* index of the first event that is to blame */
} ent_usage_group;

/* One record: the usage of a key in an hour. The texts live until the callback ends. */
typedef struct ent_ledger_record {
    int64_t id;
    ent_usage_state state;
    ent_usage_key key;
    int64_t hour_s; /* its start; of an event: its time */
    int64_t quantity;
    const char *client_token; /* "": by the hour */
    const char *request;      /* frozen bytes; NULL: not frozen */
    size_t request_length;
    const char *metering_record_id; /* "": none */
    const char *reason;             /* "": none */
    const char *carried_from; /* JSON array of {"hour","quantity"}; "": nothing was */
    bool is_doubtful;         /* an earlier attempt may have reached AWS */
} ent_ledger_record;

/* Units, or rows, by state. */
typedef struct ent_usage_sums {
    int64_t added;
    int64_t by_state[ENT_USAGE_STATE_COUNT];
} ent_usage_sums;

/* --- Adding ----------------------------------------------------------------------- */

/*
 * Adds every group, in one transaction: a group that is refused leaves the others
 * alone. Usage of an hour that has been sent already goes to the first hour, not before
 * `now_s`, that has not.
 */
ENTITLE_CHECKED entitle_status ent_ledger_add(
    ent_ledger *ledger,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error);

/*
 * A transaction of many calls: from here on ent_ledger_add() and ent_ledger_note_id()
 * belong to it, and no other call is allowed until it ends. Other writers wait. After a
 * failure of any of them only ent_ledger_abandon() is left.
 */
ENTITLE_CHECKED entitle_status
ent_ledger_begin(ent_ledger *ledger, entitle_error *error);

/* Notes the id of a use; false in `*out_is_new` where it has been counted before. */
ENTITLE_CHECKED entitle_status ent_ledger_note_id(
    ent_ledger *ledger,
    const char *id,
    int64_t at_s,
    bool *out_is_new,
    entitle_error *error);

ENTITLE_CHECKED entitle_status
ent_ledger_commit(ent_ledger *ledger, entitle_error *error);
void ent_ledger_abandon(ent_ledger *ledger);

/* --- Sending ---------------------------------------------------------------------- */

/* Which records to take for sending. */
typedef struct ent_ledger_claim {
    const char *instance;     /* whose own usage to take; NULL: no instance's */
    bool with_customers;      /* usage that names a customer, too */
    const char *customer;     /* only this customer's; NULL: everyone's */
    const char *product_code; /* only of this product; NULL: any */
    bool is_final;            /* the running hour, too */
    const char *owner;        /* who sends, unique among all senders */
    int64_t now_s;
    int64_t lease_s;     /* until others may take what has not been settled */
    bool is_only_sender; /* nobody else sends: leases that the dead left are void */
} ent_ledger_claim;

/*
 * Writes what will be sent for `record`: called once in its life, inside the
 * transaction that freezes it. `tags` has tags and quantities in turn. False fails the
 * claim.
 */
typedef struct ent_tag_sum {
    const char *tags; /* "": the rest, which has none */
    int64_t quantity;
} ent_tag_sum;
struct ent_buffer;
typedef bool ent_ledger_freezer(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    struct ent_buffer *request);

/* Gets each claimed record, frozen and durable, before anything is sent. */
typedef void ent_ledger_visitor(void *context, const ent_ledger_record *record);

/*
 * Takes up to `limit` records that are due, oldest hour first: closed ones, and those
 * that another owner left in sending whose lease has ended. They are in sending when it
 * returns, but for records of a customer's hour that has been sent under the customer's
 * other identity (ent_ledger_keep_customer()): both would be billed, so those are
 * rejected, and visited as that.
 */
ENTITLE_CHECKED entitle_status ent_ledger_take(
    ent_ledger *ledger,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error);

/* What became of a record that was taken. */
typedef enum ent_settlement {
    ENT_SETTLED_ACCEPTED, /* AWS has it: `text` is its MeteringRecordId */
    ENT_SETTLED_REJECTED, /* AWS refused it for good: `text` says why */
    ENT_SETTLED_LOST,     /* `text` says why */
    ENT_SETTLED_UNSENT,   /* AWS surely does not have it; may be taken again */
    ENT_SETTLED_UNKNOWN,  /* may have it; the same bytes are to be sent again */
    ENT_SETTLED_CARRY     /* surely does not and never will: units to the open hour */
} ent_settlement;

/* What became of a record, as its sender knows, and whether the ledger took it. */
typedef struct ent_ledger_verdict {
    int64_t record;
    ent_settlement settlement;
    const char *text;
    bool is_of_former_customer; /* AWS says that the customer is not subscribed */
    bool is_settled; /* set; false: the lease has gone to another, who settles it */
} ent_ledger_verdict;

/*
 * Settles what the owner has taken, all in one transaction, in whichever order the
 * verdicts stand: a customer of whom anything was refused as not subscribed is so in
 * the end. What is doubtful from an earlier attempt stays in sending on UNSENT, and
 * becomes lost on CARRY: it could be billed twice.
 */
ENTITLE_CHECKED entitle_status ent_ledger_settle(
    ent_ledger *ledger,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error);

/*
 * Whether AWS has accepted another record of that one's key and hour from this ledger.
 */
ENTITLE_CHECKED entitle_status ent_ledger_has_accepted_sibling(
    ent_ledger *ledger, int64_t record, bool *out, entitle_error *error);

/*
 * Everything unsent of hours that began before `before_s` (of customers, or of
 * instances) moves to the open hour, or is lost where `is_dropped`. Counts records.
 */
ENTITLE_CHECKED entitle_status ent_ledger_expire(
    ent_ledger *ledger,
    bool of_customers,
    int64_t before_s,
    bool is_dropped,
    int64_t now_s,
    size_t *out_count,
    entitle_error *error);

/* --- Instances -------------------------------------------------------------------- */

/*
 * `instance` is alive until `now_s + lease_s`. Usage of instances whose lease has ended
 * becomes its own, in its open hour; what they left in sending is lost: sent by another
 * instance it could be billed twice.
 */
ENTITLE_CHECKED entitle_status ent_ledger_adopt(
    ent_ledger *ledger,
    const char *instance,
    int64_t now_s,
    int64_t lease_s,
    size_t *out_count,
    entitle_error *error);

/* Hours that are to have a record of each dimension, used or not. */
typedef struct ent_ledger_heartbeat {
    const char *instance; /* NULL: the customers' hours */
    int64_t first_hour_s; /* both are starts of hours, and belong to it */
    int64_t last_hour_s;
    int64_t quantity; /* of a record where there was no other; counts as added */
} ent_ledger_heartbeat;

/*
 * Each product and dimension that the instance (or each customer that AWS has not
 * called unsubscribed since) has used gets a record for each of the hours, from its
 * first use on, that has none in any state. Doing it again adds nothing. Counts
 * records.
 */
ENTITLE_CHECKED entitle_status ent_ledger_fill_hours(
    ent_ledger *ledger,
    const ent_ledger_heartbeat *beat,
    size_t *out_count,
    entitle_error *error);

/* --- Customers -------------------------------------------------------------------- */

/* A customer of a product, as ResolveCustomer tells of it; "" where it did not. */
typedef struct ent_ledger_customer {
    const char *product_code;
    const char *account;
    const char *identifier;
    const char *license_arn; /* with its "arn:" */
} ent_ledger_customer;

/*
 * Keeps what ResolveCustomer said. By it, the ledger knows that an identifier and an
 * account are one customer, whose usage of an hour may bear only one of the two names.
 * Keeping it again changes nothing.
 */
ENTITLE_CHECKED entitle_status ent_ledger_keep_customer(
    ent_ledger *ledger,
    const ent_ledger_customer *customer,
    int64_t now_s,
    entitle_error *error);

/* False ends the walk. */
typedef bool
ent_ledger_customer_visitor(void *context, const ent_ledger_customer *customer);

ENTITLE_CHECKED entitle_status ent_ledger_customers(
    ent_ledger *ledger,
    ent_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error);

/* --- Looking ---------------------------------------------------------------------- */

/* False ends the walk. */
typedef bool ent_ledger_sums_visitor(
    void *context, const ent_usage_key *key, const ent_usage_sums *units);
typedef bool ent_ledger_record_visitor(void *context, const ent_ledger_record *record);

/* Every key with its sums, from one snapshot; instances are added up ("" for all). */
ENTITLE_CHECKED entitle_status ent_ledger_sums(
    ent_ledger *ledger,
    int64_t now_s,
    ent_ledger_sums_visitor *visit,
    void *context,
    entitle_error *error);

/* Records of a state (ENT_USAGE_STATE_COUNT: of all), oldest hour first. */
ENTITLE_CHECKED entitle_status ent_ledger_list(
    ent_ledger *ledger,
    ent_usage_state state,
    int64_t now_s,
    ent_ledger_record_visitor *visit,
    void *context,
    entitle_error *error);

/*
 * The start of the oldest hour with anything unsent; false in `*out_any`: nothing is.
 */
ENTITLE_CHECKED entitle_status ent_ledger_oldest_unsent(
    ent_ledger *ledger, bool *out_any, int64_t *out_hour_s, entitle_error *error);

/* Forgets accepted records of hours before `before_s`, and ids seen before; not their
 * sums. */
ENTITLE_CHECKED entitle_status ent_ledger_prune(
    ent_ledger *ledger, int64_t before_s, size_t *out_count, entitle_error *error);

/* Accepts NULL. */
void ent_ledger_close(ent_ledger *ledger);

#endif
