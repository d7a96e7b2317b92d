// SPDX-License-Identifier: Apache-2.0

// A C++ program that uses the library: what it gets without keys is a refusal.
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
    return refused && says_why ? 0 : 1;
}
