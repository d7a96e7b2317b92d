/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_COMMAND_EXPORT_H
#define SANDBOX_COMMAND_EXPORT_H

#include "program/options.h"

/* Prints what was honoured, whether or not a sandbox is running. Never writes. */
ENTITLE_CHECKED entitle_status
command_export(const sandbox_options *options, entitle_error *error);

#endif
