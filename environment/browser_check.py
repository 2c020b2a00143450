"""Runs a notebook in the page of Jupyter Notebook 6 through Chromium's DevTools protocol and looks at what it shows.

Called by browser-check.sh, which starts Jupyter and Chromium. Prints one line; exit code 1 if anything is missing.
"""
import asyncio
import base64
import json
import sys
import time

from tornado.websocket import WebSocketClosedError, websocket_connect

# Against hanging only.
LOAD_SECONDS = 1800
RUN_SECONDS = 1800
WIDTH = 1100
MAX_HEIGHT = 16000  # Chromium's largest texture is 16384 pixels

IS_LOADED = """
(() => {
    const kernel = window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel;
    return Boolean(kernel && kernel.is_connected() && kernel.info_reply.protocol_version);
})()
"""

WHAT_IS_SHOWN = """
(document.querySelector('.modal-body') || document.body || {}).innerText
"""

# Without autosave: outputs must not get into the notebook's file.
RESTART_AND_RUN_ALL = """
Jupyter.notebook.set_autosave_interval(0);
Jupyter.notebook.clear_all_output();
Jupyter.notebook.restart_run_all({confirm: false});
0
"""

STATE = """
(() => {
    const cells = Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code' && cell.get_text().trim());
    const shown = selector => cells.flatMap(cell => cell.output_area.element.find(selector).get()).filter(element => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.height > 0 && (element.tagName !== 'IMG' || element.naturalWidth > 0);
    }).length;
    return {
        cells: cells.length,
        run: cells.filter(cell => typeof cell.input_prompt_number === 'number').length,
        waiting: cells.filter(cell => cell.input_prompt_number === '*').length,
        busy: Jupyter.notebook.kernel_busy,
        results: cells.filter(cell => cell.output_area.outputs.length > 0).length,
        figures: shown('.output_svg svg, .output_png img, .output_jpeg img, .output_html svg, .output_html img'),
        tables: shown('.output_html table'),
        errors: cells.flatMap((cell, index) => cell.output_area.outputs
            .filter(output => output.output_type === 'error')
            .map(output => `code cell ${index + 1}: ${output.ename}: ${output.evalue}`)),
    };
})()
"""

# The notebook scrolls in a box as high as the window: a window of this height shows all of it.
HEIGHT = """
Math.ceil($('#header').outerHeight(true) + $('#notebook-container').outerHeight(true) + 40)
"""


class Failure(Exception):
    """What is missing, in words for the user."""


class Page:
    """A page of the browser, told what to do by DevTools messages."""

    def __init__(self, socket):
        self._socket = socket
        self._session = {}
        self._last = 0
        self.events = []

    async def open(self, address):
        target = await self.call("Target.createTarget", url=address)
        session = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = {"sessionId": session["sessionId"]}
        await self.call("Page.bringToFront")

    async def call(self, method, **params):
        self._last += 1
        try:
            await self._socket.write_message(
                json.dumps({"id": self._last, "method": method, "params": params, **self._session}))
        except WebSocketClosedError:
            raise Failure("the browser has ended") from None
        while True:
            message = await self._socket.read_message()
            if message is None:
                raise Failure("the browser has ended")
            answer = json.loads(message)
            if "method" in answer:
                self.events.append(answer)
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise Failure(f"{method}: {answer['error']['message']}")
                return answer["result"]

    async def evaluate(self, script):
        answer = await self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Failure(f"script failed: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    async def save_screenshot(self, file):
        height = min(MAX_HEIGHT, await self.evaluate(HEIGHT))
        await self.call("Emulation.setDeviceMetricsOverride",
                        width=WIDTH, height=height, deviceScaleFactor=1, mobile=False)
        await asyncio.sleep(0.5)
        picture = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(file, "wb") as out:
            out.write(base64.b64decode(picture["data"]))


async def run_all(page):
    """Restarts the kernel and runs all cells; the last state, and the seconds to the first result and to the end."""
    start = time.monotonic()
    first = None
    await page.evaluate(RESTART_AND_RUN_ALL)
    while True:
        state = await page.evaluate(STATE)
        seconds = time.monotonic() - start
        if first is None and state["results"] > 0:
            first = seconds
        ended = state["run"] == state["cells"] or state["errors"]
        if ended and not state["busy"] and state["waiting"] == 0:
            return state, first or seconds, seconds
        if seconds > RUN_SECONDS:
            raise Failure(f"after {RUN_SECONDS} s {state['run']} of {state['cells']} code cells have run")
        await asyncio.sleep(0.1)


async def check(devtools, address, picture):
    page = Page(await websocket_connect(devtools, max_message_size=2**28))
    await page.open(address)
    deadline = time.monotonic() + LOAD_SECONDS
    while not await page.evaluate(IS_LOADED):
        if time.monotonic() > deadline:
            shown = " ".join((await page.evaluate(WHAT_IS_SHOWN) or "").split())
            raise Failure("the page has no classic notebook (Jupyter Notebook 6) with a running kernel after "
                          f"{LOAD_SECONDS} s; it shows: {shown[:400]}")
        await asyncio.sleep(0.2)
    try:
        state, first, total = await run_all(page)
    finally:
        await page.save_screenshot(picture)
    print(f"browser-check: {state['run']} of {state['cells']} code cells run; figures: {state['figures']}, "
          f"tables: {state['tables']}, errors: {len(state['errors'])}; "
          f"first result {first:.1f} s after the restart, all after {total:.1f} s")
    missing = list(state["errors"])
    if state["cells"] == 0:
        missing.append("no code cell")
    if state["figures"] == 0:
        missing.append("no output shows a figure")
    if state["tables"] == 0:
        missing.append("no output shows an HTML table")
    if missing:
        raise Failure("; ".join(missing))


def main():
    devtools, address, picture = sys.argv[1:]
    try:
        asyncio.run(check(devtools, address, picture))
    except Failure as failure:
        sys.exit(f"browser-check: {failure}")


if __name__ == "__main__":
    main()
