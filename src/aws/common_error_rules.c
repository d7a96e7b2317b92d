/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/service_error.h"

#include <stddef.h>

#define HINT_SECRET                                                                    \
    "check the secret access key and, behind a proxy, that it does not change "        \
    "requests"
#define HINT_CLOCK "set this machine's clock, for instance with an NTP service"
#define HINT_KEY_ID                                                                    \
    "check the access key id and the session token, and that they belong to this "     \
    "partition of AWS"
#define HINT_EXPIRED "renew the temporary credentials"
#define HINT_DENIED  "let the IAM policies of this role allow the operation"
#define HINT_ENDPOINT                                                                  \
    "check the endpoint: what answers there does not know the operation"
#define HINT_REQUEST "check the values in the request"
#define HINT_WAIT    "try again later"
#define HINT_AUTHENTICATION                                                            \
    "check that no proxy removes or changes the Authorization header"

const ent_error_rule ent_common_error_rules[] = {
    { "InvalidSignatureException",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_CLOCK,
      HINT_SECRET },
    { "SignatureDoesNotMatch",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_CLOCK,
      HINT_SECRET },
    { "RequestExpired", ENTITLE_CLOCK_SKEW, ENT_SUSPECT_CLOCK, HINT_CLOCK },
    { "RequestTimeTooSkewed", ENTITLE_CLOCK_SKEW, ENT_SUSPECT_CLOCK, HINT_CLOCK },
    { "RequestInTheFuture", ENTITLE_CLOCK_SKEW, ENT_SUSPECT_CLOCK, HINT_CLOCK },

    { "UnrecognizedClientException",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_CREDENTIALS,
      HINT_KEY_ID },
    { "InvalidClientTokenId",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_CREDENTIALS,
      HINT_KEY_ID },
    { "ExpiredTokenException",
      ENTITLE_EXPIRED_CREDENTIALS,
      ENT_SUSPECT_CREDENTIALS,
      HINT_EXPIRED },
    { "ExpiredToken",
      ENTITLE_EXPIRED_CREDENTIALS,
      ENT_SUSPECT_CREDENTIALS,
      HINT_EXPIRED },
    { "IncompleteSignature",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_NOTHING,
      HINT_AUTHENTICATION },
    { "IncompleteSignatureException",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_NOTHING,
      HINT_AUTHENTICATION },
    { "MissingAuthenticationToken",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_NOTHING,
      HINT_AUTHENTICATION },
    { "MissingAuthenticationTokenException",
      ENTITLE_INVALID_CREDENTIALS,
      ENT_SUSPECT_NOTHING,
      HINT_AUTHENTICATION },

    { "AccessDenied", ENTITLE_ACCESS_DENIED, ENT_SUSPECT_NOTHING, HINT_DENIED },
    { "AccessDeniedException",
      ENTITLE_ACCESS_DENIED,
      ENT_SUSPECT_NOTHING,
      HINT_DENIED },
    { "NotAuthorized", ENTITLE_ACCESS_DENIED, ENT_SUSPECT_NOTHING, HINT_DENIED },
    { "UnauthorizedException",
      ENTITLE_ACCESS_DENIED,
      ENT_SUSPECT_NOTHING,
      HINT_DENIED },
    { "OptInRequired",
      ENTITLE_ACCESS_DENIED,
      ENT_SUSPECT_NOTHING,
      "sign the AWS account up for AWS Marketplace" },

    { "ValidationException", ENTITLE_INVALID_INPUT, ENT_SUSPECT_NOTHING, HINT_REQUEST },
    { "SerializationException",
      ENTITLE_INVALID_INPUT,
      ENT_SUSPECT_NOTHING,
      HINT_REQUEST },
    { "InvalidAction", ENTITLE_CONFIGURATION, ENT_SUSPECT_NOTHING, HINT_ENDPOINT },
    { "UnknownOperationException",
      ENTITLE_CONFIGURATION,
      ENT_SUSPECT_NOTHING,
      HINT_ENDPOINT },

    { "InternalFailure", ENTITLE_SERVICE_ERROR, ENT_SUSPECT_NOTHING, HINT_WAIT },
    { "InternalServiceErrorException",
      ENTITLE_SERVICE_ERROR,
      ENT_SUSPECT_NOTHING,
      HINT_WAIT },
    { "ServiceUnavailable", ENTITLE_SERVICE_ERROR, ENT_SUSPECT_NOTHING, HINT_WAIT },
    { "RequestTimeout", ENTITLE_TIMEOUT, ENT_SUSPECT_NOTHING, HINT_WAIT },
    { "RequestTimeoutException", ENTITLE_TIMEOUT, ENT_SUSPECT_NOTHING, HINT_WAIT },

    { NULL, ENTITLE_INTERNAL_ERROR, ENT_SUSPECT_NOTHING, NULL },
};
