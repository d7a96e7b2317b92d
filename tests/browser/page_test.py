#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: page_test.py ENTITLE_SANDBOX [TEST…]

The sandbox's page in headless Chromium: every control by keyboard alone, and what it
does seen by the control interface and on the page. Exit status 77: no Chromium here.
"""

import datetime
import json
import sys
import unittest

try:
    import browser
    from sandbox import SECRET_ACCESS_KEY, forget_callers_settings
    from sandbox_calls import CalledSandbox
    from selenium.webdriver.common.keys import Keys
except ImportError as missing:
    print(f"SKIPPED: {missing} (Debian: chromium-driver python3-selenium python3-boto3)")
    sys.exit(77)

HOSTILE = "<img src=x onerror=hacked=1>"
HOSTILE_CUSTOMER = "<script>hacked=1</script>"
CUSTOMERS = 210
RECORDS = 10000
BATCH = 25

CONTRASTS = """
const parse = (text) => {
  const parts = text.match(/[\\d.]+/g).map(Number);
  return text.startsWith("color(srgb") ? [...parts.slice(0, 3).map((v) => v * 255), parts[3] ?? 1]
    : [parts[0], parts[1], parts[2], parts[3] ?? 1];
};
const luminance = ([r, g, b]) => [r, g, b]
  .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const groundOf = (node) => {
  for (; node !== null; node = node.parentElement) {
    const ground = parse(getComputedStyle(node).backgroundColor);
    if (ground[3] === 1) return ground;
    if (ground[3] !== 0) throw new Error("a ground that is half transparent");
  }
  return [255, 255, 255, 1];
};
const ratio = (one, other) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
const poor = [];
let looked = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  if (walker.currentNode.textContent.trim() === "" || node.closest("option, script, noscript") !== null
      || node.getClientRects().length === 0) continue;
  const style = getComputedStyle(node);
  const contrast = ratio(parse(node instanceof SVGElement ? style.fill : style.color), groundOf(node));
  looked++;
  if (contrast < 4.5) poor.push(`${walker.currentNode.textContent.trim()}: ${contrast.toFixed(2)}`);
}
for (const node of document.querySelectorAll("button, select, input, rect[class]")) {
  if (node.getClientRects().length === 0) continue;
  const style = getComputedStyle(node);
  const edge = parse(node instanceof SVGElement ? style.fill : style.borderTopColor);
  const contrast = ratio(edge, groundOf(node.parentElement));
  looked++;
  if (contrast < 3) poor.push(`the edge of ${node.id || node.textContent}: ${contrast.toFixed(2)}`);
}
return [looked, poor];
"""


def market():
    customers = [{"account": "123456789012", "identifier": "cust-0001"},
                 {"account": "200000000000", "identifier": HOSTILE_CUSTOMER}]
    customers += [{"account": f"{300000000000 + i}", "identifier": f"many-{i:03}"} for i in range(CUSTOMERS)]
    return {
        "products": [
            {"code": "cqcvf9f0ugw8rkbgmf1c9dxyz", "dimensions": ["requests", "gigabytes", HOSTILE]},
            {"code": "software", "kind": "saas"}, {"code": "second"}],
        "customers": customers,
    }


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sandbox = CalledSandbox(PROGRAM, market())
        cls.addClassCleanup(cls.sandbox.close)
        cls.browser = browser.start()
        if cls.browser is None:
            print("SKIPPED: no Chromium here (Debian: chromium-driver)")
            sys.exit(77)
        cls.addClassCleanup(cls.browser.chrome.quit)

    def setUp(self):
        self.sandbox.reset()
        self.browser.show_as("light")
        self.browser.resize(1280, 900)
        self.browser.open(self.sandbox.page)
        self.browser.complaints()
        self.browser.requests()

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])
        for address in self.browser.requests():
            self.assertTrue(address.startswith(self.sandbox.page), address)
        self.assertIsNone(self.browser.run("return window.hacked ?? null"))

    # --- Helpers ----------------------------------------------------------------

    def wait(self, condition, what="it does not come"):
        self.browser.wait(condition, what)

    def wait_for_text(self, name, text):
        self.wait(lambda: text in self.browser.text(name), f"#{name} never says {text!r}")

    def wait_for_state(self, condition):
        self.wait(lambda: condition(self.sandbox.state()), "the state does not get there")

    def service_time(self):
        return instant(self.sandbox.state()["clock"]["now"])

    def meter(self, dimension, quantity=7):
        status, answer = self.sandbox.call("MeterUsage", {
            "ProductCode": self.sandbox.product_code, "UsageDimension": dimension,
            "UsageQuantity": quantity, "Timestamp": self.service_time().timestamp()})
        self.assertEqual(status, 200, answer)

    # --- What it shows -------------------------------------------------------------

    def test_calls_appear_with_their_rule(self):
        self.sandbox.register()
        self.sandbox.unsubscribe()
        self.sandbox.become("ecs-task")
        self.sandbox.register()
        self.wait_for_text("calls-note", "2 calls")

        self.assertEqual(self.browser.count("#calls-rows tr"), 2)
        newest = self.browser.run("return document.querySelector('#calls-rows tr').innerText")
        self.assertIn("CustomerNotEntitledException", newest)
        self.assertEqual(self.browser.count('#calls-rows [data-decision="accepted"]'), 1)
        self.assertEqual(
            self.browser.count('#calls-rows a[href^="https://docs.aws.amazon.com/"][rel~="noreferrer"]'), 2)

    def test_calls_that_a_fault_decided_appear(self):
        self.sandbox.faults({"operation": "*", "times": 1, "status": 503, "body": "x"})
        self.sandbox.register()
        self.wait_for_text("calls-note", "1 call")
        self.assertIn("503", self.browser.text("calls-rows"))

    def test_calls_can_be_sifted(self):
        self.sandbox.register()
        self.sandbox.send("Nothing", "{}", {})
        self.wait_for_text("calls-note", "2 calls")
        shown = "return [...document.querySelectorAll('#calls-rows tr')].filter((r) => r.checkVisibility()).length"
        for value, want in (("refused", 1), ("unanswered", 0), ("accepted", 1), ("all", 2)):
            with self.subTest(value):
                self.browser.choose("calls-show", value)
                self.assertEqual(self.browser.run(shown), want)

    def test_usage_is_plotted_and_listed(self):
        self.meter("requests", 7)
        self.meter("gigabytes", 3)
        self.wait_for_text("usage-note", "2 records, 1 customer")

        self.assertEqual(self.browser.count("#usage-plots svg"), 2)
        self.assertEqual(self.browser.count("#usage-plots rect"), 2)
        self.assertIn("7 in all", self.browser.text("plot-1-text"))
        rows = self.browser.run("return document.getElementById('usage-rows').innerText")
        self.assertIn(self.service_time().strftime("%Y-%m-%d %H:00"), rows)
        self.assertIn("123456789012", rows)

    def test_what_is_hostile_is_text(self):
        self.meter(HOSTILE)
        self.sandbox.send(HOSTILE, "{}", {})
        self.wait_for_text("usage-plots", HOSTILE)
        self.wait_for_text("calls-rows", "UnknownOperationException")

        self.assertIn(HOSTILE, self.browser.text("usage-rows"))
        self.assertIn(HOSTILE_CUSTOMER, self.browser.text("subscriptions"))
        self.assertEqual(self.browser.count("main img, main script"), 0)

    def test_no_secret_is_on_the_page(self):
        self.wait(lambda: self.browser.text("identity-name") != "–")
        self.assertIn(SECRET_ACCESS_KEY, json.dumps(self.sandbox.state()))  # or this proves nothing
        self.assertNotIn(SECRET_ACCESS_KEY, self.browser.run("return document.documentElement.outerHTML"))

    # --- The controls, by keyboard --------------------------------------------------

    def test_clock_is_advanced(self):
        for selector, hours in (('[data-advance="3600"]', 1), ('[data-advance="21600"]', 6)):
            with self.subTest(selector):
                before = self.sandbox.state()["clock"]["offset_s"]
                self.browser.operate(selector, Keys.ENTER)
                self.wait_for_state(lambda state: state["clock"]["offset_s"] == before + hours * 3600)
        self.wait_for_text("clock-difference", "7 h ahead")
        self.wait_for_text("clock-service", self.service_time().strftime("%Y-%m-%d"))
        self.assertTrue(self.browser.is_focused('[data-advance="21600"]'))

        self.browser.operate("#clock-back", Keys.SPACE)
        self.wait_for_state(lambda state: state["clock"]["offset_s"] == 0)
        self.wait_for_text("clock-difference", "the same")

    def test_clock_goes_to_the_end_of_the_month_and_of_the_next(self):
        for set_to, want in (("2028-02-10T12:00:00Z", "2028-02-29"), (None, "2028-03-31")):
            with self.subTest(want):
                if set_to is not None:
                    self.sandbox.control("POST", "clock", {"set": set_to})
                    self.wait_for_text("clock-service", "2028-02-10")
                self.browser.operate("#clock-month", Keys.SPACE)
                self.wait_for_state(lambda state: state["clock"]["now"].startswith(want + "T23:59"))
                self.wait_for_text("clock-service", want + " 23:59")

    def test_clock_is_set(self):
        self.browser.type("clock-set", "tomorrow")
        self.browser.press(Keys.ENTER)
        self.wait_for_text("clock-fault", "2026-12-01T05:59:00Z")
        self.assertEqual(self.browser.attribute("clock-set", "aria-invalid"), "true")
        self.assertTrue(self.browser.is_focused("#clock-set"))
        self.assertEqual(self.sandbox.state()["clock"]["offset_s"], 0)

        self.browser.type("clock-set", "2029-03-01 05:58")
        self.browser.press(Keys.ENTER)
        self.wait_for_state(lambda state: state["clock"]["now"].startswith("2029-03-01T05:58"))
        self.wait_for_text("clock-service", "2029-03-01 05:58")
        self.assertEqual(self.browser.attribute("clock-set", "aria-invalid"), "false")

    def test_identity_is_exchanged(self):
        for kind in ("eks-pod", "ec2", "laptop", "seller", "agentcore", "ecs-task"):
            with self.subTest(kind):
                self.browser.choose("identity-kind", kind)
                self.browser.operate("#identity-form button", Keys.ENTER)
                self.wait_for_state(lambda state: state["identity"]["kind"] == kind)
                self.wait_for_text("identity-name", self.sandbox.state()["identity"]["name"])

    def subscription(self, account="123456789012"):
        return next(one for one in self.sandbox.state()["subscriptions"] if one["customer"] == account)

    def test_subscription_ends_and_begins(self):
        switch = '#subscriptions [role="switch"]'
        for want in (False, True):
            with self.subTest(want):
                self.browser.operate(switch, Keys.SPACE)
                self.wait(lambda: self.subscription()["active"] == want)
                self.wait(lambda: self.browser.run(
                    "return document.querySelector(arguments[0]).ariaChecked", switch) == f"{want}".lower())
                self.assertTrue(self.browser.is_focused(switch))
        self.assertTrue(self.subscription("200000000000")["active"])

    def test_subscription_ends_later(self):
        self.browser.operate('#subscriptions [role="switch"] + button', Keys.ENTER)
        self.wait(lambda: self.subscription()["ends_at"] is not None)
        left = instant(self.subscription()["ends_at"]) - self.service_time()
        self.assertLessEqual(abs(left.total_seconds() - 3600), 60)
        self.wait_for_text("subscriptions", "ends ")
        self.assertTrue(self.subscription()["active"])

    def test_subscriptions_are_found(self):
        self.browser.type("subscriptions-find", "many-20")  # ten, of three products
        self.wait(lambda: self.browser.count("#subscriptions li") == 20)
        self.wait_for_text("subscriptions-note", "10 more")
        self.browser.press("7")
        self.wait(lambda: self.browser.count("#subscriptions li") == 3)
        self.assertIn("many-207", self.browser.text("subscriptions"))

    def test_key_of_one_product_is_rotated(self):
        self.browser.operate("#keys li:nth-child(2) button", Keys.ENTER)
        self.wait_for_state(
            lambda state: [len(one.get("key_versions", [])) for one in state["products"]] == [1, 0, 2])
        self.wait_for_text("keys", "second · version 2")
        self.wait_for_text("keys", "version 1 rotated")

    FAULTS = (
        # operation, kind, choice, number, occasion, amount: the fault
        ("RegisterUsage", "error", "ThrottlingException", None, "times", "2",
         {"operation": "RegisterUsage", "times": 2, "error": "ThrottlingException"}),
        ("*", "delay_ms", None, "250", "rate", "0.5", {"operation": "*", "rate": 0.5, "delay_ms": 250}),
        ("sts", "status", None, "404", "always", None, {"operation": "sts", "status": 404, "body": ""}),
        ("MeterUsage", "drop_reply", None, None, "times", "1",
         {"operation": "MeterUsage", "times": 1, "drop_reply": True}),
        ("BatchMeterUsage", "unprocessed", None, "3", "always", None,
         {"operation": "BatchMeterUsage", "unprocessed": 3}),
        ("RegisterUsage", "token", "replay", None, "always", None,
         {"operation": "RegisterUsage", "token": "replay"}),
        ("imds", "reset", None, None, "always", None, {"operation": "imds", "reset": True}),
        ("*", "skew_s", None, "1200", "always", None, {"operation": "*", "skew_s": 1200}),
    )

    def order_fault(self, operation, kind, choice, number, occasion, amount):
        self.browser.choose("fault-operation", operation)
        self.browser.choose("fault-kind", kind)
        if choice is not None:
            self.browser.choose("fault-choice", choice)
        if number is not None:
            self.browser.type("fault-number", number)
        self.browser.choose("fault-occasion", occasion)
        if amount is not None:
            self.browser.type("fault-amount", amount)
        self.browser.operate('#fault-form [type="submit"]', Keys.ENTER)

    def test_faults_are_ordered_removed_and_cleared(self):
        want = []
        for *form, fault in self.FAULTS:
            with self.subTest(fault=fault):
                want.append(fault)
                self.order_fault(*form)
                self.wait_for_state(lambda state: state["faults"] == want)
                self.wait(lambda: self.browser.count("#faults li") == len(want))
        self.browser.operate("#faults button", Keys.ENTER)
        self.wait_for_state(lambda state: state["faults"] == want[1:])
        self.wait(lambda: self.browser.count("#faults li") == len(want) - 1)

        self.browser.operate("#faults-clear", Keys.ENTER)
        self.wait_for_state(lambda state: state["faults"] == [])
        self.wait(lambda: self.browser.count("#faults li") == 0)

    def test_fault_that_makes_no_sense_is_refused_in_words(self):
        self.order_fault("imds", "token", "replay", None, "always", None)
        self.wait_for_text("fault-fault", "cannot go wrong in this way")
        self.assertEqual(self.sandbox.state()["faults"], [])
        self.assertIn("400", " ".join(self.browser.complaints()))  # Chromium notes the status

    def test_reset_asks_first(self):
        self.sandbox.control("POST", "clock", {"advance_s": 3600})
        self.sandbox.register()
        self.wait_for_text("calls-note", "1 call")
        self.browser.operate("#reset", Keys.ENTER)
        self.wait(lambda: self.browser.is_focused("#reset-no"))
        self.browser.press(Keys.ESCAPE)
        self.wait(lambda: self.browser.is_focused("#reset"))
        self.assertEqual(self.sandbox.state()["clock"]["offset_s"], 3600)

        self.browser.press(Keys.ENTER)
        self.browser.operate("#reset-yes", Keys.ENTER)
        self.wait_for_state(lambda state: state["clock"]["offset_s"] == 0)
        self.wait_for_text("calls-note", "None yet")
        self.assertEqual(self.browser.count("#calls-rows tr"), 0)

    def test_links_skip_to_the_parts(self):
        for target in ("calls", "usage", "controls"):
            with self.subTest(target):
                self.browser.operate(f'a[href="#{target}"]', Keys.ENTER)
                self.wait(lambda: self.browser.is_focused(f"#{target}"))

    # --- How it asks ------------------------------------------------------------------

    def test_pause_stops_the_questions(self):
        self.browser.operate("#pause", Keys.SPACE)
        self.wait_for_text("connection-text", "Paused")
        self.wait(lambda: self.browser.run("return waiting.size") == 0)
        self.sandbox.register()
        self.assertEqual(self.browser.count("#calls-rows tr"), 0)

        self.browser.press(Keys.SPACE)
        self.wait_for_text("calls-note", "1 call")

    def test_hidden_tab_asks_nothing(self):
        for is_hidden, timers in (("true", 0), ("false", 1)):
            self.browser.run(
                f"Object.defineProperty(document, 'hidden', {{ configurable: true, value: {is_hidden} }});"
                "document.dispatchEvent(new Event('visibilitychange'))")
            self.wait(lambda: self.browser.run("return waiting.size") == timers, f"hidden: {is_hidden}")

    def test_ten_thousand_records(self):
        now = self.service_time()
        hours = [int((now - datetime.timedelta(hours=age)).timestamp()) for age in range(24)]
        first_of_month = now.replace(day=1, hour=0, minute=0, second=0)
        records = [
            {"Timestamp": hour, "CustomerIdentifier": f"many-{customer:03}", "Dimension": dimension,
             "Quantity": customer + 1}
            for dimension in ("requests", "gigabytes") for hour in hours
            if hour >= first_of_month.timestamp() for customer in range(CUSTOMERS)][:RECORDS]
        for begin in range(0, len(records), BATCH):
            status, _ = self.sandbox.call("BatchMeterUsage", {
                "ProductCode": self.sandbox.product_code, "UsageRecords": records[begin:begin + BATCH]})
            self.assertEqual(status, 200)
        self.browser.open(self.sandbox.page)
        self.wait_for_text("usage-note", f"{len(records):,} records")

        self.assertLess(self.browser.run("return longest"), 2000)  # ms, on a busy machine
        self.assertEqual(self.browser.count("#usage-rows tr"), 200)
        self.browser.operate('a[href="#usage"]', Keys.ENTER)
        self.browser.operate("#usage-more", Keys.ENTER)
        self.wait(lambda: self.browser.count("#usage-rows tr") == len(records))

    def test_recovers_when_the_sandbox_was_gone(self):
        self.sandbox.register()
        self.wait_for_text("calls-note", "1 call")
        self.sandbox.kill()
        self.wait(lambda: self.browser.attribute("gone", "hidden") is None)
        self.assertIn("has not answered since", self.browser.text("gone-text"))
        self.assertEqual(self.browser.attribute("connection", "data-is"), "gone")
        self.browser.operate('[data-advance="3600"]', Keys.ENTER)
        self.wait_for_text("message", "does not answer")

        self.browser.tab_to("#retry")
        self.sandbox.start_again()
        self.browser.press(Keys.ENTER)
        self.wait_for_text("connection-text", "Connected")
        self.assertEqual(self.browser.attribute("gone", "hidden"), "")
        self.sandbox.register()
        self.wait_for_text("calls-note", "1 call")
        self.assertEqual(self.browser.count("#calls-rows tr"), 1)
        for complaint in self.browser.complaints():
            self.assertIn("net::ERR_CONNECTION_REFUSED", complaint)

    # --- How it looks -------------------------------------------------------------------

    def test_everything_can_be_read(self):
        self.meter("requests")
        self.sandbox.send("Nothing", "{}", {})
        self.sandbox.faults({"operation": "*", "times": 9, "reset": True})
        self.wait_for_text("calls-note", "2 calls")
        self.wait(lambda: self.browser.count("#faults li") == 1)
        self.wait(lambda: self.browser.count("#usage-plots svg") == 1)
        for scheme in ("light", "dark"):
            with self.subTest(scheme):
                self.browser.show_as(scheme)
                looked, poor = self.browser.run(CONTRASTS)
                self.assertGreater(looked, 60)
                self.assertEqual(poor, [])

    def test_fits_narrow_screens(self):
        self.meter("requests")
        self.wait(lambda: self.browser.count("#usage-plots svg") == 1)
        for width in (320, 390, 768, 1280, 2560):
            with self.subTest(width):
                self.browser.resize(width, 800)
                self.wait(lambda: self.browser.run("return innerWidth") == width)
                self.assertLessEqual(
                    self.browser.run("return document.documentElement.scrollWidth"), width)

    def test_everything_has_a_name(self):
        self.meter("requests")
        self.wait(lambda: self.browser.count("#usage-plots svg") == 1)
        self.assertEqual(self.browser.unnamed(), [])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    forget_callers_settings()
    unittest.main(verbosity=2)
