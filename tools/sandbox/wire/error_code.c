/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/error_code.h"

#include <stddef.h>
#include <string.h>

/*
 * AWS's pages differ on 400 and 403 for refused callers; services that speak JSON 1.1
 * answer 400, and clients go by the code.
 */
static const error_code error_codes[] = {
    /* modelled */
    { "CustomerNotEntitledException", 400, false },
    { "DisabledApiException", 400, false },
    { "DuplicateRequestException", 400, false },
    { "ExpiredTokenException", 400, false },
    { "IdempotencyConflictException", 400, false },
    { "InternalServiceErrorException", 500, false },
    { "InvalidCustomerIdentifierException", 400, false },
    { "InvalidEndpointRegionException", 400, false },
    { "InvalidLicenseException", 400, false },
    { "InvalidProductCodeException", 400, false },
    { "InvalidPublicKeyVersionException", 400, false },
    { "InvalidRegionException", 400, false },
    { "InvalidTagException", 400, false },
    { "InvalidTokenException", 400, false },
    { "InvalidUsageAllocationsException", 400, false },
    { "InvalidUsageDimensionException", 400, false },
    { "PlatformNotSupportedException", 400, false },
    { "ThrottlingException", 400, true },
    { "TimestampOutOfBoundsException", 400, false },

    /* common to AWS's services */
    { "AccessDenied", 403, false },
    { "AccessDeniedException", 400, false },
    { "DryRunOperation", 400, false },
    { "IncompleteSignature", 400, false },
    { "IncompleteSignatureException", 400, false },
    { "InternalFailure", 500, false },
    { "InvalidAction", 400, false },
    { "InvalidClientTokenId", 400, false },
    { "InvalidSignatureException", 400, false },
    { "MissingAuthenticationToken", 400, false },
    { "MissingAuthenticationTokenException", 400, false },
    { "NotAuthorized", 400, false },
    { "OptInRequired", 400, false },
    { "RequestEntityTooLarge", 413, false },
    { "RequestExpired", 400, false },
    { "RequestInTheFuture", 400, false },
    { "RequestTimeTooSkewed", 400, false },
    { "RequestTimeout", 400, false },
    { "RequestTimeoutException", 400, false },
    { "SerializationException", 400, false },
    { "ServiceUnavailable", 503, false },
    { "SignatureDoesNotMatch", 400, false },
    { "UnauthorizedException", 400, false },
    { "UnknownOperationException", 400, false },
    { "UnrecognizedClientException", 400, false },
    { "ValidationException", 400, false },

    /* of the Security Token Service, by the names that are on the wire */
    { "ExpiredToken", 403, false },
    { "IDPCommunicationError", 400, false },
    { "IDPRejectedClaim", 403, false },
    { "InvalidIdentityToken", 400, false },
    { "MalformedPolicyDocument", 400, false },
    { "PackedPolicyTooLarge", 400, false },
    { "RegionDisabledException", 403, false },
    { "ValidationError", 400, false },

    /* other names of throttling */
    { "BandwidthLimitExceeded", 400, true },
    { "EC2ThrottledException", 400, true },
    { "LimitExceededException", 400, true },
    { "PriorRequestNotComplete", 400, true },
    { "ProvisionedThroughputExceededException", 400, true },
    { "RequestLimitExceeded", 400, true },
    { "RequestThrottled", 400, true },
    { "RequestThrottledException", 400, true },
    { "SlowDown", 400, true },
    { "ThrottledException", 400, true },
    { "Throttling", 400, true },
    { "TooManyRequestsException", 400, true },
    { "TransactionInProgressException", 400, true },
};

const error_code *
error_code_find(const char *name)
{
    for (size_t i = 0; i < sizeof(error_codes) / sizeof(error_codes[0]); i++) {
        if (strcmp(error_codes[i].name, name) == 0) {
            return &error_codes[i];
        }
    }
    return NULL;
}
