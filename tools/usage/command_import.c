/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/progress.h"
#include "usage/commands.h"
#include "usage/import_csv.h"
#include "usage/import_file.h"
#include "usage/import_json.h"
#include "usage/usage_meter.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A database that restarts takes some seconds. */
enum { ATTEMPTS_LIMIT = 30, PAUSE_MS = 1000, FIRST_PAUSE_MS = 100 };

enum { IMPORT_CODE = USAGE_FIRST_OWN, IMPORT_INSTANCE, IMPORT_OPTION_COUNT };

static const option_rule options[IMPORT_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
    [IMPORT_CODE] = USAGE_RULE_PRODUCT_CODE,
    [IMPORT_INSTANCE] = USAGE_RULE_INSTANCE,
};

/* An import on its way. */
typedef struct usage_import {
    import_file *file;
    import_csv csv;
    bool has_header;
    entitle_meter_import *uses;
    cli_progress progress;
    uint64_t use_count;
    uint64_t counted;
    unsigned attempts;
    bool may_begin_anew; /* nothing counts, and it may succeed */
    cli_failure *failure;
} usage_import;

/* Nothing counts, so that mending the line and importing all of it again is right. */
static bool
refuse(const usage_import *import, uint64_t line, const char *reason, const char *hint)
{
    fail(import->failure, EX_DATAERR, "line %" PRIu64 ": %s", line, reason);
    fail_hint(
        import->failure,
        "%s%snothing was added: mend the line, and import the whole file again",
        hint,
        hint[0] != '\0' ? "; " : "");
    return false;
}

static bool
take_error(usage_import *import, const entitle_error *error)
{
    int exit_status = exit_status_of(error->status);

    import->may_begin_anew = error->is_certainly_undone;

    if (import->uses != NULL &&
        (exit_status == EX_DATAERR || exit_status == EX_CONFIG)) {
        return refuse(
            import,
            entitle_meter_import_culprit(import->uses),
            error->message,
            error->hint);
    }
    fail(import->failure, exit_status, "%s", error->message);
    fail_hint(import->failure, "%s", error->hint);
    return false;
}

static bool
add(usage_import *import, const import_use *use)
{
    entitle_error error = { .status = ENTITLE_OK };
    bool counted = false;

    if (entitle_meter_import_add(
            import->uses, &use->use, import->file->line, &counted, &error) !=
        ENTITLE_OK) {
        return take_error(import, &error);
    }
    import->use_count++;
    import->counted += counted ? 1 : 0;
    return true;
}

static bool
take_record(usage_import *import, char *record, size_t length)
{
    char reason[IMPORT_REASON_SIZE] = "";
    import_use use;
    bool is_read = false;

    if (import->file->is_csv && !import->has_header) {
        import->has_header = true;
        return import_csv_read_header(&import->csv, record, reason) ||
               refuse(import, import->file->line, reason, "");
    }
    import_use_init(&use);
    is_read = import->file->is_csv ? import_csv_read(&import->csv, record, &use, reason)
                                   : import_json_read(record, length, &use, reason);
    bool holds =
        is_read ? add(import, &use) : refuse(import, import->file->line, reason, "");
    import_use_clear(&use);
    return holds;
}

/* A look at the clock for each line would take longer than the line. */
static void
show_progress(usage_import *import)
{
    if (import->use_count % 1024 == 0) {
        progress_show(&import->progress, import->file->done, import->use_count);
    }
}

static bool
take_all(usage_import *import)
{
    for (;;) {
        char *record = NULL;
        size_t length = 0;
        import_step step =
            import_file_next(import->file, &record, &length, import->failure);

        if (step != IMPORT_RECORD) {
            return step == IMPORT_END;
        }
        if (!take_record(import, record, length)) {
            return false;
        }
        show_progress(import);
    }
}

/* A signal that comes before this ends the import; from here on none does. */
static bool
commit(usage_import *import)
{
    entitle_error error = { .status = ENTITLE_OK };

    interrupt_hold();
    if (interrupt_signal() != 0) {
        fail(
            import->failure,
            EX_SIGNAL + interrupt_signal(),
            "interrupted: nothing was added");
        return false;
    }
    return entitle_meter_import_commit(import->uses, &error) == ENTITLE_OK ||
           take_error(import, &error);
}

