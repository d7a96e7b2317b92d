# SPDX-License-Identifier: Apache-2.0
# What each package is for, in words of those who look for one.

entitle_package(entitle
"Starts a program only where AWS Marketplace says it is paid for
A container product on AWS Marketplace asks RegisterUsage at its start. This
program asks, proves by AWS's signature that the answer is genuine, and only
then becomes the program that it was to start.

It also verifies tokens offline, looks at keys, calls the Metering Service,
and says what is wrong with a set-up."
    DEPENDS ca-certificates SUGGESTS "entitle-doc, entitle-licence, entitle-meter")

if(TARGET entitle_usage)
    entitle_package(entitle-meter
"Usage for AWS Marketplace, from a ledger that survives crashes
entitle-usage records uses in a ledger, on SQLite or PostgreSQL, and sends
each hour to AWS Marketplace once. entitle-agent takes uses over HTTP from
programs on this machine.

The systemd unit is not enabled: the agent has to be told of a product first."
        DEPENDS ca-certificates RECOMMENDS entitle SUGGESTS entitle-doc)
endif()

if(TARGET entitle-sandbox)
    entitle_package(entitle-sandbox
"Local Metering Service of AWS Marketplace, to test against
It answers RegisterUsage, MeterUsage, BatchMeterUsage and ResolveCustomer as
AWS documents them, with signatures of its own and scripted trouble, and plays
the places from which containers take their credentials.

It can sign tokens: it is for desks and tests, not for what is shipped."
        SECTION devel RECOMMENDS entitle SUGGESTS entitle-doc)
endif()

if(ENTITLE_BUILD_LICENCE)
    # The issuer signs. It is no part of entitle-licence, which customers' containers carry.
    entitle_package(entitle-licence
"Reads licences that a seller has signed, without a network
For customers whom AWS Marketplace does not meter. This program verifies such
a licence by the seller's public key; the gate executes it for the route
licence-file."
        RECOMMENDS entitle SUGGESTS entitle-doc)
    entitle_package(entitle-licence-issue
"Signs licences for customers whom AWS Marketplace does not meter
For the seller's desk: it needs the private key. What it signs is verified by
the package entitle-licence. Do not install it in what is shipped."
        SUGGESTS entitle-doc)
    entitle_package(libentitle-licence
"Verify a seller's own licences, from C
The library that judges what entitle-licence-issue has signed, offline, by the
seller's public key. It loads libjwt."
        NAME libentitle-licence0 SECTION libs WITH libentitle)
    set(entitle_licence_library libentitle-licence)
endif()

entitle_package(libentitle
"Ask AWS Marketplace whether a customer is entitled, from C
The library behind the program entitle: the gate, offline verification of
AWS's tokens, and each operation of the Metering Service."
    NAME libentitle0 SECTION libs RECOMMENDS ca-certificates)

if(TARGET entitle_meter)
    entitle_package(libentitle-meter
"Meter usage for AWS Marketplace, from C
The library that keeps uses in a ledger, on SQLite or PostgreSQL, and sends
each hour to AWS Marketplace once."
        NAME libentitle-meter0 SECTION libs WITH libentitle)
    set(entitle_meter_library libentitle-meter)
endif()

entitle_package(libentitle-dev
"Build programs with libentitle, libentitle-meter, libentitle-licence
Headers with their man pages, static libraries, and what CMake and pkg-config
need to find them. The static libraries need the development files of what
they are linked with, which are suggested."
    SECTION libdevel
    WITH libentitle ${entitle_meter_library} ${entitle_licence_library}
    SUGGESTS "entitle-doc, libcjson-dev, libcurl4-openssl-dev, libexpat1-dev, libjwt-dev, libpq-dev, libsqlite3-dev, libssl-dev, pkg-config")

entitle_package(entitle-doc
"Documents and examples of entitle
How to gate a container or a program, meter usage, ship keys and run the
sandbox, with a threat model and each reason for a refusal."
    SECTION doc ARCHITECTURE all)
