"""Opens a notebook in a page of Jupyter through Debian's Selenium, runs all of its cells and looks at what is shown.

Called by front-ends-run.sh: lab or classic, the page's address, a file for a picture. Prints one line; exit code 1 if
anything is missing or the page's console has an error.
"""
import sys
import time

from selenium import webdriver
from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.chrome.service import Service

# Against hanging only.
LOAD_SECONDS = 600
RUN_SECONDS = 1200

# What each page is asked: whether it is ready, to run all, what its code cells have come to, and whether it can show widgets.
CLASSIC = {
    "ready": """
        const all = window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel;
        return Boolean(all && all.is_connected() && all.info_reply.protocol_version);""",
    "run": "Jupyter.notebook.set_autosave_interval(0); Jupyter.notebook.execute_all_cells();",
    "cells": """
        return Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code').map(cell => ({
            run: typeof cell.input_prompt_number === 'number',
            errors: cell.output_area.outputs.filter(output => output.output_type === 'error').map(output => output.evalue),
            element: cell.element[0]}));""",
    "widgets": "return Boolean(window.require && require.defined('nbextensions/jupyter-js-widgets/extension'));",
}
LAB = {
    "ready": """
        const app = window.jupyterapp;
        const panel = app && app.shell.currentWidget;
        const context = panel && panel.sessionContext;
        return Boolean(context && context.isReady && context.session && context.session.kernel
            && context.session.kernel.status === 'idle' && panel.content.widgets.length > 0);""",
    "run": "window.jupyterapp.commands.execute('notebook:run-all-cells');",
    "cells": """
        return window.jupyterapp.shell.currentWidget.content.widgets.filter(cell => cell.model.type === 'code').map(cell => ({
            run: /[0-9]/.test(cell.node.querySelector('.jp-InputPrompt').textContent),
            errors: cell.model.outputs.toJSON().filter(output => output.output_type === 'error').map(output => output.evalue),
            element: cell.node}));""",
    "widgets": "return window.jupyterapp.hasPlugin('@jupyter-widgets/jupyterlab-manager:plugin');",
}

SHOWN = """
const [cells, selector] = arguments;
return cells.flatMap(cell => [...cell.querySelectorAll(selector)]).filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 20 && box.height > 10 && (element.tagName !== 'IMG' || element.naturalWidth > 0);
}).length;
"""

OUTPUT = ":is(.output_subarea, .jp-OutputArea-output)"

# JupyterLab looks for language servers, which nobody need have.
ASKED_IN_VAIN = "/lsp/status"


class Failure(Exception):
    """What is missing, in words for the user."""


def wait(driver, what, script, seconds):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if driver.execute_script(script):
                return
        except JavascriptException:
            pass  # The page is not that far.
        if time.monotonic() > deadline:
            raise Failure(f"{what} after {seconds} s; the page shows: "
                          + " ".join(driver.find_element("tag name", "body").text.split())[:400])
        time.sleep(0.2)


def console_errors(driver):
    return ["console: " + entry["message"] for entry in driver.get_log("browser")
            if entry["level"] == "SEVERE" and ASKED_IN_VAIN not in entry["message"]]


def check(driver, page, address, picture):
    driver.get(address)
    wait(driver, "no notebook with a kernel that answers", page["ready"], LOAD_SECONDS)
    driver.execute_script(page["run"])
    start = time.monotonic()
    while True:
        cells = driver.execute_script(page["cells"])
        errors = [f"code cell {number}: {error}" for number, cell in enumerate(cells, 1) for error in cell["errors"]]
        if errors or cells and all(cell["run"] for cell in cells):
            break
        if time.monotonic() > start + RUN_SECONDS:
            raise Failure(f"after {RUN_SECONDS} s {sum(cell['run'] for cell in cells)} of {len(cells)} cells have run")
        time.sleep(0.2)
    seconds = time.monotonic() - start
    time.sleep(1)  # The last output is drawn after the cell has ended.
    driver.save_screenshot(picture)
    elements = [cell["element"] for cell in driver.execute_script(page["cells"])]
    figures, tables, folded = (
        driver.execute_script(SHOWN, elements, f"{OUTPUT} {tag}") for tag in (":is(svg, img)", "table", "details"))
    widgets = driver.execute_script(page["widgets"])
    print(f"{len(cells)} cells run in {seconds:.1f} s; figures: {figures}, tables: {tables}, folded: {folded}, "
          f"widget manager: {'yes' if widgets else 'no'}")
    missing = errors + console_errors(driver)
    missing += [] if figures else ["no output shows a figure"]
    missing += [] if tables else ["no output shows a table"]
    missing += [] if folded else ["no output can be unfolded"]
    missing += [] if widgets else ["no widget manager"]
    if missing:
        raise Failure("; ".join(missing))


def main():
    kind, address, picture = sys.argv[1:]
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,3000"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    try:
        driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        try:
            check(driver, {"lab": LAB, "classic": CLASSIC}[kind], address, picture)
        finally:
            driver.quit()
    except (Failure, WebDriverException) as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
