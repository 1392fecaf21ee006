"""A page in Chromium: what the tests of the HTML report do and look at."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

PATIENCE = 20.0
"""Seconds until something that should happen is given up; a busy machine is slow."""


class Page:
    """Chromium on one page. program, driver: paths of `chromium` and `chromedriver`."""

    def __init__(self, program: str, driver: str) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = program
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--force-prefers-reduced-motion",
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self._driver = webdriver.Chrome(options=options, service=Service(driver))

    def reset(self) -> None:
        """Desktop size, light mode, an empty page and empty logs."""
        self.size(1280, 900)
        self.media()
        self._driver.get("about:blank")
        self.console()
        self._log("performance")

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """The size of the window in CSS pixels; on a phone there is touch and no mouse."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone},
        )
        self._call("Emulation.setTouchEmulationEnabled", {"enabled": phone})

    def media(self, *, dark: bool = False, print: bool = False) -> None:
        """Whether the reader prefers dark, and whether the page is laid out for paper."""
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._call("Emulation.setEmulatedMedia", {"media": "print" if print else "screen", "features": features})

    def open(self, folder: Path, view: str = "") -> None:
        """Open the report in a folder from disk, at a view such as `#articles`, and wait until it shows."""
        address = f"{(folder / 'index.html').resolve().as_uri()}{view}"
        self._driver.get("about:blank")
        self._driver.get(address)
        self.wait(lambda: self.run("return document.readyState === 'complete'"))
        if view.startswith("#article"):
            self.wait(lambda: self.all("#list tbody tr") or self.all("#view-article h1") or None)

    def run(self, script: str, *arguments: object) -> Any:
        """The value of a script."""
        return self._driver.execute_script(script, *arguments)

    def wait(self, happened: Callable[[], Any]) -> Any:
        """What the call gives when it gives something; fails when it never does."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = happened()
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError("it did not happen in time")

    def all(self, selector: str) -> list[WebElement]:
        """All elements that fit a selector."""
        return self._driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """The first one, waited for."""
        found: list[WebElement] = self.wait(lambda: self.all(selector))
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """The text of each."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector
        )
        return found

    def shows(self, selector: str, text: str) -> None:
        """Wait until the first one holds a text."""
        self.wait(lambda: any(text in each for each in self.texts(selector)[:1]))

    def hover(self, selector: str) -> None:
        """Move the mouse onto an element."""
        element = self.one(selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        ActionChains(self._driver).move_to_element(element).perform()

    def tap(self, selector: str) -> None:
        """Touch an element with a finger."""
        element = self.one(selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        box = self.run(
            "const b = arguments[0].getClientRects()[0]; return [b.x + b.width / 2, b.y + b.height / 2]", element
        )
        point = {"x": box[0], "y": box[1]}
        self._call("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
        self._call("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        ActionChains(self._driver).send_keys(*keys).perform()

    ENTER, ESCAPE, TAB = Keys.ENTER, Keys.ESCAPE, Keys.TAB

    def style(self, selector: str, name: str) -> str:
        """A computed style of the first element."""
        return str(
            self.run("return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", selector, name)
        )

    def screenshot(self) -> bytes:
        """The window as PNG."""
        return base64.b64decode(self._driver.get_screenshot_as_base64())

    def paper(self) -> bytes:
        """The page printed, as PDF."""
        return base64.b64decode(self._call("Page.printToPDF", {"printBackground": False})["data"])

    def console(self) -> list[str]:
        """What stands in the console since it was asked last: messages, errors, violations of the policy."""
        return [entry["message"] for entry in self._log("browser")]

    def outside_requests(self) -> list[str]:
        """The addresses asked for since this was asked last that are no files."""
        found = []
        for entry in self._log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
                if not address.startswith(("file:///", "about:", "data:")):
                    found.append(address)
        return found

    def blocked(self) -> list[str]:
        """Why requests were not made, since this was asked last."""
        messages = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        reasons = [
            each["params"].get("blockedReason") for each in messages if each["method"] == "Network.loadingFailed"
        ]
        return [reason for reason in reasons if reason]

    def quit(self) -> None:
        """End the browser."""
        self._driver.quit()

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._driver.get_log(kind)  # type: ignore[no-untyped-call]
        return entries

    def _call(self, method: str, arguments: dict[str, object]) -> Any:
        return self._driver.execute_cdp_cmd(method, arguments)
