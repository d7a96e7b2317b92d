# SPDX-License-Identifier: Apache-2.0
"""Chromium, used as somebody without a mouse uses it."""

import json
import os
import shutil

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE_S = 8
TABS = 250  # more than there are stops on the page

# Set before the page's own script: which timers wait, and how long the page was busy.
WATCH = """
window.waiting = new Set();
window.longest = 0;
const set = window.setTimeout, clear = window.clearTimeout;
window.setTimeout = (action, delay) => {
  const timer = set(() => { waiting.delete(timer); action(); }, delay);
  waiting.add(timer);
  return timer;
};
window.clearTimeout = (timer) => { waiting.delete(timer); clear(timer); };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) longest = Math.max(longest, task.duration);
}).observe({ type: "longtask", buffered: true });
"""

# Where an element is, seen from the focus, and how wide the outline of the focus is.
WHERE = """
const wanted = document.querySelector(arguments[0]), focus = document.activeElement;
const isBehind = wanted.compareDocumentPosition(focus) & Node.DOCUMENT_POSITION_FOLLOWING;
return [wanted === focus ? "here" : isBehind ? "behind" : "ahead",
  parseFloat(getComputedStyle(focus).outlineWidth)];
"""


def start():
    """None where there is no Chromium."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        return None
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
            "--headless=new", "--window-size=1280,900", "--disable-dev-shm-usage", "--no-proxy-server",
            "--disable-background-networking", "--disable-component-update", "--no-first-run",
            # Whatever the page might ask of others would not even be found.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(service=Service(driver), options=options)
    chrome.set_script_timeout(PATIENCE_S)
    chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    return Browser(chrome)


class Browser:
    def __init__(self, chrome):
        self.chrome = chrome

    def wait(self, condition, what):
        """Until `condition()` is true; `what` is said where it never is."""
        WebDriverWait(self.chrome, PATIENCE_S, 0.05).until(lambda _: condition(), what)

    def open(self, url):
        self.chrome.get(url)
        self.wait(lambda: self.attribute("connection", "data-is") == "connected", "no connection")

    def run(self, script, *arguments):
        return self.chrome.execute_script(script, *arguments)

    def text(self, name):
        return self.run("return document.getElementById(arguments[0]).textContent", name)

    def attribute(self, name, attribute):
        return self.run(
            "return document.getElementById(arguments[0]).getAttribute(arguments[1])", name, attribute)

    def count(self, selector):
        return self.run("return document.querySelectorAll(arguments[0]).length", selector)

    # --- The keyboard ---------------------------------------------------------

    def press(self, *keys):
        webdriver.ActionChains(self.chrome).send_keys(*keys).perform()

    def is_focused(self, selector):
        return self.run(
            "return document.activeElement === document.querySelector(arguments[0])", selector)

    def tab_to(self, selector):
        """Presses Tab, or Shift and Tab, until the focus, which has to be visible, is there."""
        for _ in range(TABS):
            where, outline = self.run(WHERE, selector)
            if where == "here":
                assert outline >= 2, f"the focus on {selector} cannot be seen"
                return
            if where == "behind":
                webdriver.ActionChains(self.chrome).key_down(Keys.SHIFT).send_keys(
                    Keys.TAB).key_up(Keys.SHIFT).perform()
            else:
                self.press(Keys.TAB)
        raise AssertionError(f"Tab never comes to {selector}")

    def operate(self, selector, *keys):
        self.tab_to(selector)
        self.press(*keys)

    def choose(self, name, value):
        """Moves through a select with the arrow keys."""
        self.tab_to("#" + name)
        self.press(Keys.HOME)
        for _ in range(30):
            if self.run("return document.activeElement.value") == value:
                return
            self.press(Keys.DOWN)
        raise AssertionError(f"{name} has no {value}")

    def type(self, name, text):
        self.tab_to("#" + name)
        self.press(Keys.END, *[Keys.BACKSPACE] * 40, text)

    # --- What it looks like -----------------------------------------------------

    def show_as(self, scheme):
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def resize(self, width, height):
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def unnamed(self):
        """The controls and pictures that a screen reader could not name."""
        roles = {"button", "switch", "combobox", "textbox", "link", "img", "region", "table"}
        nodes = self.chrome.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [
            node["role"]["value"] for node in nodes
            if not node["ignored"] and node["role"]["value"] in roles
            and not node.get("name", {}).get("value")]

    # --- What it did --------------------------------------------------------------

    def complaints(self):
        """What the console has said since the last time."""
        return [entry["message"] for entry in self.chrome.get_log("browser")]

    def requests(self):
        """The addresses asked for since the last time."""
        events = [json.loads(entry["message"])["message"] for entry in self.chrome.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent"]
