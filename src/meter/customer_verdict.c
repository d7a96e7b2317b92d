/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "meter/flush_customers.h"

#include <stdio.h>

/*
 * How many answers may leave a record undecided before the flush gives it up. The next
 * flush sends it again.
 */
enum { ROUNDS = 3 };

void
ent_customer_settle(
    ent_customer_flush *customers,
    ent_customer_record *record,
    ent_settlement settlement,
    const char *text)
{
    const ent_ledger_verdict verdict = {
        .record = record->id,
        .settlement = ent_verdict_never_twice(record->is_doubtful, settlement),
    };
    ent_verdict_list_add(&customers->verdicts, &verdict, text);
    ent_stock_free_record(&customers->stock, record);
}

void
ent_customer_put_back(ent_customer_flush *customers, ent_customer_record *record)
{
    ent_customer_settle(customers, record, ENT_SETTLED_UNSENT, "");
}

void
ent_customer_give_up_late(ent_customer_flush *customers, ent_customer_record *record)
{
    ent_settlement settlement = ENT_SETTLED_UNSENT;

    (void)ent_verdict_judge_late(customers->flush, record->hour_s, &settlement);
    ent_customer_settle(
        customers,
        record,
        settlement,
        "AWS takes the hour no more: it has refused others as old");
}

void
ent_customer_settle_former(
    ent_customer_flush *customers,
    ent_customer_record *record,
    ent_settlement settlement,
    const char *text)
{
    const ent_ledger_verdict verdict = {
        .record = record->id,
        .settlement = settlement,
        .is_of_former_customer = true,
    };
    ent_verdict_list_add(&customers->verdicts, &verdict, text);
    ent_stock_free_record(&customers->stock, record);
}

static void
settle_unsubscribed(
    ent_customer_flush *customers, ent_customer_record *record, const char *request_id)
{
    char reason[ENT_REASON_SIZE];
    (void)snprintf(
        reason,
        sizeof(reason),
        "CustomerNotSubscribed: AWS says that the customer has no subscription, "
        "request %s",
        request_id);
    ent_customer_settle_former(customers, record, ENT_SETTLED_LOST, reason);
}

static void
settle_duplicate(
    ent_customer_flush *customers, ent_customer_record *record, const char *request_id)
{
    char reason[ENT_REASON_SIZE];
    ent_settlement settlement = ENT_SETTLED_UNKNOWN;

    (void)ent_verdict_choose_for_duplicate(customers->flush, record->id, &settlement);
    (void)snprintf(
        reason,
        sizeof(reason),
        "DuplicateRecord: AWS holds another quantity for this hour of the customer, "
        "request %s",
        request_id);
    ent_customer_settle(customers, record, settlement, reason);
}

void
ent_customer_give_up(ent_customer_flush *customers, ent_customer_record *record)
{
    ent_settlement settlement =
        record->is_doubtful ? ENT_SETTLED_UNKNOWN : ENT_SETTLED_UNSENT;

    ent_verdict_list_defer(&customers->verdicts, record->id, settlement);
    ent_stock_free_record(&customers->stock, record);
}

static void
ask_again(ent_customer_flush *customers, ent_customer_record *record)
{
    if (++record->rounds < ROUNDS) {
        ent_stock_return(&customers->stock, record);
        return;
    }
    ent_customer_give_up(customers, record);
    ent_fail(
        &customers->remark,
        ENTITLE_SERVICE_ERROR,
        "AWS leaves records unprocessed, or says nothing of them, however often they "
        "are sent");
    ent_hint(&customers->remark, "flush again later: they are kept");
}

void
ent_customer_settle_result(
    ent_customer_flush *customers,
    ent_customer_record *record,
    const entitle_usage_batch_result *result,
    size_t index)
{
    const char *request_id = entitle_usage_batch_result_request_id(result);

    switch (entitle_usage_batch_result_outcome(result, index)) {
    case ENTITLE_USAGE_SUCCESS:
        ent_customer_settle(
            customers,
            record,
            ENT_SETTLED_ACCEPTED,
            entitle_usage_batch_result_record_id(result, index));
        return;
    case ENTITLE_USAGE_CUSTOMER_NOT_SUBSCRIBED:
        settle_unsubscribed(customers, record, request_id);
        return;
    case ENTITLE_USAGE_DUPLICATE_RECORD:
        settle_duplicate(customers, record, request_id);
        return;
    case ENTITLE_USAGE_UNPROCESSED:
        ask_again(customers, record);
        return;
    case ENTITLE_USAGE_UNKNOWN:
        record->is_doubtful = true;
        ask_again(customers, record);
        return;
    }
}
