// SPDX-License-Identifier: Apache-2.0

// libentitle for C++17: handles that are moved and free themselves, exceptions where
// something failed. A refusal is no failure: it is a decision like any other.
#ifndef EXAMPLE_ENTITLE_HPP
#define EXAMPLE_ENTITLE_HPP

#include <entitle.h>
#include <entitle/meter.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace entitle {

// What failed, for whom to act on: the reason for programs, the rest for people.
class failure : public std::runtime_error {
public:
    explicit failure(const entitle_error &error) : std::runtime_error(error.message), error_(error) {}

    entitle_category category() const noexcept { return entitle_status_category(error_.status); }
    const char *reason() const noexcept { return entitle_status_name(error_.status); }
    const char *remedy() const noexcept { return error_.hint; }           // may be empty
    const char *request_id() const noexcept { return error_.request_id; } // may be empty

private:
    entitle_error error_;
};

namespace detail {

template <auto Free> struct freer {
    template <typename T> void operator()(T *object) const noexcept { Free(object); }
};

template <typename T, auto Free> using handle = std::unique_ptr<T, freer<Free>>;

inline void check(entitle_status status, const entitle_error &error)
{
    if (status != ENTITLE_OK) {
        throw failure(error);
    }
}

// All zero is the default, and the size says which version of the struct this is.
template <typename Options> Options defaults()
{
    Options options{};
    options.struct_size = sizeof(options);
    return options;
}

inline const char *text(const char *text_or_null) noexcept
{
    return text_or_null == nullptr ? "" : text_or_null;
}

} // namespace detail

// Three answers: cannot_tell is no yes, and no no either.
enum class verdict { cannot_tell, not_entitled, entitled };

// One that was moved from refuses.
class decision {
public:
    verdict answer() const noexcept
    {
        switch (entitle_decision_verdict(handle_.get())) {
        case ENTITLE_VERDICT_ENTITLED: return verdict::entitled;
        case ENTITLE_VERDICT_NOT_ENTITLED: return verdict::not_entitled;
        default: return verdict::cannot_tell;
        }
    }

    // Go by this, and by nothing else, when it comes to starting.
    bool may_start() const noexcept { return entitle_decision_may_start(handle_.get()); }

    const char *reason() const noexcept { return entitle_status_name(entitle_decision_reason(handle_.get())); }
    const char *message() const noexcept { return entitle_decision_message(handle_.get()); }
    const char *remedy() const noexcept { return detail::text(entitle_decision_hint(handle_.get())); }
    const char *request_id() const noexcept { return detail::text(entitle_decision_request_id(handle_.get())); }

private:
    friend decision ask(const entitle_gate_options &options);
    explicit decision(entitle_decision *made) noexcept : handle_(made) {}

    detail::handle<entitle_decision, entitle_decision_free> handle_;
};

// Asks AWS, once a start, and proves the answer. Blocks until the deadline at most.
inline decision ask(const entitle_gate_options &options)
{
    entitle_decision *made = nullptr;
    entitle_error error{};
    detail::check(entitle_gate_check(&options, &made, &error), error);
    return decision(made);
}

// `keys` is a folder of <version>.pem, as AWS gave them to you.
inline decision ask(const std::string &product_code, const std::string &keys)
{
    auto options = detail::defaults<entitle_gate_options>();
    options.product_code = product_code.c_str();
    options.keys = keys.c_str();
    return ask(options);
}

// Uses of one product, in a ledger that survives crashes. One that was moved from is gone.
class meter {
public:
    meter(const std::string &ledger, const std::string &product_code)
    {
        auto options = detail::defaults<entitle_meter_options>();
        entitle_meter *made = nullptr;
        entitle_error error{};
        options.ledger = ledger.c_str();
        options.product_code = product_code.c_str();
        detail::check(entitle_meter_new(&options, &made, &error), error);
        handle_.reset(made);
    }

    // Durable when it returns. False: a use of this id counts already.
    bool add(const std::string &dimension, std::int64_t quantity, const std::string &id = {})
    {
        auto use = detail::defaults<entitle_use>();
        bool counted = false;
        entitle_error error{};
        use.dimension = dimension.c_str();
        use.quantity = quantity;
        use.id = id.empty() ? nullptr : id.c_str();
        detail::check(entitle_meter_add(handle_.get(), &use, &counted, &error), error);
        return counted;
    }

    // Sends the hours that are over; `final` the running one, too, because this is the end.
    entitle_flush_report flush(bool final = false)
    {
        auto options = detail::defaults<entitle_flush_options>();
        entitle_metering *made = nullptr;
        entitle_flush_report report{};
        entitle_error error{};
        options.final = final;
        detail::check(entitle_metering_new(nullptr, &made, &error), error);
        const detail::handle<entitle_metering, entitle_metering_free> metering(made);
        detail::check(entitle_meter_flush(handle_.get(), made, &options, &report, &error), error);
        return report;
    }

private:
    detail::handle<entitle_meter, entitle_meter_free> handle_;
};

} // namespace entitle

#endif