static bool
import_once(usage_import *import, entitle_meter *meter)
{
    entitle_error error = { .status = ENTITLE_OK };

    import->attempts++;
    import->has_header = import->may_begin_anew = false;
    import->use_count = import->counted = 0;
    if (entitle_meter_import_begin(meter, &import->uses, &error) != ENTITLE_OK) {
        /* Where it has begun before, the database may just be starting. */
        bool holds = take_error(import, &error);
        import->may_begin_anew = import->may_begin_anew && import->attempts > 1;
        return holds;
    }
    bool holds = take_all(import) && commit(import);
    entitle_meter_import_free(import->uses);
    import->uses = NULL;
    return holds;
}

/* False: there is no use in another attempt. */
static bool
prepare_another(usage_import *import)
{
    long pause_ms = import->attempts == 1 ? FIRST_PAUSE_MS : PAUSE_MS;
    const struct timespec pause = { .tv_sec = pause_ms / 1000,
                                    .tv_nsec = pause_ms % 1000 * 1000000 };

    if (!import->may_begin_anew || import->attempts >= ATTEMPTS_LIMIT) {
        return false;
    }
    (void)nanosleep(&pause, NULL);
    if (interrupt_signal() != 0) {
        fail(
            import->failure,
            EX_SIGNAL + interrupt_signal(),
            "interrupted: nothing was added");
        return false;
    }
    return import_file_rewind(import->file, import->failure);
}

static bool
import_all(usage_import *import, entitle_meter *meter)
{
    import->progress = progress_begin(import->file->size, "uses");
    bool holds = import_once(import, meter);
    while (!holds && prepare_another(import)) {
        holds = import_once(import, meter);
    }
    progress_end(&import->progress);
    return holds;
}

static int
print(const usage_import *import)
{
    if (output_get_mode()->json) {
        json_output json = json_output_object();

        json_add_number(&json, json.root, "uses", (int64_t)import->use_count);
        json_add_number(&json, json.root, "counted", (int64_t)import->counted);
        return json_output_print(&json, EX_OK);
    }
    output_result(
        "uses: %" PRIu64 " imported, %" PRIu64 " of them counted before",
        import->use_count,
        import->use_count - import->counted);
    return EX_OK;
}

static int
import_file_into(const command_line *line, import_file *file)
{
    const char *name = line->argument_count == 1 ? line->arguments[0] : "-";
    cli_failure failure;
    usage_import import = { .file = file, .failure = &failure };
    entitle_meter *meter = NULL;

    if (!import_file_open(file, name, &failure)) {
        return fail_report(&failure);
    }
    bool holds = usage_meter_open(
                     line,
                     &line->values[IMPORT_CODE],
                     &line->values[IMPORT_INSTANCE],
                     &meter,
                     &failure) &&
                 import_all(&import, meter);
    import_file_close(file);
    (void)entitle_meter_free(meter);
    return holds ? print(&import) : fail_report(&failure);
}

static int
run(const cli_command *command, const command_line *line)
{
    if (line->argument_count > 1) {
        return command_usage_error(command, "import takes one file");
    }
    import_file *file = malloc(sizeof(*file));
    if (file == NULL) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    int exit_status = import_file_into(line, file);
    free(file);
    return exit_status;
}

const cli_command command_import = {
    .name = "import",
    .arguments = "[OPTIONS] [FILE|-]",
    .summary = "record the uses of a file, all or none",
    .details =
        "FILE is JSON Lines, one object a line, or CSV with a heading, with the members\n"
        "product_code, dimension, quantity, timestamp, tags, license_arn,\n"
        "customer_account, customer_id and id. Only dimension and quantity are needed.\n"
        "Times are ISO 8601 in UTC or epoch seconds; tags are an object of JSON, in CSV\n"
        "also K=V|K=V. A use whose id has been counted is not counted again, so that an\n"
        "import may be repeated. Other writers wait until it has ended.\n"
        "Exit status: 0 all of them count; 65 a line is refused, 74 file or ledger, 130\n"
        "and 143 interrupted: none of them counts.\n",
    .examples = {
        "entitle usage import --ledger usage.db uses.csv",
        "zcat uses.jsonl.gz | entitle usage import --ledger usage.db -",
    },
    .options = options,
    .option_count = IMPORT_OPTION_COUNT,
    .is_interruptible = true,
    .run = run,
};
