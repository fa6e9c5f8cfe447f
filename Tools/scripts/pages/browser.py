"""A chromium without a window, driven through a pipe by the Chrome DevTools protocol. Standard library alone."""

import base64
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator

SECONDS = 60


class BrowserError(Exception):
    """The browser is not there, or does not answer as it should."""


@dataclasses.dataclass
class View:
    """How a page is looked at."""

    name: str
    width: int = 1280
    height: int = 900
    dark: bool = False
    phone: bool = False
    printed: bool = False


VIEWS = [
    View("light"),
    View("dark", dark=True),
    View("phone", width=360, height=740, phone=True),
    View("phone-dark", width=360, height=740, phone=True, dark=True),
    View("print", width=794, height=1123, printed=True),
]


class Browser:
    def __init__(self, process: subprocess.Popen, requests: int, answers: int) -> None:
        self._process, self._requests, self._answers = process, requests, answers
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict] = []

    def call(self, method: str, **parameters: object) -> dict:
        """Sends a command and waits for its result; events that come meanwhile are kept."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def _read(self) -> dict:
        deadline = time.monotonic() + SECONDS
        while b"\0" not in self._rest:
            piece = os.read(self._answers, 1 << 16)
            if not piece or time.monotonic() > deadline:
                raise BrowserError("chromium has ended or does not answer")
            self._rest += piece
        text, self._rest = self._rest.split(b"\0", 1)
        message = json.loads(text)
        if "method" in message:
            self.events.append(message)
        return message

    def attach(self) -> None:
        """Makes a page and listens to all that it does."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def look(self, view: View) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=view.width,
            height=view.height,
            deviceScaleFactor=1,
            mobile=view.phone,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if view.dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if view.printed else "screen", features=[scheme])

    def open(self, page: pathlib.Path) -> None:
        self.events.clear()
        self.call("Page.navigate", url=page.resolve().as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._read()

    def evaluate(self, expression: str) -> object:
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise BrowserError(result["exceptionDetails"]["text"])
        return result["result"].get("value")

    def screenshot(self, path: pathlib.Path, height: int | None = None) -> None:
        """Writes the page's top as PNG, or all of it where no height is given."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height or size["height"], "scale": 1}
        data = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))


def program() -> str | None:
    """The path of chromium, if it is there."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    path = program()
    if path is None:
        raise BrowserError("there is no chromium on the PATH; apt-get install chromium")
    (request_end, requests), (answers, answer_end) = os.pipe(), os.pipe()
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe"]
    # Its sandbox does not work for root, who runs CI in a container.
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:

        def numbered() -> None:
            """The browser reads from descriptor 3 and writes to 4."""
            source, target = os.dup(request_end), os.dup(answer_end)
            os.dup2(source, 3)
            os.dup2(target, 4)

        process = subprocess.Popen(
            [path, *flags, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=numbered,
        )
        os.close(request_end)
        os.close(answer_end)
        try:
            found = Browser(process, requests, answers)
            found.attach()
            yield found
        finally:
            os.close(requests)
            os.close(answers)
            process.terminate()
            process.wait(SECONDS)
