/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/progress.h"
#include "console/time_value.h"
#include "usage/commands.h"
#include "usage/usage_meter.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum {
    FLUSH_FINAL = USAGE_FIRST_OWN,
    FLUSH_CUSTOMER,
    FLUSH_PAST_WINDOW,
    FLUSH_ZERO_RECORDS,
    FLUSH_IN_FLIGHT,
    FLUSH_INSTANCE,
    FLUSH_REGION,
    FLUSH_ENDPOINT,
    FLUSH_DEADLINE,
    FLUSH_OPTION_COUNT
};

static const option_rule options[FLUSH_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
    [FLUSH_FINAL] = { "--final",
                      NULL,
                      OPTION_SWITCH,
                      NULL,
                      "the running hour, too: this container ends" },
    [FLUSH_CUSTOMER] = { "--customer",
                         NULL,
                         OPTION_TEXT,
                         "C",
                         "only this customer's usage: an account or identifier" },
    [FLUSH_PAST_WINDOW] = { "--past-window",
                            NULL,
                            OPTION_CHOICE,
                            "carry|drop",
                            "what is too old to be sent joins the open hour, or is "
                            "counted as lost (carry)" },
    [FLUSH_ZERO_RECORDS] = { "--zero-records",
                             NULL,
                             OPTION_SWITCH,
                             NULL,
                             "a record of 0 for each hour without usage, of every "
                             "customer who has used a dimension before" },
    [FLUSH_IN_FLIGHT] = { "--in-flight",
                          NULL,
                          OPTION_QUANTITY,
                          "N",
                          "customers' batches under way at once, up to 64 (8)" },
    [FLUSH_INSTANCE] = USAGE_RULE_INSTANCE,
    [FLUSH_REGION] = { "--region",
                       NULL,
                       OPTION_TEXT,
                       "R",
                       "the AWS Region (AWS_REGION, AWS_DEFAULT_REGION)" },
    [FLUSH_ENDPOINT] = { "--endpoint",
                         NULL,
                         OPTION_TEXT,
                         "URL",
                         "the service (AWS_ENDPOINT_URL_MARKETPLACE_METERING, ...)" },
    [FLUSH_DEADLINE] = { "--deadline",
                         NULL,
                         OPTION_SECONDS,
                         "SECONDS",
                         "for each request with all its attempts (60)" },
};

/* --- Progress --------------------------------------------------------------------- */

typedef struct due_count {
    const char *customer; /* whose; NULL: everyone's */
    uint64_t count;
} due_count;

static bool
count_record(void *context, const entitle_ledger_record *record)
{
    due_count *due = context;

    due->count += due->customer == NULL || strcmp(due->customer, record->customer) == 0;
    return true;
}

/* How many records are due; only a person who looks wants to know before. */
static uint64_t
count_due(entitle_meter *meter, const entitle_flush_options *settings)
{
    static const entitle_usage_state states[] = { ENTITLE_USAGE_CLOSED,
                                                  ENTITLE_USAGE_SENDING,
                                                  ENTITLE_USAGE_OPEN };
    due_count due = { .customer = settings->customer };

    for (size_t i = 0; output_has_status_line() && i < (settings->final ? 3 : 2); i++) {
        if (entitle_meter_list(meter, states[i], count_record, &due, NULL) !=
            ENTITLE_OK) {
            return 0;
        }
    }
    return due.count;
}

static void
show_progress(void *context, uint64_t done, uint64_t left)
{
    (void)left; /* of those that are being sent together */
    progress_show(context, done, done);
}

/* --- The outcome ------------------------------------------------------------------ */

#define CARRIED                                                                        \
    "%" PRIu64 " moved to the open hour: 'entitle usage list --json' says from where"

/* Neither settled nor unsent: no member of the JSON value tells of it. */
static void
tell_of_carried(const entitle_flush_report *report)
{
    if (report->carried > 0 && output_get_mode()->json) {
        output_warning(CARRIED, report->carried);
    } else if (report->carried > 0) {
        output_result(CARRIED, report->carried);
    }
}

