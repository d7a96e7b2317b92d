/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: market_verdict FILE
 *        market_verdict --default
 *
 * What the sandbox says of a market file: nothing and 0, or the error, the hint and 78.
 * Or prints the default market.
 */
#include "base/runtime.h"
#include "market/default_market.h"
#include "market/market_file.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int
main(int argc, char *argv[])
{
    if (argc != 2) {
        return EX_USAGE;
    }
    if (strcmp(argv[1], "--default") == 0) {
        return fputs(default_market, stdout) < 0 ? EX_IOERR : EX_OK;
    }
    entitle_runtime runtime;
    entitle_error error = { 0 };
    sandbox_market *market = NULL;
    entitle_status status = ent_runtime_fill(&runtime, NULL, &error);
    if (status == ENTITLE_OK) {
        status = market_file_read(&runtime, argv[1], NULL, &market, &error);
    }
    if (status == ENTITLE_OK) {
        market_free(market);
        return EX_OK;
    }
    printf("%s\n%s\n", error.message, error.hint);
    return status == ENTITLE_CONFIGURATION ? EX_CONFIG : EX_SOFTWARE;
}
