// SPDX-License-Identifier: Apache-2.0

// A C++ program that uses the library: what it gets without keys is a refusal, and what
// it meters without a client is not sent.
#include <entitle.h>

#include <cstring>
#include <iostream>
#include <memory>

struct free_decision {
    void operator()(entitle_decision *decision) const
    {
        entitle_decision_free(decision);
    }
};

static bool meters_nothing_without_a_client()
{
    const entitle_tag tag{"team", "a"};
    entitle_allocation allocations[] = {{4, &tag, 1}, {0, nullptr, 0}};
    entitle_usage usage{};
    usage.struct_size = sizeof(usage);
    usage.product_code = "cqcvf9f0ugw8rkbgmf1c9dxyz";
    usage.dimension = "requests";
    usage.at_s = entitle_usage_hour(1795291201);
    usage.quantity = 7;
    usage.allocations = allocations;
    usage.allocation_count = 2;

    entitle_usage_receipt *receipt = nullptr;
    entitle_error error{};
    return entitle_allocations_fill(allocations, 2, usage.quantity) && allocations[1].quantity == 3 &&
           entitle_metering_meter_usage(nullptr, &usage, &receipt, &error) == ENTITLE_INVALID_ARGUMENT &&
           receipt == nullptr &&
           entitle_usage_batch_result_outcome(nullptr, 0) == ENTITLE_USAGE_UNKNOWN &&
           std::strcmp(entitle_customer_account(nullptr), "") == 0;
}

int main()
{
    entitle_gate_options options{};
    options.struct_size = sizeof(options);
    options.product_code = "cqcvf9f0ugw8rkbgmf1c9dxyz";

    entitle_decision *raw = nullptr;
    entitle_error error{};
    if (entitle_gate_check(&options, &raw, &error) != ENTITLE_OK) {
        std::cerr << "no decision: " << error.message << '\n';
        return 1;
    }
    const std::unique_ptr<entitle_decision, free_decision> decision(raw);
    std::cout << entitle_version() << ": " << entitle_decision_message(decision.get()) << '\n';

    const bool refused = !entitle_decision_may_start(decision.get());
    const bool says_why =
        entitle_status_category(entitle_decision_reason(decision.get())) == ENTITLE_CATEGORY_CONFIGURATION;
    return refused && says_why && meters_nothing_without_a_client() ? 0 : 1;
}
