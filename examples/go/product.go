// SPDX-License-Identifier: Apache-2.0

// A product in Go that starts only where the customer is entitled, and counts what was used.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"example.com/product/entitle"
)

// As <sysexits.h> and `entitle run` have them.
const (
	done        = 0
	failed      = 1
	wrongUsage  = 64
	cannotTell  = 69
	notEntitled = 77
)

const usage = `Usage: product gate PRODUCT_CODE KEYS
       product use LEDGER PRODUCT_CODE DIMENSION QUANTITY
`

func explain(reason, message, remedy, requestID string) {
	fmt.Fprintf(os.Stderr, "product: %s: %s\n", reason, message)
	if remedy != "" {
		fmt.Fprintf(os.Stderr, "product: %s\n", remedy)
	}
	if requestID != "" {
		fmt.Fprintf(os.Stderr, "product: AWS's request id is %s\n", requestID)
	}
}

func gate(productCode, keys string) (int, error) {
	decision, err := entitle.Ask(productCode, keys)
	if err != nil {
		return failed, err
	}
	if decision.MayStart {
		fmt.Println("entitled: the work begins here")
		return done, nil
	}
	explain(decision.Reason, decision.Message, decision.Remedy, decision.RequestID)
	if decision.Verdict == entitle.NotEntitled {
		return notEntitled, nil
	}
	return cannotTell, nil
}

func use(ledger, productCode, dimension string, quantity int64) (int, error) {
	meter, err := entitle.Open(ledger, productCode)
	if err != nil {
		return failed, err
	}
	defer meter.Close()
	if err := meter.Add(dimension, quantity); err != nil {
		return failed, err
	}
	report, err := meter.Flush(true)
	if err != nil {
		return failed, err
	}
	fmt.Printf("accepted %d, rejected %d, lost %d, unsent %d\n",
		report.Accepted, report.Rejected, report.Lost, report.Unsent)
	return done, nil
}

func run(words []string) (int, error) {
	if len(words) == 3 && words[0] == "gate" {
		return gate(words[1], words[2])
	}
	if len(words) == 5 && words[0] == "use" {
		if quantity, err := strconv.ParseInt(words[4], 10, 64); err == nil {
			return use(words[1], words[2], words[3], quantity)
		}
	}
	fmt.Fprint(os.Stderr, usage)
	return wrongUsage, nil
}

func main() {
	status, err := run(os.Args[1:])
	var failure *entitle.Error
	if errors.As(err, &failure) {
		explain(failure.Reason, failure.Message, failure.Remedy, failure.RequestID)
	}
	os.Exit(status)
}
