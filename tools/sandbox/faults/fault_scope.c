/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/fault_scope.h"

#include <stddef.h>
#include <string.h>

#define KIND(name)     (1U << FAULT_##name)
#define DOCUMENT(name) (1U << DOCUMENT_##name)

#define ANY_KIND                                                                       \
    (KIND(STATUS) | KIND(DELAY) | KIND(DROP_REPLY) | KIND(RESET) | KIND(SKEW))
#define SERVICE_KINDS    (ANY_KIND | KIND(ERROR) | KIND(UNPROCESSED) | KIND(TOKEN))
#define CREDENTIAL_KINDS (ANY_KIND | KIND(DOCUMENT) | KIND(LIFETIME))

#define TEXT_DOCUMENTS (DOCUMENT(HALF) | DOCUMENT(HUGE))
#define LACKING_DOCUMENTS                                                              \
    (DOCUMENT(EXPIRED) | DOCUMENT(MISSING_EXPIRATION) | DOCUMENT(MISSING_TOKEN))
#define XML_DOCUMENTS                                                                  \
    (TEXT_DOCUMENTS | LACKING_DOCUMENTS | DOCUMENT(NOT_XML) | DOCUMENT(XML_ENTITIES))
#define JSON_DOCUMENTS                                                                 \
    (TEXT_DOCUMENTS | LACKING_DOCUMENTS | DOCUMENT(NOT_JSON) |                         \
     DOCUMENT(CODE_NOT_SUCCESS))

typedef struct operation_scope {
    const char *operation;
    unsigned kinds;
    unsigned documents;
} operation_scope;

static const operation_scope scopes[] = {
    { "*", SERVICE_KINDS, 0 },
    { "RegisterUsage", SERVICE_KINDS, 0 },
    { "MeterUsage", SERVICE_KINDS, 0 },
    { "BatchMeterUsage", SERVICE_KINDS, 0 },
    { "ResolveCustomer", SERVICE_KINDS, 0 },
    { "sts", CREDENTIAL_KINDS | KIND(ERROR), XML_DOCUMENTS },
    { "ecs-credentials", CREDENTIAL_KINDS | KIND(ERROR), JSON_DOCUMENTS },
    { "eks-credentials", CREDENTIAL_KINDS | KIND(ERROR), JSON_DOCUMENTS },
    { "ecs-metadata", ANY_KIND | KIND(DOCUMENT), TEXT_DOCUMENTS | DOCUMENT(NOT_JSON) },
    { "imds-token", ANY_KIND, 0 },
    { "imds-credentials", CREDENTIAL_KINDS | KIND(TOKEN_REQUIRED), JSON_DOCUMENTS },
    { "imds", ANY_KIND | KIND(DOCUMENT) | KIND(TOKEN_REQUIRED), TEXT_DOCUMENTS },
};

static const operation_scope *
find_scope(const char *operation)
{
    for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
        if (strcmp(scopes[i].operation, operation) == 0) {
            return &scopes[i];
        }
    }
    return NULL;
}

bool
fault_scope_has(const char *operation)
{
    return find_scope(operation) != NULL;
}

void
fault_scope_check(sandbox_fields *fields, const sandbox_fault *fault)
{
    const operation_scope *scope = find_scope(fault->operation);
    if (scope == NULL || (scope->kinds & (1U << fault->kind)) == 0) {
        fields_fault(fields, "%s cannot go wrong in this way", fault->operation);
        return;
    }
    if (fault->kind == FAULT_DOCUMENT &&
        (scope->documents & (1U << fault->document)) == 0) {
        fields_fault(
            fields,
            "%s has no document that can be \"%s\"",
            fault->operation,
            document_twist_name(fault->document));
    }
}
