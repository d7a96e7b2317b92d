/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/instance.h"

#include "base/error.h"

#include <unistd.h>

entitle_status
ent_instance_find(
    const entitle_runtime *runtime, char *out, size_t out_size, entitle_error *error)
{
    (void)runtime;
    if (gethostname(out, out_size) != 0) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "this host has no name");
    }
    out[out_size - 1] = '\0';
    return ENTITLE_OK;
}
