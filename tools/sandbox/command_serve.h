/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_COMMAND_SERVE_H
#define SANDBOX_COMMAND_SERVE_H

#include "program/options.h"

/* Is the sandbox until SIGTERM or SIGINT. The caller prints the error. */
ENTITLE_CHECKED entitle_status
command_serve(const sandbox_options *options, entitle_error *error);

#endif
