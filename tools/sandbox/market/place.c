/* SPDX-License-Identifier: Apache-2.0 */
#include "market/place.h"

#include "base/text.h"

const char *
place_partition(const char *region)
{
    if (ent_text_starts_with(region, "cn-")) {
        return "aws-cn";
    }
    return ent_text_starts_with(region, "us-gov-") ? "aws-us-gov" : "aws";
}

const char *
place_dns_suffix(const char *region)
{
    return ent_text_starts_with(region, "cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

const char *
place_dual_stack_suffix(const char *region)
{
    return ent_text_starts_with(region, "cn-") ? "api.amazonwebservices.com.cn"
                                               : "api.aws";
}

void
place_append_role_arn(
    ent_buffer *out, const char *region, const char *account, const char *name)
{
    ent_buffer_append_format(
        out, "arn:%s:iam::%s:role/%s", place_partition(region), account, name);
}
