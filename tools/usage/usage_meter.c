/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/usage_meter.h"

#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/library_log.h"

#include <string.h>

enum { INSTANCE_LIMIT = 255 };

const entitle_runtime usage_runtime = {
    .struct_size = sizeof(usage_runtime),
    .log = library_log_warnings,
    .interrupted = interrupt_is_pending,
};

/* Where nothing is added, nobody is asked who adds. */
static const option_value nobody = { .text = "nobody" };

bool
usage_meter_check_ledger(const option_value *ledger, cli_failure *failure)
{
    if (ledger->text == NULL) {
        fail(failure, EX_CONFIG, "no ledger was named");
        fail_hint(
            failure,
            "give --ledger or ENTITLE_LEDGER, such as /var/lib/entitle/usage.db");
        return false;
    }
    return true;
}

/* The rule is the library's; said here, it is told by the flag's name. */
static bool
check_instance(const option_value *instance, cli_failure *failure)
{
    size_t length = instance->text != NULL ? strlen(instance->text) : 1;
    bool is_visible = true;

    for (size_t i = 0; instance->text != NULL && i < length; i++) {
        is_visible = is_visible && instance->text[i] > ' ' && instance->text[i] <= '~';
    }
    if (is_visible && length >= 1 && length <= INSTANCE_LIMIT) {
        return true;
    }
    fail(
        failure,
        EX_USAGE,
        "%s must be 1 to %d visible ASCII characters",
        instance->origin,
        INSTANCE_LIMIT);
    return false;
}

static int
exit_status_for(entitle_status status, const option_value *product_code)
{
    if (status == ENTITLE_INVALID_PRODUCT_CODE && product_code != NULL &&
        !product_code->from_variable) {
        return EX_USAGE;
    }
    /* What is left to be wrong is the ledger's name. */
    return status == ENTITLE_INVALID_ARGUMENT ? EX_CONFIG : exit_status_of(status);
}

static bool
take_error(
    const entitle_error *error, const option_value *product_code, cli_failure *failure)
{
    fail(failure, exit_status_for(error->status, product_code), "%s", error->message);
    fail_hint(failure, "%s", error->hint);
    return false;
}

int
usage_meter_report(const entitle_error *error)
{
    cli_failure failure;

    (void)take_error(error, NULL, &failure);
    return fail_report(&failure);
}

static bool
open_meter(
    const command_line *line,
    const option_value *product_code,
    const option_value *instance,
    bool must_exist,
    entitle_meter **out,
    cli_failure *failure)
{
    const entitle_meter_options options = {
        .struct_size = sizeof(options),
        .runtime = &usage_runtime,
        .ledger = line->values[USAGE_LEDGER].text,
        .product_code = product_code != NULL ? product_code->text : NULL,
        .instance = instance != NULL ? instance->text : NULL,
        .must_exist = must_exist,
    };
    entitle_error error = { .status = ENTITLE_OK };

    if (!usage_meter_check_ledger(&line->values[USAGE_LEDGER], failure) ||
        (instance != NULL && !check_instance(instance, failure))) {
        return false;
    }
    return entitle_meter_new(&options, out, &error) == ENTITLE_OK ||
           take_error(&error, product_code, failure);
}

bool
usage_meter_open(
    const command_line *line,
    const option_value *product_code,
    const option_value *instance,
    entitle_meter **out,
    cli_failure *failure)
{
    return open_meter(line, product_code, instance, false, out, failure);
}

bool
usage_meter_open_existing(
    const command_line *line,
    const option_value *instance,
    entitle_meter **out,
    cli_failure *failure)
{
    return open_meter(line, NULL, instance, true, out, failure);
}

bool
usage_meter_look(const command_line *line, entitle_meter **out, cli_failure *failure)
{
    return open_meter(line, NULL, &nobody, true, out, failure);
}

bool
usage_meter_keep(const command_line *line, entitle_meter **out, cli_failure *failure)
{
    return open_meter(line, NULL, &nobody, false, out, failure);
}
