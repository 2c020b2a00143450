"""Plants faults of one line in the library and its papers, and asks whether the tests and figures that Reach.java chooses catch all that any catch.

Usage: faults.py COUNT CLASSES TESTS LIBRARIES, in a clean checkout, with the folders of compiled classes and tests and a class path that has JUnit's
console. Prints a line for each fault and a summary; exits with 1 if a fault survives what is chosen and not the rest. The faults are drawn from a
stream of their own by line and operator; one that does not compile is drawn again. It takes an hour of CPU time for 30.
"""
import glob
import hashlib
import os
import re
import resource
import subprocess
import sys
import tempfile

OTHER = {" < ": " >= ", " > ": " <= ", " <= ": " > ", " >= ": " < ", " == ": " != ", " != ": " == ", " + ": " - ", " - ": " + ", " * ": " / ",
         " / ": " * ", " && ": " || ", " || ": " && "}
JAVA = ["-Xmx3g", "-XX:+UseSerialGC", "-XX:-PrintWarnings", "--add-modules=jdk.incubator.vector", "-Djava.awt.headless=true"]
count, classes, tests, libraries = int(sys.argv[1]), *(os.path.abspath(x) if ":" not in x else x for x in sys.argv[2:5])
work = tempfile.mkdtemp()
home = os.path.join(work, "home")
os.mkdir(home)
environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "NOISEBOOK_"))}
environment.update(OMP_NUM_THREADS="1", HOME=home, NOISEBOOK_HOME=home, NOISEBOOK_SANDBOX=f"{work}:{os.getcwd()}:/tmp")


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def say(text):
    print(text, flush=True)


def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


run("javac", "-d", work, "environment/tests/Reach.java", check=True)


def select():
    """What a change of the tree reaches: {kind: {name: seconds}} of the chosen, and of the others."""
    chosen, rest = {}, {}
    for line in run("java", "-cp", work, "Reach", "select", ".", "HEAD", check=True).stdout.splitlines():
        kind, name, seconds, why = line.split("\t")
        (rest if why == "-" else chosen).setdefault(kind, {})[name] = float(seconds)
    return chosen, rest


