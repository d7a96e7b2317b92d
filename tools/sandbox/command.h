/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_COMMAND_H
#define SANDBOX_COMMAND_H

#include "program/options.h"

/* What the program can be asked to do, one file each. The caller prints the error. */
ENTITLE_CHECKED entitle_status
command_serve(const sandbox_options *options, entitle_error *error);
ENTITLE_CHECKED entitle_status
command_env(const sandbox_options *options, entitle_error *error);

#endif
