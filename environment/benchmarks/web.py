"""The browser's part of the comparison with a JVM (README.md): draws figures in a page of the site in Chromium, by one worker.

The arguments are the socket of Chromium's DevTools and the site's address. For a line with a figure's id on standard input it prints
the seconds.
"""
import asyncio
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
from run_check import EQUAL, Chromium  # noqa: E402


async def main(socket, address):
    browser = Chromium()
    await browser.start(socket)
    await browser.go(address)
    await asyncio.sleep(2)
    await browser.ask("void Object.defineProperty(navigator, 'hardwareConcurrency', { value: 1 })")
    for line in sys.stdin:
        # Workers keep the runs that they have: new ones compute them again, with the compiled module of the old.
        await browser.ask("import('/run/pool.js').then(pool => pool.cancel())")
        answer = await browser.ask(EQUAL.replace("%s", line.strip()))
        print("differs" if answer["differs"] else answer["seconds"], flush=True)


asyncio.run(main(*sys.argv[1:]))
