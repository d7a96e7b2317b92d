// SPDX-License-Identifier: Apache-2.0

// A product in C++17 that starts only where the customer is entitled, and counts what was
// used. Usage: product gate PRODUCT_CODE KEYS
//              product use LEDGER PRODUCT_CODE DIMENSION QUANTITY
#include "entitle.hpp"

#include <charconv>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

// As <sysexits.h> and `entitle run` have them.
enum exit_status { exit_done = 0, exit_failed = 1, exit_usage = 64, exit_cannot_tell = 69, exit_not_entitled = 77 };

static void explain(const char *reason, const char *message, const char *remedy, const char *request_id)
{
    std::cerr << "product: " << reason << ": " << message << '\n';
    if (*remedy != '\0') {
        std::cerr << "product: " << remedy << '\n';
    }
    if (*request_id != '\0') {
        std::cerr << "product: AWS's request id is " << request_id << '\n';
    }
}

static int gate(const std::string &product_code, const std::string &keys)
{
    const entitle::decision decision = entitle::ask(product_code, keys);

    if (decision.may_start()) {
        std::cout << "entitled: the work begins here\n";
        return exit_done;
    }
    explain(decision.reason(), decision.message(), decision.remedy(), decision.request_id());
    return decision.answer() == entitle::verdict::not_entitled ? exit_not_entitled : exit_cannot_tell;
}

static int use(const std::string &ledger, const std::string &product_code, const std::string &dimension,
               std::int64_t quantity)
{
    entitle::meter meter(ledger, product_code);

    meter.add(dimension, quantity);
    const entitle_flush_report report = meter.flush(true);
    std::cout << "accepted " << report.accepted << ", rejected " << report.rejected << ", lost " << report.lost
              << ", unsent " << report.unsent << '\n';
    return exit_done;
}

static std::optional<std::int64_t> to_number(const std::string &text)
{
    std::int64_t number = 0;
    const char *end = text.data() + text.size();
    const auto [stopped, trouble] = std::from_chars(text.data(), end, number);

    return trouble == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

int main(int argc, char **argv)
{
    const std::vector<std::string> words(argv + (argc > 0), argv + argc);

    try {
        if (words.size() == 3 && words[0] == "gate") {
            return gate(words[1], words[2]);
        }
        if (words.size() == 5 && words[0] == "use") {
            if (const auto quantity = to_number(words[4])) {
                return use(words[1], words[2], words[3], *quantity);
            }
        }
    } catch (const entitle::failure &failure) {
        explain(failure.reason(), failure.what(), failure.remedy(), failure.request_id());
        return exit_failed;
    }
    std::cerr << "Usage: product gate PRODUCT_CODE KEYS\n"
                 "       product use LEDGER PRODUCT_CODE DIMENSION QUANTITY\n";
    return exit_usage;
}
