"""Runs figures in pages of the site, in Chromium by its DevTools or in Firefox by WebDriver BiDi, and looks at what they say.

Called by site-test.sh: run_check.py chromium|firefox SOCKET ADDRESS [FIGURE]...; the figures' bytes are compared with the committed files,
as the site gives them, and their seconds printed. Exit code 1 if something is wrong.
"""
import asyncio
import json
import os
import sys
import time
import urllib.request

from tornado.websocket import websocket_connect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from browser_check import Failure, Page  # noqa: E402

SECONDS = 120
SAYS = "document.querySelector('form.run .says').textContent"
EQUAL = """(async () => {
    const { tell } = await import('/run/pool.js'), began = performance.now();
    const { code, parts } = await tell(() => {}, 'figure', '%s', '1'), seconds = (performance.now() - began) / 1000;
    if (code !== 0) return { seconds, differs: [parts.join(' ')] };
    const differs = [];
    for (const [k, kind] of ['svg', 'csv', 'json'].entries()) {
        const answer = await fetch('/figures/%s.' + kind);
        if (!answer.ok || await answer.text() !== parts[k]) differs.push(kind);
    }
    return { seconds, differs };
})()"""


class Chromium:
    async def start(self, socket):
        self.page = Page(await websocket_connect(socket, max_message_size=2**28))
        await self.page.open("about:blank")
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.page.call(domain + ".enable")

    async def go(self, address):
        await self.page.call("Page.navigate", url=address)

    async def ask(self, expression):
        answer = await self.page.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Failure(str(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    async def narrow(self):
        await self.page.call("Emulation.setDeviceMetricsOverride", width=390, height=900, deviceScaleFactor=1, mobile=False)

    def addresses(self):
        for event in self.page.events:
            if event["method"] == "Runtime.exceptionThrown":
                raise Failure(f"an error: {event['params']['exceptionDetails']}")
            if event["method"] == "Network.requestWillBeSent":
                yield event["params"]["request"]["url"]


class Firefox:
    async def start(self, socket):
        self.socket = await websocket_connect(socket + "/session", max_message_size=2**28)
        self.last = 0
        self.asked = []
        await self.call("session.new", capabilities={})
        self.context = (await self.call("browsingContext.getTree"))["contexts"][0]["context"]
        await self.call("session.subscribe", events=["network.beforeRequestSent"])

    async def call(self, method, **params):
        self.last += 1
        await self.socket.write_message(json.dumps({"id": self.last, "method": method, "params": params}))
        while True:
            answer = json.loads(await self.socket.read_message())
            if answer.get("method") == "network.beforeRequestSent":
                self.asked.append(answer["params"]["request"]["url"])
            if answer.get("id") == self.last:
                if answer.get("type") == "error":
                    raise Failure(f"{method}: {answer['message']}")
                return answer["result"]

    async def go(self, address):
        await self.call("browsingContext.navigate", context=self.context, url=address, wait="complete")

    async def ask(self, expression):
        answer = await self.call("script.evaluate", expression=f"(async () => JSON.stringify(await ({expression})))()",
                                 target={"context": self.context}, awaitPromise=True)
        if answer["type"] == "exception":
            raise Failure(str(answer["exceptionDetails"].get("text")))
        return json.loads(answer["result"].get("value", "null"))

    async def narrow(self):
        await self.call("browsingContext.setViewport", context=self.context, viewport={"width": 390, "height": 900})

    def addresses(self):
        return self.asked


class Check:
    def __init__(self, browser, address):
        self.browser = browser
        self.address = address

    def require(self, holds, words):
        if not holds:
            raise Failure(words)

    async def until(self, condition, words):
        end = time.monotonic() + SECONDS
        while not await self.browser.ask(condition):
            if time.monotonic() > end:
                said = await self.browser.ask(f"(document.querySelector('form.run .says') ?? {{}}).textContent")
                raise Failure(f"{words} within {SECONDS} s; the page says '{said}'")
            await asyncio.sleep(0.05)

    async def open(self, path):
        await self.browser.go(self.address + path)
        await self.until(f"document.readyState === 'complete' && location.href.startsWith('{self.address + path}') "
                         "&& document.querySelector('form.run') !== null", f"{path} has no form")

    async def press(self, words):
        await self.browser.ask(f"[...document.querySelectorAll('form.run button')].find(one => one.textContent === '{words}').click()")

    async def says(self, words):
        await self.until(f"{SAYS}.includes({json.dumps(words)})", f"the page does not say '{words}'")
        return await self.browser.ask(SAYS)

    async def set(self, field, value):
        await self.browser.ask(f"void (document.querySelector('form.run').elements['{field}'].value = '{value}')")

    async def run(self):
        """The committed figure, another seed and setting, a refusal, and the way back."""
        await self.open("figures/hypad.html")
        self.require("run/kit" not in " ".join(await self.browser.ask("performance.getEntriesByType('resource').map(one => one.name)")),
                     "the module is loaded before anyone asks for it")
        await self.press("Run it here")
        await self.says("all claims have the committed verdicts")
        first = await self.browser.ask("Number(document.querySelector('form.run').dataset.first)")
        same = await self.browser.ask("""(async () => document.querySelector('main img').src.startsWith('blob:')
            && document.querySelector('form.run').svg === await (await fetch('/figures/hypad.svg')).text())()""")
        self.require(same, "the picture drawn here is not the committed one")
        await self.set("seed", 2)
        await self.press("Run it here")
        await self.says("seed 2 instead of 1")
        self.require("run=hypad" in await self.browser.ask("location.search"), "the address does not keep what was run")
        await self.set("seed", "two")
        await self.press("Run it here")
        await self.says("seed must be a whole number")
        await self.set("seed", 1)
        await self.set("replicas", -3)
        await self.press("Run it here")
        await self.says("replicas")
        await self.press("Show the committed figure")
        await self.says("This is the committed figure.")
        await self.open("figures/hypad.html")
        await self.press("Run it here")
        await self.says("all claims have the committed verdicts")
        again = await self.browser.ask("Number(document.querySelector('form.run').dataset.first)")
        return first, again

    async def cancel(self):
        await self.open("figures/interpolant-bridge.html")
        await self.press("Run it here")
        await self.until(f"/ of \\d+ runs/.test({SAYS}) || / runs$/.test({SAYS})", "nothing runs")
        await self.press("Cancel")
        await self.says("Cancelled")

    async def die(self):
        await self.open("figures/poisson-lines.html")
        await self.press("Roll the die")
        await self.says("1 of your rolls")
        await self.press("Roll the die")
        return await self.says("of 2 of your rolls")

    async def address_of_a_setting(self):
        await self.open("figures/hypad.html?run=hypad&seed=5")
        await self.says("seed 5 instead of 1")

    async def live(self):
        await self.browser.go(self.address + "index.html")
        await self.until("document.querySelector('.live input') !== null", "the landing page has no slider")
        await self.browser.ask("""void (() => { const slider = document.querySelector('.live input'); slider.value = 1;
            slider.dispatchEvent(new Event('input')); })()""")
        await self.until("document.querySelector('.live').dataset.state === 'drawn'", "the slider draws nothing")
        began = time.monotonic()
        await self.browser.ask("""void (() => { const slider = document.querySelector('.live input'); slider.value = 2;
            slider.dispatchEvent(new Event('input')); })()""")
        await self.until("document.querySelector('.live').dataset.state === 'drawn' && document.querySelector('.live img').src.startsWith('blob:')",
                         "the slider draws nothing")
        return time.monotonic() - began

    async def phone(self):
        await self.browser.narrow()
        for path in ("figures/hypad.html", "figures/poisson-lines.html", "index.html"):
            await self.browser.go(self.address + path)
            await self.until("document.querySelector('form.run, .live input') !== null", f"{path} has no form")
            await self.browser.ask("document.querySelectorAll('form.run details').forEach(one => { one.open = true; })")
            wide = await self.browser.ask("document.documentElement.scrollWidth")
            self.require(wide <= 390, f"with open forms {path} is {wide} pixels wide in a window of 390")

    async def equal(self, figures):
        seconds = {}
        for figure in figures:
            answer = await self.browser.ask(EQUAL % (figure, figure))
            self.require(not answer["differs"], f"{figure} differs from the committed files: {answer['differs']}")
            seconds[figure] = answer["seconds"]
            print(f"{figure}\t{answer['seconds']:.1f}", flush=True)
        return seconds

    def quiet(self):
        count = 0
        for asked in self.browser.addresses():
            count += 1
            self.require(asked.startswith((self.address, "blob:", "data:", "about:")), f"it asks for {asked}")
        return count


def policy(address):
    with urllib.request.urlopen(address + "figures/hypad.html") as answer:
        rule = answer.headers.get("Content-Security-Policy", "")
    if "'wasm-unsafe-eval'" not in rule or "'unsafe-eval'" in rule or "default-src 'none'" not in rule and "default-src 'self'" not in rule:
        raise Failure(f"the site's policy is '{rule}'")


async def check(name, socket, address, *figures):
    policy(address)
    browser = {"chromium": Chromium, "firefox": Firefox}[name]()
    await browser.start(socket)
    check_ = Check(browser, address)
    first, again = await check_.run()
    await check_.cancel()
    die = await check_.die()
    await check_.address_of_a_setting()
    live = await check_.live()
    await check_.equal(figures)
    await check_.phone()
    asked = check_.quiet()
    print(f"site-test: {name} runs figures: {first / 1000:.2f} s from the first click to running, {again / 1000:.2f} s cached; the slider takes "
          f"{live:.1f} s; cancel, die, address and phone work; {len(figures)} figures are equal; none of {asked} requests to another host")
    print(f"site-test: {name}: '{die}'")


def main():
    try:
        asyncio.run(check(*sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"site-test: {sys.argv[1]}: {failure}")


if __name__ == "__main__":
    main()
