/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/judge.h"
#include "support/cmocka.h"

#include <stdio.h>

typedef struct judge_case {
    const char *code; /* "": there was no answer */
    ent_settlement undone;
    ent_settlement doubtful; /* where an attempt may have arrived */
    bool ends_flush;
    bool is_too_late;
    bool is_duplicate;
} judge_case;

#define REFUSED(code)                                                                  \
    {                                                                                  \
        code, ENT_SETTLED_REJECTED, ENT_SETTLED_REJECTED, false, false, false          \
    }
#define TROUBLE(code)                                                                  \
    {                                                                                  \
        code, ENT_SETTLED_UNSENT, ENT_SETTLED_UNKNOWN, true, false, false              \
    }

static const judge_case cases[] = {
    /* About this record alone. */
    REFUSED("InvalidTagException"),
    REFUSED("InvalidUsageAllocationsException"),
    REFUSED("InvalidUsageDimensionException"),
    REFUSED("IdempotencyConflictException"),
    REFUSED("ValidationException"),
    REFUSED("InvalidProductCodeException"),
    { "DuplicateRequestException",
      ENT_SETTLED_REJECTED,
      ENT_SETTLED_REJECTED,
      false,
      false,
      true },
    { "TimestampOutOfBoundsException",
      ENT_SETTLED_CARRY,
      ENT_SETTLED_CARRY,
      false,
      true,
      false },

    /* The same in any case, as everywhere. */
    REFUSED("invalidusagedimensionexception"),
    { "duplicateRequestException",
      ENT_SETTLED_REJECTED,
      ENT_SETTLED_REJECTED,
      false,
      false,
      true },
    { "TIMESTAMPOUTOFBOUNDSEXCEPTION",
      ENT_SETTLED_CARRY,
      ENT_SETTLED_CARRY,
      false,
      true,
      false },

    /* What the next record would meet, too. */
    TROUBLE(""),
    TROUBLE("CustomerNotEntitledException"),
    TROUBLE("InvalidEndpointRegionException"),
    TROUBLE("InvalidRegionException"),
    TROUBLE("PlatformNotSupportedException"),
    TROUBLE("DisabledApiException"),
    TROUBLE("AccessDeniedException"),
    TROUBLE("UnrecognizedClientException"),
    TROUBLE("ExpiredTokenException"),
    TROUBLE("InvalidSignatureException"),
    TROUBLE("ThrottlingException"),
    TROUBLE("InternalServiceErrorException"),
    TROUBLE("ServiceUnavailable"),
    TROUBLE("DryRunOperation"),

    /* Not even by a name that begins or ends alike. */
    TROUBLE("InvalidTag"),
    TROUBLE("TimestampOutOfBoundsExceptions"),
};

static void
each_answer_means_what_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int undone = 0; undone < 2; undone++) {
            entitle_error error = { .is_certainly_undone = undone != 0 };
            (void)snprintf(
                error.service_code, sizeof(error.service_code), "%s", cases[i].code);
            ent_meter_judgement got = ent_meter_judge(&error);
            print_message("%s %d\n", cases[i].code, undone);
            assert_int_equal(
                got.settlement, undone ? cases[i].undone : cases[i].doubtful);
            assert_int_equal(got.ends_flush, cases[i].ends_flush);
            assert_int_equal(got.is_too_late, cases[i].is_too_late);
            assert_int_equal(got.is_duplicate, cases[i].is_duplicate);
        }
    }
}

static const struct {
    const char *code;
    entitle_status status;
    ent_settlement want;
    bool ends_flush;
    bool is_of_product;
    bool is_of_customer;
} batch_cases[] = {
    { "InvalidCustomerIdentifierException",
      ENTITLE_INVALID_INPUT,
      ENT_SETTLED_REJECTED,
      false,
      false,
      true },
    { "InvalidLicenseException",
      ENTITLE_INVALID_INPUT,
      ENT_SETTLED_REJECTED,
      false,
      false,
      true },
    { "InvalidUsageDimensionException",
      ENTITLE_INVALID_INPUT,
      ENT_SETTLED_REJECTED,
      false,
      false,
      false },
    { "InvalidTagException",
      ENTITLE_INVALID_INPUT,
      ENT_SETTLED_REJECTED,
      false,
      false,
      false },
    { "ValidationException",
      ENTITLE_INVALID_INPUT,
      ENT_SETTLED_REJECTED,
      false,
      false,
      false },
    { "TimestampOutOfBoundsException",
      ENTITLE_INVALID_INPUT,
      ENT_SETTLED_CARRY,
      false,
      false,
      false },
    /* By us. */
    { "", ENTITLE_INVALID_INPUT, ENT_SETTLED_REJECTED, false, false, false },
    { "InvalidProductCodeException",
      ENTITLE_INVALID_PRODUCT_CODE,
      ENT_SETTLED_UNSENT,
      false,
      true,
      false },
    { "AccessDeniedException",
      ENTITLE_ACCESS_DENIED,
      ENT_SETTLED_UNSENT,
      true,
      false,
      false },
    { "DisabledApiException",
      ENTITLE_API_DISABLED,
      ENT_SETTLED_UNSENT,
      true,
      false,
      false },
    { "ThrottlingException",
      ENTITLE_THROTTLED,
      ENT_SETTLED_UNSENT,
      true,
      false,
      false },
    { "", ENTITLE_UNREACHABLE, ENT_SETTLED_UNSENT, true, false, false },
    { "", ENTITLE_OUT_OF_MEMORY, ENT_SETTLED_UNSENT, true, false, false },
};

static void
a_batch_is_refused_for_one_record_its_product_or_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(batch_cases) / sizeof(batch_cases[0]); i++) {
        entitle_error error = { .status = batch_cases[i].status,
                                .is_certainly_undone = true };
        (void)snprintf(
            error.service_code, sizeof(error.service_code), "%s", batch_cases[i].code);
        ent_meter_judgement got = ent_meter_judge_batch(&error);
        print_message("%s %d\n", batch_cases[i].code, (int)error.status);
        assert_int_equal(got.settlement, batch_cases[i].want);
        assert_int_equal(got.ends_flush, batch_cases[i].ends_flush);
        assert_int_equal(got.is_of_product, batch_cases[i].is_of_product);
        assert_int_equal(got.is_of_customer, batch_cases[i].is_of_customer);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_means_what_the_table_says),
        cmocka_unit_test(a_batch_is_refused_for_one_record_its_product_or_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
