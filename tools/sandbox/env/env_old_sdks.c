/* SPDX-License-Identifier: Apache-2.0 */
#include "env/env_old_sdks.h"

void
env_append_old_sdks(ent_buffer *out, const char *url)
{
    ent_buffer_append_format(
        out,
        "# SDKs from before mid-2023 do not know "
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING;\n"
        "# to them, say it with each command and each client:\n"
        "# aws --endpoint-url %s meteringmarketplace OPERATION\n"
        "# boto3.client(\"meteringmarketplace\", endpoint_url=\"%s\")\n",
        url,
        url);
}