/* Whoever tries it adds a use, flushes, and wonders where it went. */
static void
tell_of_running_hour(entitle_meter *meter)
{
    char when[TIME_TEXT_SIZE];
    bool any = false;
    int64_t hour_s = 0;

    if (entitle_meter_oldest_unsent(meter, &any, &hour_s, NULL) != ENTITLE_OK || !any ||
        hour_s < entitle_usage_hour((int64_t)time(NULL))) {
        return;
    }
    time_value_format(hour_s, when);
    output_result(
        "nothing is due: the hour that began %s is sent when it is over, or with "
        "--final",
        when);
}

static int
print(const entitle_flush_report *report, entitle_meter *meter, int exit_status)
{
    if (output_get_mode()->json) {
        json_output json = json_output_object();

        json_add_number(&json, json.root, "sent", (int64_t)report->sent);
        json_add_number(&json, json.root, "accepted", (int64_t)report->accepted);
        json_add_number(&json, json.root, "rejected", (int64_t)report->rejected);
        json_add_number(&json, json.root, "lost", (int64_t)report->lost);
        json_add_number(&json, json.root, "unsent", (int64_t)report->unsent);
        json_add_number(&json, json.root, "requests", (int64_t)report->requests);
        tell_of_carried(report);
        return json_output_print(&json, exit_status);
    }
    output_result(
        "records: %" PRIu64 " accepted, %" PRIu64 " rejected, %" PRIu64
        " lost, %" PRIu64 " unsent",
        report->accepted,
        report->rejected,
        report->lost,
        report->unsent);
    tell_of_carried(report);
    if (report->sent == 0 && report->carried == 0) {
        tell_of_running_hour(meter);
    }
    return exit_status;
}

/*
 * What was rejected or lost comes first: the next flush tells again of what is unsent,
 * but of these it does not.
 */
static int
exit_status_for(const entitle_flush_report *report, const entitle_error *error)
{
    bool is_told_by_report =
        entitle_status_category(error->status) == ENTITLE_CATEGORY_DONE ||
        report->unsent > 0;

    if (entitle_status_category(error->status) == ENTITLE_CATEGORY_INTERRUPTED ||
        !is_told_by_report) {
        return exit_status_of(error->status);
    }
    if (report->rejected + report->lost > 0) {
        return EX_DATAERR;
    }
    return report->unsent > 0 ? EX_UNAVAILABLE : EX_OK;
}

static int
report_outcome(
    const entitle_flush_report *report,
    entitle_meter *meter,
    const entitle_error *error)
{
    int exit_status = exit_status_for(report, error);

    if (error->status != ENTITLE_OK) {
        (void)fail_report_error(error);
    }
    if (report->rejected + report->lost > 0) {
        output_hint("see 'entitle usage list --state rejected', and lost, for the "
                    "reasons");
    }
    return print(report, meter, exit_status);
}

/* --- A customer that nobody knows ------------------------------------------------- */

typedef struct name_search {
    const char *name;
    bool is_found;
} name_search;

static bool
look_at_usage(void *context, const entitle_usage_sums *sums)
{
    name_search *search = context;

    search->is_found = strcmp(sums->customer, search->name) == 0;
    return !search->is_found;
}

static bool
look_at_customer(void *context, const entitle_ledger_customer *customer)
{
    name_search *search = context;

    search->is_found = strcmp(customer->account, search->name) == 0 ||
                       strcmp(customer->identifier, search->name) == 0;
    return !search->is_found;
}

/* One that leaves is flushed once: a wrong name must not pass for one without usage. */
static void
warn_of_stranger(entitle_meter *meter, const char *name)
{
    name_search search = { .name = name };

    if (name == NULL ||
        entitle_meter_sums(meter, look_at_usage, &search, NULL) != ENTITLE_OK ||
        search.is_found ||
        entitle_meter_customers(meter, look_at_customer, &search, NULL) != ENTITLE_OK ||
        search.is_found) {
        return;
    }
    output_warning("the ledger knows no customer '%s'", name);
}

/* --- The command ------------------------------------------------------------------ */

