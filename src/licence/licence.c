/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/claims.h"

#include <string.h>

const char *
entitle_licence_id(const entitle_licence *licence)
{
    return licence->id;
}

const char *
entitle_licence_product_code(const entitle_licence *licence)
{
    return licence->product_code;
}

const char *
entitle_licence_licensee(const entitle_licence *licence)
{
    return licence->licensee;
}

int64_t
entitle_licence_issued_at_s(const entitle_licence *licence)
{
    return licence->issued_at_s;
}

int64_t
entitle_licence_not_before_s(const entitle_licence *licence)
{
    return licence->not_before_s;
}

int64_t
entitle_licence_expires_at_s(const entitle_licence *licence)
{
    return licence->expires_at_s;
}

bool
entitle_licence_seats(const entitle_licence *licence, uint32_t *out)
{
    if (licence->has_seats) {
        *out = licence->seats;
    }
    return licence->has_seats;
}

size_t
entitle_licence_feature_count(const entitle_licence *licence)
{
    return licence->feature_count;
}

const char *
entitle_licence_feature_at(const entitle_licence *licence, size_t index)
{
    return index < licence->feature_count ? licence->features[index] : NULL;
}

bool
entitle_licence_has_feature(const entitle_licence *licence, const char *feature)
{
    for (size_t i = 0; i < licence->feature_count; i++) {
        if (strcmp(licence->features[i], feature) == 0) {
            return true;
        }
    }
    return false;
}

const char *
entitle_licence_account(const entitle_licence *licence)
{
    return licence->account;
}

const char *
entitle_licence_host(const entitle_licence *licence)
{
    return licence->host;
}

const char *
entitle_licence_json(const entitle_licence *licence)
{
    return licence->text;
}
