"""Checks the outputs of an executed notebook: no error, nothing on standard error, and what the check cells promise.

A code cell tagged "check" ends with comment lines "// = TEXT". The texts, one a line, must be what the cell printed and
then returned or displayed as plain text. White space at the ends of lines does not count.

What the cells show can be kept in FILE, for the site: by cell id a list of texts, HTML, pictures, and figures of the kit by their id
and preset. It must be what FILE holds, except in cells tagged "volatile", such as those that measure time.

Usage: notebook_outputs.py NOTEBOOK.ipynb [FILE.json [--write]]. Prints the number of check cells; exit code 1 if something is
wrong. With --write FILE is written.
"""
import json
import os
import re
import sys

ALLOWED_ON_STDERR = {"", "WARNING: Using incubator modules: jdk.incubator.vector"}
MARKER = "// ="
PROGRESS = '<div class="noisebook-progress">'
# The stamp of a committed figure, which may break between its parts.
STAMP = re.compile("([a-z0-9-]+)[ ·\n]+(quick|full|authors)[ ·\n]+noisebook ")
COLOUR = re.compile("\x1b\\[[0-9;]*m")


def joined(text):
    """The notebook format keeps a text whole or as a list of its lines."""
    return "".join(text)


def trimmed(text):
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def promised(source):
    """The text of the marked lines at the end of a cell, or None if the last line is not one."""
    texts = []
    for line in reversed(source.rstrip().splitlines()):
        line = line.strip()
        if line != MARKER and not line.startswith(MARKER + " "):
            break
        texts.insert(0, line[len(MARKER) + 1:])
    return trimmed("\n".join(texts)) if texts else None


def stream(cell, name):
    return "".join(joined(output["text"]) for output in cell["outputs"]
                   if output["output_type"] == "stream" and output["name"] == name)


def shown(cell):
    """What the cell printed, then what it returned or displayed as plain text."""
    parts = [stream(cell, "stdout")]
    for output in cell["outputs"]:
        if output["output_type"] in ("execute_result", "display_data") and "text/plain" in output["data"]:
            parts.append(joined(output["data"]["text/plain"]))
    return trimmed("\n".join(part.rstrip("\n") for part in parts if part))


def is_check(cell):
    return "check" in cell["metadata"].get("tags", [])


def complaints(cell):
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            yield COLOUR.sub("", f"error {output['ename']}: {output['evalue']}")
    surplus = [line for line in stream(cell, "stderr").splitlines() if line.rstrip() not in ALLOWED_ON_STDERR]
    if surplus:
        yield "standard error: " + " | ".join(surplus[:5])
    if is_check(cell):
        want = promised(joined(cell["source"]))
        got = shown(cell)
        if want is None:
            yield f'tagged check, but its last line does not start with "{MARKER} "'
        elif want != got:
            yield f"check: promises {want!r}, shows {got!r}"


def kept(output):
    """What a cell displayed or returned, as FILE keeps it; None for what is not kept."""
    if output["output_type"] not in ("execute_result", "display_data"):
        return None
    data = output["data"]
    if "image/svg+xml" in data:
        svg = joined(data["image/svg+xml"])
        stamp = STAMP.search(re.sub("<[^>]*>", " ", svg))
        return {"figure": stamp[1], "preset": stamp[2]} if stamp else {"svg": svg}
    if "text/html" in data:
        html = joined(data["text/html"])
        return None if html.startswith(PROGRESS) else {"html": html}
    return {"text": joined(data["text/plain"])} if "text/plain" in data else None


def outputs(cells):
    """What code cells show, by cell id: first all that was printed, whose pieces come as they please, then the rest."""
    shown_by = {}
    for number, cell in enumerate(cells):
        printed = COLOUR.sub("", stream(cell, "stdout"))
        shown_by[cell.get("id", str(number))] = (
            ([{"text": printed}] if printed else []) + [one for one in map(kept, cell["outputs"]) if one])
    return {name: shows for name, shows in shown_by.items() if shows}


def text(shown_by):
    """One space an indent, so that changes can be read."""
    return json.dumps(shown_by, ensure_ascii=False, indent=1) + "\n"


def stale(cells, path):
    """The first line in which a file differs from what cells show, in words; None if it does not."""
    if not os.path.exists(path):
        return f"{path} is missing"
    with open(path, encoding="utf-8") as file:
        old = json.load(file)
    new = outputs(cells)
    for number, cell in enumerate(cells):
        if "volatile" in cell["metadata"].get("tags", []):
            old.pop(cell.get("id", str(number)), None)
            new.pop(cell.get("id", str(number)), None)
    if old == new:
        return None
    lines = zip(text(old).splitlines() + [""], text(new).splitlines() + [""])
    was, now = next(pair for pair in lines if pair[0] != pair[1])
    return f"{path} holds {was[:200]!r}, the run shows {now[:200]!r}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    code_cells = [cell for cell in cells if cell["cell_type"] == "code"]
    wrong = [f"code cell {number}: {complaint}"
             for number, cell in enumerate(code_cells, 1) for complaint in complaints(cell)]
    wrong += ["tagged check, but not a code cell" for cell in cells if cell["cell_type"] != "code" and is_check(cell)]
    wrong += [] if code_cells else ["no code cell"]
    if wrong or not sys.argv[2:]:
        pass
    elif sys.argv[3:] == ["--write"]:
        os.makedirs(os.path.dirname(sys.argv[2]), exist_ok=True)
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(text(outputs(code_cells)))
    elif difference := stale(code_cells, sys.argv[2]):
        wrong.append(f"{difference} (notebooks-run.sh --write)")
    if wrong:
        sys.exit("\n".join(wrong))
    checked = sum(map(is_check, code_cells))
    print(f"{checked} check cell{'' if checked == 1 else 's'}")


if __name__ == "__main__":
    main()
