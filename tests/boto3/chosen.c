/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "metering/client.h"

#include <stdio.h>

/*
 * Prints what the library settles on in this environment, for second_opinion.py: the
 * kind and the id of the credentials, the Region and the endpoint, or "error" and why.
 */

static int
fail(const entitle_error *error)
{
    printf("error\t%s\t%s\n", entitle_status_name(error->status), error->message);
    return 0;
}

int
main(void)
{
    entitle_metering *metering = NULL;
    entitle_error error = { 0 };
    entitle_credentials credentials = { 0 };

    if (entitle_metering_new(NULL, &metering, &error) != ENTITLE_OK) {
        return fail(&error);
    }
    const entitle_credentials_provider *provider = metering->service.credentials;
    if (provider->provide(provider->context, false, 60000, &credentials, &error) !=
        ENTITLE_OK) {
        entitle_metering_free(metering);
        return fail(&error);
    }
    printf(
        "%s\t%s\t%s\t%s\n",
        entitle_credentials_kind_name(credentials.kind),
        credentials.access_key_id,
        entitle_metering_region(metering),
        entitle_metering_endpoint(metering));
    ent_credentials_wipe(&credentials);
    entitle_metering_free(metering);
    return 0;
}