def planted(number):
    """A fault: its place, the classes that have it, what is chosen for it and what is not."""
    lines = [(file, k) for file in sorted(glob.glob("src/main/java/**/*.java", recursive=True)) for k, _ in enumerate(open(file, encoding="utf-8"))]
    for attempt in range(10000):
        stream = int(hashlib.sha256(f"faults {number} {attempt}".encode()).hexdigest(), 16)
        file, k = lines[stream % len(lines)]
        text = open(file, encoding="utf-8").read().split("\n")
        places = [m for m in re.finditer("|".join(map(re.escape, OTHER)), text[k])]
        # Other classes have copies of constants.
        if not places or re.match(r' *(\*|/[*/]|import )|.*(static final|").*', text[k]):
            continue
        place = places[stream // len(lines) % len(places)]
        out = os.path.join(work, str(number))
        os.makedirs(out, exist_ok=True)
        old, sources = text[k], [file]
        try:
            text[k] = old[:place.start()] + OTHER[place.group()] + old[place.end():]
            open(file, "w", encoding="utf-8").write("\n".join(text))
            if "Double" in file:
                run("java", "environment/generate/FloatTwins.java", ".", out + ".twins", check=True)
                sources += glob.glob(f"{out}.twins/**/{os.path.basename(file).replace('Double', 'Float')}", recursive=True)
            compiled = run("javac", "-nowarn", "-proc:none", "-parameters", "--release", "17", "--add-modules=jdk.incubator.vector", "-cp", f"{classes}:{libraries}",
                           "-d", out, *sources)
            if compiled.returncode == 0:
                return f"{file}:{k + 1}{place.group()}→{OTHER[place.group()]}", out, *select()
        finally:
            text[k] = old
            open(file, "w", encoding="utf-8").write("\n".join(text))
    raise SystemExit("no fault found")


broken = set()  # tests that fail without a fault


def failing(folders, names, asked):
    """The first of these classes of tests to fail with these classes before the others, or nothing."""
    reports = tempfile.mkdtemp(dir=work)
    ran = run("java", *JAVA, f"-Dstudy={asked}", "-cp", ":".join([*folders, tests, classes, libraries]), "org.junit.platform.console.ConsoleLauncher", "execute",
              "--disable-banner", "--fail-fast", "--details=none", f"--reports-dir={reports}", "--exclude-tag", "slow",
              *(word for name in names for word in ("-c", name.replace("/", "."))), env=environment)
    if ran.returncode == 0:
        return ""
    failed = re.findall(r'<testcase [^>]*classname="([^"$]*)[^>]*>\s*<(?:failure|error)', open(f"{reports}/TEST-junit-jupiter.xml").read())
    return failed[0].replace(".", "/") if failed else ran.stdout[-300:]


def fails(folders, names, studies):
    """The same, the quickest first; or nothing."""
    order = sorted((name for name in names if not name.endswith("ContractTest")), key=names.get)
    batches = [([name for name in order if names[name] < 2], ""), ([name for name in order if names[name] >= 2], "")]
    if studies:
        batches.append((["org/noisebook/StudyContractTest", "org/noisebook/paper/PaperContractTest"], ",".join(studies)))
    for batch, asked in batches:
        while left := [name for name in batch if name not in broken]:
            failed = failing(folders, left, asked)
            if not failed or failed not in left or not failing([], [failed], asked):
                break
            broken.add(failed)
            say(f"fails without a fault: {failed}")
        if left and failed:
            return failed
    return ""


def differs(folders, ids):
    """A figure that is drawn otherwise than the committed one, or nothing."""
    if not ids:
        return ""
    out = tempfile.mkdtemp(dir=work)
    ran = run("java", *JAVA, f"-Dnoisebook.home={os.getcwd()}", "-cp", ":".join([*folders, classes, libraries]), "org.noisebook.cli.Main", "figures", *sorted(ids), "--out", out,
              "--no-cache", env=environment)
    if ran.returncode != 0:
        return "figures: " + ran.stdout[-200:].replace("\n", " ")
    for one in sorted(ids):
        for ending in ("csv", "json"):
            if open(f"{out}/{one}.{ending}").read() != open(f"figures/{one}.{ending}").read():
                return f"figure {one}"
    return ""


if run("git", "status", "--porcelain", "-uno").stdout:
    raise SystemExit("faults: the checkout has changes")
# What reads sources sees none of a planted fault: it stands in the compiled classes alone.
file = "src/main/java/org/noisebook/stats/package-info.java"
kept = open(file, encoding="utf-8").read()
open(file, "w", encoding="utf-8").write("// A comment.\n" + kept)
always = select()[0].get("test", {})
open(file, "w", encoding="utf-8").write(kept)
survivors = []
for number in range(1, count + 1):
    place, folder, chosen, rest = planted(number)
    names = {name: seconds for name, seconds in chosen.get("test", {}).items() if name not in always}
    why = fails([folder], names, chosen.get("study", {})) or differs([folder], chosen.get("figure", {}))
    share = 100 * sum(names.values()) / (sum(chosen.get("test", {}).values()) + sum(rest.get("test", {}).values()))
    say(f"{number}\t{place}\t{len(names)} classes ({share:.0f} %), {len(chosen.get('study', {}))} studies, {len(chosen.get('figure', {}))} figures\t"
        f"{'caught: ' + why if why else 'survives'}\t{cpu():.0f} s")
    if not why:
        survivors.append((place, folder, rest))
# Each of the rest runs once, with all the faults at once for which it was not chosen.
missed = 0
for kind in ("test", "study", "figure"):
    groups = {}
    for _, folder, rest in survivors:
        for name, seconds in rest.get(kind, {}).items():
            groups.setdefault((name, seconds), []).append(folder)
    together = {}
    for (name, seconds), folders in groups.items():
        together.setdefault(tuple(folders), {})[name] = seconds
    for folders, names in together.items():
        found = differs(folders, names) if kind == "figure" else fails(folders, {} if kind == "study" else names, names if kind == "study" else {})
        if found:
            missed += 1
            say(f"missed: {[place for place, folder, _ in survivors if folder in folders]}: {found}")
        say(f"rest: {len(names)} of kind {kind} with {len(folders)} faults: {found or 'nothing found'}\t{cpu():.0f} s")
say(f"of {count} faults the choice caught {count - len(survivors)}; of the {len(survivors)} others the rest caught {'some' if missed else 'none'}")
sys.exit(1 if missed else 0)
