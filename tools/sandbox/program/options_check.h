/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OPTIONS_CHECK_H
#define SANDBOX_OPTIONS_CHECK_H

#include "program/options.h"

/* Whether options that are good by themselves go together, and none is missing. */
ENTITLE_CHECKED entitle_status
options_check(const sandbox_options *options, entitle_error *error);

#endif
