"""Looks at the site in Chromium: widths, filters, search, keys, its console, and what it asks of whom.

Called by site-test.sh, which serves the site and starts Chromium. Prints one line; exit code 1 if something is wrong.
"""
import asyncio
import csv
import os
import sys

from tornado.websocket import websocket_connect

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from browser_check import Failure, Page  # noqa: E402

PAGES = ("index.html", "gallery.html", "figures/network-tmax.html", "figures/perceptron-exponents.html", "papers/2301.13703.html",
         "papers/2310.12975.html", "claims/fractional-noise-markov-0.6.html", "claims/opposite-effects-alike-p1024-h128-past.html", "papers/index.html", "notebooks/index.html", "notebooks/04-stochastic-interpolants.html", "docs/README.html",
         "docs/cli.html")
WIDTHS = (360, 390, 768, 1280, 1600)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../figures/claims.csv"), encoding="utf-8") as table:
    CLAIMS = [row["id"] for row in csv.DictReader(table)][::50]
SOUGHT = ("early stopping", "multiple testing", "overfitting", "reproducibility", "tipping point")
BELOW = """[...document.querySelectorAll('svg.bar text')].filter(text => {
    const box = text.getBBox();
    return box.y < 0 || Number(text.getAttribute('y')) > text.ownerSVGElement.viewBox.baseVal.height;
}).length"""
OPEN = """['What it means', 'Try it'].filter(words => [...document.querySelectorAll('h2')].some(
    head => head.textContent === words && !head.checkVisibility())).length"""
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

    async def size(self, width):
        await self.page.call("Emulation.setDeviceMetricsOverride",
                             width=width, height=900, deviceScaleFactor=1, mobile=False)

    async def fits(self):
        for path in PAGES:
            for width in WIDTHS:
                await self.size(width)
                await self.go(path)
                wide = await self.page.evaluate("document.documentElement.scrollWidth")
                self.require(wide <= width, f"{path} is {wide} pixels wide in a window of {width}")
                if path == "index.html":
                    top = await self.page.evaluate("document.querySelector('main img').getBoundingClientRect().top")
                    self.require(0 < top < 600, f"the picture of {path} stands {top} pixels down in a window of {width}")

    async def papers(self):
        """Every paper is linked and says what to do without a click, and no strip is cut."""
        await self.size(390)
        await self.go("papers/index.html")
        papers = await self.page.evaluate(
            "[...document.querySelectorAll('td:first-child a')].map(a => a.getAttribute('href')).filter(a => !a.includes('/'))")
        self.require(len(papers) > 60, f"the index names {len(papers)} papers")
        for paper in papers:
            await self.go("papers/" + paper)
            self.require(await self.page.evaluate("document.querySelector('main a[href^=\"https://arxiv.org/abs/\"], "
                                                  "main a[href^=\"https://doi.org/\"]') !== null"), f"{paper} has no link to its paper")
            self.require(await self.page.evaluate(BELOW) == 0, f"{paper} has strips that are cut")
            self.require(await self.page.evaluate(OPEN) == 0, f"{paper} folds what it means or how to try it")
        return len(papers)

    async def claims(self):
        """Some claims of all: a sentence above, nothing wider than a phone."""
        for name in CLAIMS:
            await self.go(f"claims/{name}.html")
            wide = await self.page.evaluate("document.documentElement.scrollWidth")
            self.require(wide <= 390, f"the claim {name} is {wide} pixels wide in a window of 390")
            head = await self.page.evaluate("document.querySelector('h1').textContent")
            self.require(": the prediction is " in head, f"the claim {name} has no sentence as heading but '{head}'")

    async def sheets(self):
        """At its least zoom a sheet is seen whole."""
        for width in (390, 1280):
            await self.size(width)
            for figure in ("sgd-regimes", "perceptron-exponents", "fractional-noise"):
                await self.go(f"figures/{figure}.html")
                hidden = await self.page.evaluate("(() => { const box = document.querySelector('.zoom');"
                                                  " return [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight]; })()")
                self.require(max(hidden) <= 1, f"the zoom hides {hidden} pixels of {figure} in a window of {width}")

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

        for width in (390, 1280):
            await self.size(width)
            await self.go("index.html")
            for words in SOUGHT:
                await self.page.evaluate(seek(words))
                hits = await self.page.evaluate("[...document.querySelectorAll('#hits a')].filter(a => a.checkVisibility()).length")
                self.require(hits > 0, f"typing '{words}' finds nothing in a window of {width}")
            await self.page.evaluate(seek("xyzzy"))
            self.require(await self.page.evaluate("document.querySelectorAll('#hits a').length") == 0,
                         "typing nonsense finds a page")

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
    papers = await site.papers()
    await site.claims()
    await site.sheets()
    await site.filters()
    await site.search()
    await site.keys()
    asked = site.quiet()
    print(f"site-test: {len(PAGES)} pages fit windows of {WIDTHS[0]} to {WIDTHS[-1]} pixels, {papers} papers are linked and whole, "
          f"filters, search and keys work, nothing on the console, none of {asked} requests to another host")


def main():
    try:
        asyncio.run(check(*sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"site-test: {failure}")


if __name__ == "__main__":
    main()