static int
flush(const command_line *line, entitle_meter *meter, entitle_metering *metering)
{
    cli_progress progress;
    const entitle_flush_options settings = {
        .struct_size = sizeof(settings),
        .final = line->values[FLUSH_FINAL].number == 1,
        .past_window = line->values[FLUSH_PAST_WINDOW].number == 1
                           ? ENTITLE_PAST_WINDOW_DROP
                           : ENTITLE_PAST_WINDOW_CARRY,
        .progress = show_progress,
        .progress_context = &progress,
        .customer = line->values[FLUSH_CUSTOMER].text,
        .in_flight = (uint32_t)line->values[FLUSH_IN_FLIGHT].number,
        .zero_records = line->values[FLUSH_ZERO_RECORDS].number == 1,
    };
    entitle_flush_report report = { .sent = 0 };
    entitle_error error = { .status = ENTITLE_OK };

    progress = progress_begin(count_due(meter, &settings), "records");
    entitle_status status =
        entitle_meter_flush(meter, metering, &settings, &report, &error);
    progress_end(&progress);
    warn_of_stranger(meter, settings.customer);
    error.status = status;
    return report_outcome(&report, meter, &error);
}

static int
connect_and_flush(const command_line *line, entitle_meter *meter)
{
    const entitle_metering_options settings = {
        .struct_size = sizeof(settings),
        .runtime = &usage_runtime,
        .region = line->values[FLUSH_REGION].text,
        .endpoint = line->values[FLUSH_ENDPOINT].text,
        .deadline_ms = line->values[FLUSH_DEADLINE].number,
        .retry = ENTITLE_RETRY_STANDARD,
    };
    entitle_metering *metering = NULL;
    entitle_error error = { .status = ENTITLE_OK };

    if (entitle_metering_new(&settings, &metering, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    int exit_status = flush(line, meter, metering);
    entitle_metering_free(metering);
    return exit_status;
}

/* What is wrong with the command line; NULL: nothing is. */
static const char *
find_mistake(const command_line *line)
{
    const option_value *in_flight = &line->values[FLUSH_IN_FLIGHT];

    if (line->argument_count > 0) {
        return "flush takes options only";
    }
    if (in_flight->text != NULL &&
        (in_flight->number < 1 || in_flight->number > ENTITLE_CALLS_LIMIT)) {
        return "--in-flight is a number from 1 to 64";
    }
    if (line->values[FLUSH_CUSTOMER].text != NULL &&
        line->values[FLUSH_ZERO_RECORDS].number == 1) {
        return "--zero-records is for all customers, and --customer for one";
    }
    return NULL;
}

static int
run(const cli_command *command, const command_line *line)
{
    entitle_meter *meter = NULL;
    cli_failure failure;
    const char *mistake = find_mistake(line);

    if (mistake != NULL) {
        return command_usage_error(command, mistake);
    }
    if (!usage_meter_open_existing(
            line, &line->values[FLUSH_INSTANCE], &meter, &failure)) {
        return fail_report(&failure);
    }
    int exit_status = connect_and_flush(line, meter);
    (void)entitle_meter_free(meter);
    return exit_status;
}

const cli_command command_flush = {
    .name = "flush",
    .arguments = "[OPTIONS]",
    .summary = "send every hour that is over to AWS",
    .details =
        "Oldest hour first: usage of this task, pod, instance or host by MeterUsage, of\n"
        "customers by BatchMeterUsage, 25 records a request. It may be repeated and\n"
        "interrupted at any time: AWS counts each record once. When a customer cancels,\n"
        "--customer C --final sends what is left of its usage, within the hour that\n"
        "AWS allows.\n"
        "Exit status: 0 all that was due is accepted; 65 something was rejected or lost,\n"
        "69 something is left unsent, 74 the ledger, 78 the set-up is wrong, 130 and 143\n"
        "interrupted.\n",
    .examples = {
        "entitle usage flush --ledger usage.db",
        "entitle usage flush --customer 123456789012 --final --json",
    },
    .options = options,
    .option_count = FLUSH_OPTION_COUNT,
    .is_interruptible = true,
    .run = run,
};
