"""Looks at the site in Chromium: widths, filters, search, keys, its console, and what it asks of whom.

Called by site-test.sh, which serves the site and starts Chromium. Prints one line; exit code 1 if something is wrong.
"""
import asyncio
import os
import sys

from tornado.websocket import websocket_connect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from browser_check import Failure, Page  # noqa: E402

PAGES = ("index.html", "gallery.html", "figures/network-tmax.html", "figures/perceptron-exponents.html", "papers/2301.13703.html",
         "papers/index.html", "notebooks/index.html", "notebooks/04-stochastic-interpolants.html", "docs/README.html",
         "docs/cli.html")
WIDTHS = (360, 390, 768, 1600)
SHOWN = "[...document.querySelectorAll('.cards li')].filter(card => !card.hidden).length"


def choose(name, value):
    return (f"(() => {{ const choice = document.getElementById('filters').elements['{name}']; choice.value = '{value}';"
            f" choice.dispatchEvent(new Event('change', {{bubbles: true}})); return {SHOWN}; }})()")


def seek(words):
    return (f"(() => {{ const box = document.querySelector('header input[name=q]'); box.value = '{words}';"
            f" box.dispatchEvent(new Event('input', {{bubbles: true}})); return {SHOWN}; }})()")


class Site:
    def __init__(self, page, address):
        self.page = page
        self.address = address

    async def go(self, path):
        await self.page.call("Page.navigate", url=self.address + path)
        for _ in range(300):
            await asyncio.sleep(0.05)
            if await self.page.evaluate(
                    f"document.readyState === 'complete' && location.href.startsWith('{self.address + path}')"):
                return
        raise Failure(f"{path} did not load")

    def require(self, holds, words):
        if not holds:
            raise Failure(words)

    async def fits(self):
        for path in PAGES:
            for width in WIDTHS:
                await self.page.call("Emulation.setDeviceMetricsOverride",
                                     width=width, height=900, deviceScaleFactor=1, mobile=False)
                await self.go(path)
                wide = await self.page.evaluate("document.documentElement.scrollWidth")
                self.require(wide <= width, f"{path} is {wide} pixels wide in a window of {width}")
                if path in ("index.html", "papers/2301.13703.html"):
                    top = await self.page.evaluate("document.querySelector('main img').getBoundingClientRect().top")
                    self.require(0 < top < 600, f"the picture of {path} stands {top} pixels down in a window of {width}")

    async def filters(self):
        await self.go("gallery.html")
        every = await self.page.evaluate(SHOWN)
        seeds = await self.page.evaluate(choose("area", "seeds"))
        self.require(0 < seeds < every, f"area seeds shows {seeds} of {every} figures")
        words = await self.page.evaluate("document.getElementById('count').textContent")
        self.require(words == f"{seeds} figures", f"the count says '{words}', not '{seeds} figures'")
        await self.go("gallery.html?verdict=not-reproduced")
        failed = await self.page.evaluate(SHOWN)
        marked = await self.page.evaluate(
            "[...document.querySelectorAll('.cards li')].filter(card => card.querySelector('.not-reproduced')).length")
        self.require(0 < failed == marked, f"the filter shows {failed} figures with failures, there are {marked}")
        paper = await self.page.evaluate(choose("paper", "2301.13703"))
        self.require(0 < paper < every, f"the paper 2301.13703 shows {paper} of {every} figures")

    async def search(self):
        await self.go("gallery.html?q=tangent+kernel")
        found = await self.page.evaluate(SHOWN)
        every = await self.page.evaluate("document.querySelectorAll('.cards li').length")
        self.require(0 < found < every, f"a search for two words shows {found} of {every} figures")
        self.require(await self.page.evaluate(seek("xyzzy")) == 0, "a search for nonsense shows figures")
        self.require(await self.page.evaluate(seek("perceptron")) > 0, "a search for perceptron shows no figure")
        self.require(await self.page.evaluate("document.querySelectorAll('#found a').length") > 0,
                     "a search for perceptron names no page")

    async def keys(self):
        await self.go("papers/2301.13703.html#sgd-regimes-cold-alpha")
        self.require(await self.page.evaluate("document.querySelector('details:has(#sgd-regimes-cold-alpha)').open"),
                     "a claim that is linked stays folded")
        await self.go("figures/network-tmax.html")
        width = "document.querySelector('.zoom img').getBoundingClientRect().width"
        before = await self.page.evaluate(width)
        await self.page.evaluate("document.querySelector('.zoom').focus()")
        await self.page.call("Input.dispatchKeyEvent", type="keyDown", key="+", text="+")
        after = await self.page.evaluate(width)
        self.require(after > 1.4 * before, f"the key + makes {before} pixels {after}")
        await self.page.call("Input.dispatchKeyEvent", type="keyDown", key="0", text="0")
        self.require(await self.page.evaluate(width) == before, "the key 0 does not fit the picture to the page")
        await self.page.evaluate("document.getElementById('shade').click()")
        self.require(await self.page.evaluate("document.documentElement.style.colorScheme") == "dark",
                     "the button does not make it dark")

    def quiet(self):
        """Nothing on the console, no request that failed or went elsewhere."""
        asked = 0
        for event in self.page.events:
            name, params = event["method"], event["params"]
            self.require(name != "Runtime.exceptionThrown", f"an error: {params.get('exceptionDetails')}")
            self.require(name != "Log.entryAdded", f"the console says {params.get('entry', {}).get('text')}")
            self.require(name != "Runtime.consoleAPICalled", "a script writes to the console")
            if name == "Network.requestWillBeSent":
                address = params["request"]["url"]
                asked += 1
                self.require(address.startswith((self.address, "data:", "about:")), f"it asks for {address}")
            if name == "Network.responseReceived":
                status = params["response"]["status"]
                self.require(status in (200, 304), f"{params['response']['url']} gives {status}")
        return asked


async def check(devtools, address):
    page = Page(await websocket_connect(devtools, max_message_size=2**28))
    await page.open("about:blank")
    for domain in ("Page", "Runtime", "Log", "Network"):
        await page.call(domain + ".enable")
    site = Site(page, address)
    await site.fits()
    await site.filters()
    await site.search()
    await site.keys()
    asked = site.quiet()
    print(f"site-test: {len(PAGES)} pages fit windows of {WIDTHS[0]} to {WIDTHS[-1]} pixels, filters, search and keys "
          f"work, nothing on the console, none of {asked} requests to another host")


def main():
    try:
        asyncio.run(check(*sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"site-test: {failure}")


if __name__ == "__main__":
    main()
