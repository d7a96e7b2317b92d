/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_COMMAND_ENV_H
#define SANDBOX_COMMAND_ENV_H

#include "program/options.h"

/* Prints the exports that point a shell at a running sandbox. The caller prints the
 * error. */
ENTITLE_CHECKED entitle_status
command_env(const sandbox_options *options, entitle_error *error);

#endif
