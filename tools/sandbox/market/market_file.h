/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MARKET_FILE_H
#define SANDBOX_MARKET_FILE_H

#include "market/market.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

/*
 * The market file: docs/market.schema.json and docs/sandbox-market.md. What is not
 * understood is refused (ENTITLE_CONFIGURATION), with the line, the member and the
 * reason, such as "market.json:14: subscriptions[2].ends: is not a time". Members that
 * a part of the file leaves out take what the default market has there.
 */
ENTITLE_CHECKED entitle_status market_file_read(
    const entitle_runtime *runtime,
    const char *path,
    const char *region,
    sandbox_market **out,
    entitle_error *error);

/* The same for a text; `name` stands for the path in messages. */
ENTITLE_CHECKED entitle_status market_parse(
    const entitle_runtime *runtime,
    const char *name,
    const char *text,
    size_t length,
    const char *region,
    sandbox_market **out,
    entitle_error *error);

/* The market without a file: a text of the same form, built in. */
ENTITLE_CHECKED entitle_status market_default(
    const entitle_runtime *runtime,
    const char *region,
    sandbox_market **out,
    entitle_error *error);

/* Accepts NULL. */
void market_free(sandbox_market *market);

#endif
