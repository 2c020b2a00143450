"""Moves the slider of a notebook in the page of Jupyter Notebook 6 and measures the time from the key to the new picture.

    slider.py DEVTOOLS ADDRESS [--inputs] [--most MS]

Called by slider.sh, which starts Jupyter and Chromium. Prints one line; exit code 1 if something is not as it should be.
"""
import asyncio
import os
import statistics
import sys
import time

from tornado.websocket import websocket_connect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from browser_check import IS_LOADED, LOAD_SECONDS, RUN_SECONDS, Failure, Page  # noqa: E402

# A server that is short of processor time may drop a message to the page; its log says so.
MOVE_SECONDS = 60
WARM_UP = 15
MOVES = 50

# All cells as far as the first with a slider.
RUN = """
Jupyter.notebook.set_autosave_interval(0);
Jupyter.notebook.clear_all_output();
window.cell = Jupyter.notebook.get_cells().find(cell => cell.get_text().includes('Controls.slider'));
Jupyter.notebook.execute_cell_range(0, Jupyter.notebook.find_cell_index(cell) + 1);
0
"""

ERRORS = """
Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code').flatMap(cell => cell.output_area.outputs)
    .filter(output => output.output_type === 'error').map(output => `${output.ename}: ${output.evalue}`)
"""

# Times are those of the browser: from the key as it was pressed to the picture decoded.
WATCH = """
(() => {
    const area = cell.output_area.element[0];
    const mover = area.querySelector('%s');
    const frame = area.querySelector('.widget-html-content, .noisebook-control > div:last-child');
    if (!mover || !mover.getBoundingClientRect().width || !frame || !frame.querySelector('img')) { return false; }
    window.times = [];
    window.mover = mover;
    window.source = () => frame.querySelector('img') ? frame.querySelector('img').src : frame.innerText;
    let pressed = 0;
    mover.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
    new MutationObserver(() => {
        const image = frame.querySelector('img');
        const begun = pressed;
        image && image.decode().then(() => times.push(performance.now() - begun));
    }).observe(frame, {childList: true, subtree: true});
    mover.focus();
    return true;
})()
"""
WIDGET = ".noUi-handle"
INPUT = "input[type=range]"


class Slider:
    """The slider of a page."""

    def __init__(self, page):
        self._page = page

    async def press(self, key):
        code = {"ArrowRight": 39, "ArrowLeft": 37}[key]
        for kind in ("rawKeyDown", "keyUp"):
            await self._page.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    async def until(self, script, what):
        deadline = time.monotonic() + MOVE_SECONDS
        while not await self._page.evaluate(script):
            if time.monotonic() > deadline:
                raise Failure(f"no {what} after {MOVE_SECONDS} s: see whether the log of Jupyter tells of an AssertionError")
            await asyncio.sleep(0.01)

    async def move(self, key):
        """Moves by one position and waits for the picture; its address."""
        before = await self._page.evaluate("times.length")
        await self.press(key)
        await self.until(f"times.length > {before}", "picture")
        return await self._page.evaluate("source()")


async def measure(devtools, address, mover, most):
    page = Page(await websocket_connect(devtools, max_message_size=2**28))
    await page.open(address)
    deadline = time.monotonic() + LOAD_SECONDS
    while not await page.evaluate(IS_LOADED):
        if time.monotonic() > deadline:
            raise Failure(f"no classic notebook (Jupyter Notebook 6) with a running kernel after {LOAD_SECONDS} s")
        await asyncio.sleep(0.2)
    await page.evaluate(RUN)
    deadline = time.monotonic() + RUN_SECONDS
    while not await page.evaluate(WATCH % mover):
        errors = await page.evaluate(ERRORS)
        if errors or time.monotonic() > deadline:
            raise Failure("; ".join(errors) or f"no slider after {RUN_SECONDS} s")
        await asyncio.sleep(0.1)
    slider = Slider(page)
    # To and fro about the first position; the pictures of the way are kept.
    for _ in range(WARM_UP):
        there = await slider.move("ArrowRight")
        back = await slider.move("ArrowLeft")
    if there == back:
        raise Failure("two positions have the same picture")
    await page.evaluate("times.length = 0; 0")
    for k in range(MOVES):
        await slider.move("ArrowLeft" if k % 2 else "ArrowRight")
    times = sorted(await page.evaluate("times"))
    # A burst that ends where it began: events coalesce, the last one wins.
    await page.evaluate("times.length = 0; 0")
    for k in range(MOVES + 1):
        await slider.press("ArrowLeft" if k % 2 else "ArrowRight")
    await slider.until(f"times.length > 0 && source() === {there!r}", "picture of the last of many moves")
    await asyncio.sleep(1)
    drawn = await page.evaluate("times.length")
    if await page.evaluate("source()") != there:
        raise Failure("the last of many moves does not win")
    median = statistics.median(times)
    print(f"slider: median of {len(times)} moves {median:.0f} ms from key to picture "
          f"({times[0]:.0f} to {times[-1]:.0f}); of {MOVES + 1} moves at once {drawn} were drawn, and the last stays")
    if median > most:
        raise Failure(f"the median is above {most:.0f} ms")


def main():
    arguments = sys.argv[1:]
    mover = WIDGET
    most = float("inf")
    while arguments[2:]:
        option = arguments.pop(2)
        if option == "--inputs":
            mover = INPUT
        else:
            most = float(arguments.pop(2))
    try:
        asyncio.run(measure(arguments[0], arguments[1], mover, most))
    except Failure as failure:
        sys.exit(f"slider: {failure}")


if __name__ == "__main__":
    main()
