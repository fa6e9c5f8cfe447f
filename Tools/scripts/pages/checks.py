"""Checks of a page: valid HTML, nothing from elsewhere, a table behind each chart, for eye, keyboard and ear."""

import json
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from xml.etree import ElementTree

from pages.browser import VIEWS, Browser, View

RESOURCE = re.compile(r"""(?:src|href|url|action|poster|data)\s*[=(]\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)

# Elements that stand out of the page, and texts whose colour is too close to what is behind them (WCAG 2.2, 1.4.3).
LAYOUT = """(() => {
  const width = document.documentElement.clientWidth, faults = [];
  if (document.documentElement.scrollWidth > width)
    faults.push(`the page is ${document.documentElement.scrollWidth} pixels wide, the window ${width}`);
  const scrolls = e => e.closest('.scroll') !== null;
  for (const e of document.querySelectorAll('body *')) {
    if (scrolls(e) || e.closest('.skip') || e.closest('svg')) continue;
    const box = e.getBoundingClientRect();
    if (box.width > 0 && box.right > width + 1)
      faults.push(`${e.tagName} ends at ${Math.round(box.right)} of ${width}: ${e.textContent.slice(0, 40)}`);
  }
  return faults;
})()"""
CONTRAST = """(() => {
  const numbers = c => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = e => { for (; e; e = e.parentElement) {
      const c = numbers(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
    return [255, 255, 255]; };
  const found = new Map();
  const texts = 'p, li, th, td, dt, dd, summary, figcaption, caption, h1, h2, h3, code, .verdict, a, '
    + 'svg text:not(.over):not(.cell)';
  for (const e of document.querySelectorAll(texts)) {
    if (!e.textContent.trim() || e.closest('.skip')) continue;
    const style = getComputedStyle(e), isShape = e.tagName === 'text';
    const [a, b] = [light(numbers(isShape ? style.fill : style.color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) found.set(`${e.tagName}.${e.getAttribute('class') || ''}`, ratio.toFixed(2));
  }
  return [...found].map(([name, ratio]) => `contrast ${ratio} of ${name}`);
})()"""
PHONE_TEXT = """(() => [...document.querySelectorAll('svg')]
  .filter(s => s.getBoundingClientRect().width > 0).flatMap(s => {
    const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width;
    return scale * 12 < 8.5 ? [`text of a chart has ${(scale * 12).toFixed(1)} pixels`] : []; }))()"""
NAMES = """(() => [...document.querySelectorAll('.scroll, summary')].filter(e => e.tabIndex < 0).map(e =>
  `${e.tagName} cannot be reached by keyboard`))()"""


def structure(page: pathlib.Path) -> Iterator[str]:
    """What the page promises to those who do not see the charts, and to those who have no network."""
    text = page.read_text(encoding="utf-8")
    if RESOURCE.search(text):
        yield "something is loaded from elsewhere"
    root = ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    names = [element.get("id") for element in root.iter() if element.get("id")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two elements are called {name}"
    for element in root.iter():
        for wanted in (element.get("aria-labelledby") or "").split():
            if wanted not in names:
                yield f"nothing is called {wanted}, which {element.tag} is labelled by"
        target = element.get("href", "#")
        if target.startswith("#") and len(target) > 1 and target[1:] not in names:
            yield f"nothing is called {target}, where a link leads"
    figures = list(root.iter("figure"))
    for figure in figures:
        picture = figure.find("svg")
        whole = picture is not None and picture.findtext("title") and picture.findtext("desc")
        if not whole or figure.find("details/div/table/tbody/tr") is None:
            yield f"figure {figure.get('id')} has no title, no description or no table"
    if len(list(root.iter("svg"))) != len(figures):
        yield "there is a picture outside of a figure"


def validity(page: pathlib.Path) -> Iterator[str]:
    """What html5lib and tidy say of the page. Missing programs are an error: the caller asks for them first."""
    import html5lib

    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page.read_bytes(), transport_encoding="utf-8")
    for (line, column), code, details in parser.errors:
        yield f"line {line}, column {column}: {html5lib.constants.E[code] % details}"
    # What tidy of 2017 does not know: data, which is HTML 5.0, SVG's title, and that what scrolls may get the focus.
    unknown = (
        r"<data> is not approved by W3C|<title> proprietary attribute \"id\"|proprietary attribute \"(tabindex|role)"
    )
    command = ["tidy", "-quiet", "-errors", "-utf8", "--show-info", "no", "--doctype", "html5"]
    command += ["--new-inline-tags", "data", str(page)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    for line in said.splitlines():
        if line.strip() and not re.search(unknown, line):
            yield f"tidy: {line}"


def missing_programs() -> list[str]:
    try:
        import html5lib  # noqa: F401
    except ImportError:
        return ["python3-html5lib"]
    return [] if shutil.which("tidy") else ["tidy"]


def said_by_browser(browser: Browser, page: pathlib.Path) -> Iterator[str]:
    """Requests, errors and lines on the console since the page was opened."""
    own = page.resolve().as_uri()
    for event in browser.events:
        method, values = event["method"], event["params"]
        if method == "Network.requestWillBeSent" and values["request"]["url"] != own:
            yield f"a request for {values['request']['url']}"
        if method in ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]:
            yield f"on the console: {json.dumps(values)[:200]}"


def keyboard(browser: Browser) -> Iterator[str]:
    """Opens the first table by keyboard alone."""
    browser.evaluate("document.querySelector('summary').focus()")
    for kind in ["keyDown", "keyUp"]:
        text = {"text": "\r"} if kind == "keyDown" else {}
        browser.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, **text)
    if not browser.evaluate("document.querySelector('details').open"):
        yield "the Enter key does not open the table of a chart"


def spoken(browser: Browser) -> Iterator[str]:
    """Asks the tree that screen readers get."""
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    pictures = [node for node in nodes if node.get("role", {}).get("value") in ["image", "img", "graphics-document"]]
    wanted = browser.evaluate("document.querySelectorAll('svg').length")
    named = [node for node in pictures if node.get("name", {}).get("value")]
    if len(named) != wanted:
        yield f"{len(named)} of {wanted} charts have a name for screen readers"


def looks(browser: Browser, page: pathlib.Path, view: View) -> Iterator[str]:
    browser.look(view)
    browser.open(page)
    yield from said_by_browser(browser, page)
    yield from browser.evaluate(LAYOUT)
    yield from browser.evaluate(CONTRAST)
    if view.phone:
        yield from browser.evaluate(PHONE_TEXT)
    # With all tables open, too.
    browser.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    yield from browser.evaluate(LAYOUT)
    yield from browser.evaluate(NAMES)


def faults(browser: Browser, page: pathlib.Path, screenshots: pathlib.Path | None = None) -> list[str]:
    """All that is wrong with a page; with a folder, pictures of it as well."""
    found = [*structure(page), *validity(page)]
    for view in VIEWS:
        found += [f"{view.name}: {fault}" for fault in looks(browser, page, view)]
        if screenshots:
            browser.open(page)
            browser.screenshot(screenshots / f"{page.stem}-{view.name}.png")
    browser.look(VIEWS[0])
    browser.open(page)
    found += [*keyboard(browser), *spoken(browser)]
    return [f"{page.name}: {fault}" for fault in found]
