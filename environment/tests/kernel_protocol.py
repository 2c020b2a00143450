"""Tests of the Java kernel over the Jupyter protocol, with jupyter_client. kernel-test.sh runs them.

    kernel_protocol.py [CLASS[.test] ...]

Needs a kernel spec named java on JUPYTER_PATH (NOISEBOOK_TEST_KERNEL gives another name) and javac in JAVA_HOME or on
the path. NOISEBOOK_TEST_MAVEN=1 adds the test that downloads an artifact.
"""

import base64
import collections
import datetime
import glob
import hashlib
import hmac
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import unittest

import zmq
from jupyter_client import KernelManager
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_client.session import Session
from jupyter_kernel_test import msgspec_v5

KERNEL = os.environ.get("NOISEBOOK_TEST_KERNEL", "java")
HANGING = 1800  # seconds; nothing passes or fails by speed
FOR_EVER = "Thread.sleep(3_600_000);"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
facts = []  # measured values, printed at the end

Message = collections.namedtuple("Message", "channel type content parent metadata time size")


def java_string(text):
    return json.dumps(text, ensure_ascii=False)


class Cell:
    """One execute request and all that came back for it."""

    def __init__(self, kernel, msg_id, code):
        self.kernel, self.id, self.code = kernel, msg_id, code

    def all(self, *types):
        return [m for m in self.kernel.inbox[self.id] if m.type in types]

    def contents(self, *types):
        return [m.content for m in self.all(*types)]

    def stream(self, name):
        return "".join(c["text"] for c in self.contents("stream") if c["name"] == name)

    def is_done(self):
        states = [c["execution_state"] for c in self.contents("status")]
        return bool(self.all("execute_reply")) and "idle" in states

    def wait(self):
        self.kernel.wait(self.is_done, f"end of the cell {self.code[:200]!r}")
        self.check_order()
        return self

    def check_order(self):
        iopub = [m for m in self.kernel.inbox[self.id] if m.channel == "iopub"]
        states = [m.content["execution_state"] for m in iopub if m.type == "status"]
        assert states == ["busy", "idle"], f"status messages of {self.code!r}: {states}"
        assert iopub[0].type == "status", f"{iopub[0].type} before busy in {self.code!r}"
        idle = next(i for i, m in enumerate(iopub) if m.content.get("execution_state") == "idle")
        late = {m.type for m in iopub[idle + 1 :]} - {"stream", "comm_open", "update_display_data"}
        assert not late, f"after idle of {self.code!r}: {late}"
        assert len(self.all("execute_reply")) == 1, f"{self.code!r} has several replies"

    @property
    def reply(self):
        return self.contents("execute_reply")[0]

    @property
    def stdout(self):
        return self.stream("stdout")

    @property
    def stderr(self):
        return self.stream("stderr")

    @property
    def data(self):
        found = self.contents("execute_result")
        assert len(found) <= 1, f"{self.code!r} has {len(found)} results"
        return found[0]["data"] if found else {}

    @property
    def result(self):
        return self.data.get("text/plain")

    @property
    def displays(self):
        return self.contents("display_data")

    @property
    def error(self):
        """The error as the frontend shows it, or None."""
        found = self.contents("error")
        return found[0] if found else None

    @property
    def traceback(self):
        return ANSI.sub("", "\n".join(self.error["traceback"])) if self.error else ""

    @property
    def count(self):
        return self.reply["execution_count"]

    def __str__(self):
        shown = [
            f"{m.type}: {json.dumps(m.content, ensure_ascii=False)[:1500]}"
            for m in self.kernel.inbox[self.id]
            if m.type not in ("status", "execute_input")
        ]
        return f"\n{self.code[:2000]}\n-> " + "\n   ".join(shown[:10])


class Kernel:
    """A kernel process and a client that keeps every message, sorted by the request it belongs to."""

    living = []

    def __init__(self, **env):
        self.folder = tempfile.mkdtemp(prefix="kernel-")
        self.log_path = os.path.join(self.folder, "log")
        self.log_file = open(self.log_path, "wb")
        self.options = {"env": {**os.environ, **env}, "cwd": self.folder}
        self.options.update(stdout=self.log_file, stderr=self.log_file)
        self.manager = KernelManager(kernel_name=KERNEL)
        self.started = time.monotonic()
        try:
            self.manager.start_kernel(**self.options)
        except Exception:
            self.forget_files()
            raise
        Kernel.living.append(self)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.session = self.client.session
        self.sockets = {
            name: getattr(self.client, name + "_channel").socket for name in ("shell", "iopub", "stdin", "control")
        }
        self.poller = zmq.Poller()
        for socket in self.sockets.values():
            self.poller.register(socket, zmq.POLLIN)
        self.inbox = collections.defaultdict(list)
        self.last = None
        self.wait_until_ready()

    def wait_until_ready(self):
        """Asks until the answer's status arrives too: a subscription takes effect a little after the connection."""
        asked = []

        def is_subscribed():
            if not asked or any(m.channel == "shell" for m in self.inbox[asked[-1]]):
                self.pump(0.1)
                if asked and any(m.channel == "iopub" for m in self.inbox[asked[-1]]):
                    return True
                asked.append(self.post("shell", "kernel_info_request", {}))
            return False

        self.wait(is_subscribed, "kernel_info_reply after the start")

    def log(self):
        with open(self.log_path, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def is_stuck(self):
        """Did a test give up on the last cell?"""
        return self.last is not None and not self.last.is_done()

    def is_alive(self):
        return self.manager.provisioner.process.poll() is None

    def ends(self):
        end = time.monotonic() + HANGING
        while self.is_alive() and time.monotonic() < end:
            time.sleep(0.02)
        return not self.is_alive()

    def pump(self, timeout):
        """Takes what has arrived, waiting up to the timeout for the first message; checks each against the spec."""
        names = {socket: name for name, socket in self.sockets.items()}
        for socket, _ in self.poller.poll(timeout * 1000):
            while True:
                try:
                    frames = socket.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break
                _, parts = self.session.feed_identities(frames, copy=True)
                msg = self.session.deserialize(parts)  # checks the signature
                kind, content = msg["msg_type"], msg["content"]
                # The schema has no aborted status, and asks for a number where the spec has a boolean.
                is_odd = kind == "input_request" or content.get("status") == "aborted"
                if kind in msgspec_v5.schema_fragments and not is_odd:
                    plain = {k: v for k, v in msg.items() if k not in ("msg_id", "msg_type")}
                    msgspec_v5.validate_message(plain, kind)
                parent = msg["parent_header"].get("msg_id")
                assert parent or content.get("execution_state") == "starting", f"{kind} has no parent: {content}"
                size = sum(len(f) for f in frames)
                date = re.sub(r"(\.\d{6})\d*", r"\1", str(msg["header"]["date"])).replace("Z", "+00:00")
                sent = datetime.datetime.fromisoformat(date).timestamp()
                self.inbox[parent].append(Message(names[socket], kind, content, parent, msg["metadata"], sent, size))

    def wait(self, condition, what):
        end = time.monotonic() + HANGING
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"no {what} within {HANGING} s; the kernel's log:\n{self.log()[-3000:]}")
            if not self.is_alive():
                self.pump(0.2)
                if condition():
                    return
                raise AssertionError(f"the kernel ended before the {what}; its log:\n{self.log()[-3000:]}")
            self.pump(0.1)

    def post(self, channel, msg_type, content):
        msg = self.session.msg(msg_type, content)
        self.session.send(self.sockets[channel], msg)
        return msg["header"]["msg_id"]

    def request(self, channel, msg_type, **content):
        """Sends a request and returns the content of its reply."""
        msg_id = self.post(channel, msg_type, content)
        reply = msg_type.replace("_request", "_reply")
        self.wait(lambda: any(m.type == reply for m in self.inbox[msg_id]), reply)
        return next(m for m in self.inbox[msg_id] if m.type == reply).content

    def send(self, code, **options):
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content.update({"allow_stdin": False, "stop_on_error": True, **options})
        self.last = Cell(self, self.post("shell", "execute_request", content), code)
        return self.last

    def run(self, code, **options):
        return self.send(code, **options).wait()

    def wait_for_text(self, cell, text):
        self.wait(lambda: text in cell.stdout or cell.is_done(), f"output {text!r}")
        assert text in cell.stdout, f"no output {text!r} before the end of the cell:{cell}"

    def interrupt(self):
        return self.request("control", "interrupt_request")

    def close(self):
        Kernel.living.remove(self)
        children = process_tree(self.manager.provisioner.process.pid) if self.is_alive() else []
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.forget_files()

    def forget_files(self):
        self.log_file.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def process_table():
    lines = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    return [tuple(map(int, line.split())) for line in lines.splitlines()]


def process_tree(pid):
    table, found = process_table(), [pid]
    for parent in found:
        found.extend(p for p, pp, _ in table if pp == parent)
    return found


class KernelCase(unittest.TestCase):
    """Tests that share the common kernel, or one per class if the class gives its environment."""

    env = None
    kernels = {}  # by class; KernelCase itself stands for the common one

    @classmethod
    def tearDownClass(cls):
        if cls.env is not None and cls in KernelCase.kernels:
            KernelCase.kernels.pop(cls).close()

    def setUp(self):
        owner = KernelCase if self.env is None else type(self)
        kernel = KernelCase.kernels.get(owner)
        # A test that left a dead or busy kernel must not spoil the next one.
        if kernel and (kernel.is_stuck() or not kernel.is_alive()):
            KernelCase.kernels.pop(owner).close()
            kernel = None
        self.kernel = kernel or Kernel(**(self.env or {}))
        KernelCase.kernels[owner] = self.kernel

    def ok(self, code, **options):
        cell = self.kernel.run(code, **options)
        self.assertEqual("ok", cell.reply["status"], f"the cell should succeed:{cell}")
        self.assertIsNone(cell.error, f"a good cell has no error message:{cell}")
        return cell

    def gives(self, expected, code, **options):
        cell = self.ok(code, **options)
        self.assertEqual(expected, cell.result, f"result of:{cell}")
        return cell

    def fails(self, ename, code, **options):
        return self.is_failed(ename, self.kernel.run(code, **options))

    def is_failed(self, ename, cell):
        self.assertEqual("error", cell.reply["status"], f"the cell should fail:{cell}")
        self.assertEqual(1, len(cell.all("error")), f"one error message:{cell}")
        for key in ("ename", "evalue", "traceback"):
            self.assertEqual(cell.error[key], cell.reply[key], f"{key} is the same in the reply:{cell}")
        self.assertEqual(ename, cell.error["ename"], f"ename of:{cell}")
        self.assertEqual([], cell.all("execute_result"), f"a failed cell has no result:{cell}")
        return cell


class Language(KernelCase):
    def test_last_of_several_statements_is_shown(self):
        self.gives("42", "int a = 6; int b = 7;\n1 + 1;\na * b")

    def test_nothing_is_shown(self):
        for code in (
            "",
            "  \n",
            "// a comment",
            "1 + 1;",
            "1 + 1; // note",
            "1 + 1; /* note */",
            '"text";\n',
            "void nothing() {}",
            "nothing()",
            "int declared = 5",
            "declared = 6",
            "declared = 7;",
            "import java.util.function.*;",
            'System.out.print("")',
        ):
            with self.subTest(code=code):
                cell = self.ok(code)
                self.assertEqual([], cell.all("execute_result", "display_data", "stream"), f"nothing is shown:{cell}")

    def test_something_is_shown(self):
        for code, expected in (
            ("1 + 1 // note", "2"),
            ("// note\n1 + 2", "3"),
            ('"a;"', "a;"),
            ('"a // b"', "a // b"),
            ("'x'", "x"),
            ("1L << 40", "1099511627776"),
            ("true && false", "false"),
            ("new int[] {1, 2}.length", "2"),
            ('Optional.of("x")', "Optional[x]"),
        ):
            with self.subTest(code=code):
                self.gives(expected, code)

    def test_imports(self):
        self.gives("6", "import java.util.stream.IntStream;\nimport static java.lang.Math.*;\n"
                   "abs(-IntStream.of(1, 2, 3).sum())")
        self.gives("10", "IntStream.rangeClosed(1, 4).sum()")

    def test_record(self):
        self.gives("Point[x=1, y=2]", "record Point(int x, int y) {}\nnew Point(1, 2)")

    def test_class_with_inheritance(self):
        self.gives("woof 3", "class Animal { String says() { return \"?\"; } }\n"
                   "class Dog extends Animal {\n    final int n;\n    Dog(int n) { this.n = n; }\n"
                   "    @Override String says() { return \"woof \" + n; }\n}\nAnimal pet = new Dog(3);\npet.says()")

    def test_sealed_interface(self):
        self.gives("4.0", "sealed interface Shape {\n    double area();\n"
                   "    record Square(double side) implements Shape {\n"
                   "        public double area() { return side * side; }\n    }\n"
                   "    record Strip(double length) implements Shape {\n"
                   "        public double area() { return length; }\n    }\n}\n"
                   "Shape shape = new Shape.Square(2);\n"
                   "shape instanceof Shape.Square s ? s.area() : -1")

    def test_enum(self):
        self.gives("[RED, GREEN]", "enum Colour { RED, GREEN }\nArrays.asList(Colour.values())")

    def test_lambda(self):
        self.gives("10", "java.util.function.IntUnaryOperator twice = n -> 2 * n;\ntwice.applyAsInt(5)")

    def test_generic_method(self):
        self.gives("b", "<T extends Comparable<T>> T larger(T a, T b) {\n    return a.compareTo(b) > 0 ? a : b;\n}\n"
                   'larger("a", "b")')

    def test_text_block(self):
        self.gives('two "lines"\n  { of text', 'String block = """\n    two "lines"\n      { of text""";\nblock')

    def test_var_and_loops(self):
        self.gives("[0, 1, 4]", "var squares = new ArrayList<Integer>();\n"
                   "for (int i = 0; i < 3; i++) {\n    squares.add(i * i);\n}\nsquares")

    def test_redefined_variable(self):
        self.ok("int changing = 1;")
        self.gives("text", 'String changing = "text";\nchanging')

    def test_redefined_method(self):
        self.gives("1", "int version() { return 1; }\nint asked() { return version(); }\nasked()")
        self.gives("2", "int version() { return 2; }\nasked()")

    def test_redefined_class(self):
        self.gives("1", "class Model { int v = 1; }\nnew Model().v")
        self.gives("two", 'class Model { String v = "two"; }\nnew Model().v')

    def test_redefined_record(self):
        self.ok("record Row(int a) {}\nvar row = new Row(1);")
        self.gives("Row[a=1, b=x]", 'record Row(int a, String b) {}\nnew Row(1, "x")')

    def test_forward_reference_in_a_cell(self):
        cell = self.gives("0", "int down(int n) { return n == 0 ? 0 : further(n - 1); }\n"
                          "int further(int n) { return down(n); }\ndown(5)")
        self.assertEqual("", cell.stdout + cell.stderr, "no note about a name the same cell defines")

    def test_unicode(self):
        cell = self.gives("naïve 😀", 'String größe = "naïve 😀";\nSystem.out.println("∂ψ 😀 日本");\ngröße')
        self.assertEqual("∂ψ 😀 日本\n", cell.stdout)

    def test_windows_line_ends(self):
        self.gives("3", "int crlf = 1;\r\n\r\ncrlf + 2\r\n")


class Display(KernelCase):
    def only_display(self, cell):
        self.assertEqual(1, len(cell.displays), f"one display_data:{cell}")
        return cell.displays[0]

    def test_display_with_mime_type(self):
        cell = self.ok('display("<b>bold</b>", "text/html")')
        self.assertEqual("<b>bold</b>", self.only_display(cell)["data"]["text/html"])
        self.assertEqual([], cell.all("execute_result"), f"the id is no result:{cell}")

    def test_display_as_last_expression_shows_no_id(self):
        for code in ('display("shown")', 'display("shown");', 'display("shown"); // note'):
            with self.subTest(code=code):
                cell = self.ok(code)
                self.assertEqual("shown", self.only_display(cell)["data"]["text/plain"])
                self.assertEqual([], cell.all("execute_result"), f"the id is no result:{cell}")

    def test_empty_text_is_shown(self):
        self.gives("", '""')

    def test_value_that_compares_with_nothing(self):
        self.gives("shy", 'new Object() {\n    public boolean equals(Object o) { throw new IllegalStateException("no"); }\n'
                   '    public String toString() { return "shy"; }\n}')

    def test_update_display(self):
        cell = self.ok('String id = display("before");')
        shown_id = self.only_display(cell)["transient"]["display_id"]
        self.gives(shown_id, "id")
        cell = self.ok('updateDisplay(id, "after")')
        updates = cell.contents("update_display_data")
        self.assertEqual(1, len(updates), f"one update:{cell}")
        self.assertEqual(shown_id, updates[0]["transient"]["display_id"], "the update carries the id of its display")
        self.assertEqual("after", updates[0]["data"]["text/plain"])
        self.assertEqual([], cell.all("display_data", "execute_result"), f"an update shows nothing new:{cell}")

    def test_displays_have_different_ids(self):
        self.gives("false", 'String one = display(1);\nString two = display(1);\none.equals(two)')

    def test_display_keeps_its_place_in_the_output(self):
        cell = self.ok('System.out.print("a");\ndisplay("b");\nSystem.out.print("c");')
        kinds = [m.type for m in cell.all("stream", "display_data")]
        self.assertEqual(["stream", "display_data", "stream"], kinds, f"order of:{cell}")

    def test_eval(self):
        self.gives("3", 'eval("1 + 2")')
        self.gives("5", 'eval("int made = 5;");\nmade')

    def test_eval_throws_what_the_text_throws(self):
        self.gives("caught / by zero", 'String r = "none";\ntry {\n    eval("1 / 0");\n'
                   '} catch (ArithmeticException e) {\n    r = "caught " + e.getMessage();\n}\nr')

    def test_eval_on_another_thread_is_refused(self):
        self.gives("refused", 'String[] said = {"none"};\nThread other = new Thread(() -> {\n    try {\n'
                   '        eval("1 + 1");\n    } catch (IllegalStateException e) {\n        said[0] = "refused";\n'
                   '    }\n});\nother.start();\nother.join();\nsaid[0]')

    def test_render(self):
        self.gives("42", "render(42)")
        cell = self.ok('render("<i>x</i>", "text/html")')
        self.assertEqual("<i>x</i>", cell.data.get("text/html"), f"mime type of:{cell}")

    def test_clear_output(self):
        for wait in (True, False):
            cell = self.ok(f"clearOutput({str(wait).lower()})")
            self.assertEqual([{"wait": wait}], cell.contents("clear_output"), f"clear_output of:{cell}")

    def test_image(self):
        cell = self.ok("new java.awt.image.BufferedImage(2, 3, java.awt.image.BufferedImage.TYPE_INT_RGB)")
        self.assertIn("image/png", cell.data, f"an image is shown as PNG:{cell}")
        self.assertEqual(b"\x89PNG", base64.b64decode(cell.data["image/png"])[:4])


class Fixtures:
    """Compiled classes and scripts in a folder with a space in its name; made once."""

    folder = None

    @classmethod
    def make(cls):
        if cls.folder is None:
            cls.folder = os.path.join(tempfile.mkdtemp(prefix="fixtures-"), "with a space")
            for name in ("classes", "lib", "more"):
                os.makedirs(os.path.join(cls.folder, name))
            cls.compile("classes", "InFolder", 11)
            for folder, name, value in (("lib", "InFirstJar", 12), ("lib", "InSecondJar", 13), ("more", "InMore", 14)):
                built = os.path.join(cls.folder, name)
                cls.compile(name, name, value)
                jar = os.path.join(cls.folder, folder, name + ".jar")
                cls.tool("jar", "--create", "--file", jar, "-C", built, ".")
            for name, text in (("one.jsh", "int one = 1;"), ("two.jsh", "int two() {\n    return one + 1;\n}"),
                               ("more/three.jshell", "int three = two() + 1;"), ("more/four.jshell", "int four = 4;")):
                with open(os.path.join(cls.folder, name), "w", encoding="utf-8") as file:
                    file.write(text + "\n")
        return cls.folder

    @classmethod
    def tool(cls, name, *args):
        home = os.environ.get("JAVA_HOME")
        path = os.path.join(home, "bin", name) if home else name
        subprocess.run([path, *args], check=True, stdout=subprocess.DEVNULL)

    @classmethod
    def compile(cls, folder, name, value):
        source = os.path.join(cls.folder, name + ".java")
        with open(source, "w", encoding="utf-8") as file:
            file.write(f"package fixture; public class {name} {{ public static int value() {{ return {value}; }} }}\n")
        cls.tool("javac", "-d", os.path.join(cls.folder, folder), source)


class Magics(KernelCase):
    def test_time_of_an_expression(self):
        cell = self.gives("42", "%time 6 * 7")
        self.assertRegex(cell.stdout, r"\d+([.,]\d+)? *(ns|µs|us|ms|s)\b", f"%time prints a time:{cell}")

    def test_time_of_a_cell(self):
        cell = self.gives("8", "%%time\nint q = 2;\nThread.sleep(20);\nq * 4")
        self.assertRegex(cell.stdout, r"\d+([.,]\d+)? *(ns|µs|us|ms|s)\b", f"%%time prints a time:{cell}")

    def test_classpath(self):
        folder = Fixtures.make()
        self.gives("11", f'%classpath "{folder}/classes"\nfixture.InFolder.value()')

    def test_jars(self):
        folder = Fixtures.make()
        self.ok(f'%jars "{folder}/lib/*.jar"')
        self.gives("25", "fixture.InFirstJar.value() + fixture.InSecondJar.value()")

    def test_missing_path_is_an_error(self):
        for magic in ("%classpath", "%jars"):
            with self.subTest(magic=magic):
                cell = self.kernel.run(magic + " no/such/place")
                self.assertEqual("error", cell.reply["status"], f"{magic} of a missing path is an error:{cell}")
                self.assertIn("no/such/place", cell.error["evalue"] + cell.traceback, f"the error names it:{cell}")

    def test_state_stays_after_classpath(self):
        folder = Fixtures.make()
        self.ok("int kept = 9;")
        self.ok(f'%classpath "{folder}/classes"')
        self.gives("9", "kept")

    def test_unknown_magic(self):
        for code in ("%nope 1", "%%nope\n1 + 1", 'System.setProperty("noisebook.magic", "ran");\n%nope'):
            with self.subTest(code=code):
                cell = self.kernel.run(code)
                self.assertEqual("error", cell.reply["status"], f"an unknown magic is an error:{cell}")
                for known in ("nope", "time", "classpath", "jars", "maven"):
                    self.assertIn(known, cell.error["evalue"], f"the message names {known}:{cell}")

    def test_percent_in_a_text_block_is_text(self):
        self.gives("%time of flight\n%nope", 'String text = """\n%time of flight\n%nope""";\ntext')

    def test_percent_in_a_comment_is_a_comment(self):
        self.gives("1", "/*\n%nope\n*/\n1")

    def test_modulo_at_a_line_start(self):
        self.gives("2", "int left = 17\n% 5;\nleft")
        self.gives("3", "int time = 7;\nint rest = 17\n%time;\nrest")
        self.gives("1", "Math.max(\n10\n%3, 0)")


@unittest.skipUnless(os.environ.get("NOISEBOOK_TEST_MAVEN") == "1", "NOISEBOOK_TEST_MAVEN is not 1")
class Maven(KernelCase):
    def test_maven(self):
        use = 'org.apache.commons.csv.CSVFormat.DEFAULT.format("a", "b,c")'  # not among the kit's own dependencies
        self.fails("CompilationError", use)
        self.ok("%maven org.apache.commons:commons-csv:1.10.0")
        self.gives('a,"b,c"', use)

    def test_missing_artifact_is_an_error(self):
        cell = self.kernel.run("%maven org.noisebook.none:no-such-artifact:1.0")
        self.assertEqual("error", cell.reply["status"], f"a missing artifact is an error:{cell}")
        self.assertIn("no-such-artifact", cell.error["evalue"] + cell.traceback, f"the error names it:{cell}")

    def test_malformed_coordinates_are_an_error(self):
        cell = self.kernel.run("%maven commons-csv")
        self.assertEqual("error", cell.reply["status"], f"malformed coordinates are an error:{cell}")


class Environment(KernelCase):
    @classmethod
    def setUpClass(cls):
        folder = Fixtures.make()
        cls.env = {
            "IJAVA_CLASSPATH": f"{folder}/lib/*:{folder}/classes",
            "IJAVA_COMPILER_OPTS": "-parameters -Xlint:none",
            "IJAVA_STARTUP_SCRIPT": "int fromScript = 7;\nimport java.util.stream.*;",
            "IJAVA_STARTUP_SCRIPTS_PATH": f"{folder}/one.jsh:{folder}/two.jsh:{folder}/more/*.jshell",
            "IJAVA_TIMEOUT": "5000",
        }

    def test_class_path(self):
        self.gives("36", "fixture.InFolder.value() + fixture.InFirstJar.value() + fixture.InSecondJar.value()")

    def test_compiler_options(self):
        self.ok("class Named { void method(int speaking) {} }")
        self.gives("speaking", "Named.class.getDeclaredMethod(\"method\", int.class).getParameters()[0].getName()")

    def test_startup_script(self):
        self.gives("14", "fromScript + IntStream.of(3, 4).sum()")

    def test_startup_scripts_path(self):
        self.gives("1 2 3 4", 'one + " " + two() + " " + three + " " + four')

    def test_startup_scripts_use_no_execution_count(self):
        kernel = Kernel(**{**self.env, "IJAVA_TIMEOUT": "6 SECONDS", "LC_ALL": "C"})
        try:
            self.assertEqual(1, kernel.run("1").count, "the first cell is cell 1")
            cell = kernel.run('System.out.println("größe 😀");\n"ψ 日本"')
            self.assertEqual(("größe 😀\n", "ψ 日本"), (cell.stdout, cell.result), "unicode in the C locale")
            self.times_out(kernel, 6)
        finally:
            kernel.close()

    def test_timeout_in_milliseconds(self):
        self.times_out(self.kernel, 5)

    def times_out(self, kernel, seconds):
        start = time.monotonic()
        cell = kernel.run("while (true) Thread.sleep(10);")
        self.is_failed("Timeout", cell)
        elapsed = time.monotonic() - start
        self.assertGreater(elapsed, seconds - 0.1, "seconds until the cell is stopped")
        self.assertEqual("2", kernel.run("1 + 1").result, "the next cell works")


class Errors(KernelCase):
    hidden = ("org.noisebook.kernel", "jdk.jshell", "java.lang.reflect", "jdk.internal.reflect", "REPL.", "$JShell$")

    def has_place(self, cell, line, column, text):
        """The traceback names the place, and a caret stands below it."""
        place = f"cell {cell.count}, line {line}, column {column}"
        self.assertIn(place, cell.traceback, f"the place in:{cell}")
        lines = cell.traceback.splitlines()
        source = cell.code.splitlines()[line - 1]
        at = [i for i, shown in enumerate(lines) if source.strip() in shown]
        self.assertTrue(at, f"the traceback shows the line {source!r}:\n{cell.traceback}")
        shown, below = lines[at[-1]], lines[at[-1] + 1]
        self.assertIn("^", below, f"a caret below the line:\n{cell.traceback}")
        self.assertTrue(shown[below.index("^") :].startswith(text), f"the caret points at {text!r}:\n{cell.traceback}")

    def test_compile_error(self):
        cell = self.fails("CompilationError", "int fine = 1;\n    missing.call();\nint after = 3;")
        self.assertIn("cannot find symbol", cell.error["evalue"])
        self.has_place(cell, 2, 5, "missing")

    def test_compile_error_in_an_expression(self):
        cell = self.fails("CompilationError", 'String good = "a";\n\nint bad = "text";')
        self.assertIn("incompatible types", cell.error["evalue"])
        self.has_place(cell, 3, 11, '"text"')

    def test_compile_error_inside_a_class(self):
        cell = self.fails("CompilationError", "int before = 1;\nclass Wrong {\n"
                          '    int f() {\n        return "text";\n    }\n}')
        self.has_place(cell, 4, 16, '"text"')

    def test_definition_with_an_unknown_name_is_mentioned(self):
        cell = self.kernel.run("int waits() {\n    return notThereYet();\n}")
        said = cell.stderr + cell.stdout + cell.traceback
        self.assertIn("notThereYet", said, f"the unknown name is mentioned:{cell}")
        self.gives("8", "int notThereYet() { return 8; }\nwaits()")

    def test_compile_error_after_text_outside_the_basic_plane(self):
        cell = self.fails("CompilationError", 'int early = 1;\nString s = "😀" + gone;')
        self.has_place(cell, 2, 18, "gone")

    def test_undefined_method_is_an_error(self):
        self.fails("CompilationError", "noSuchMethod(1)")

    def test_syntax_error_runs_nothing(self):
        for number, (bad, line) in enumerate((
            ("int x = ;", 2), ("for (;;) {", None), (")", 2), ('String s = "open;', 2),
        )):
            with self.subTest(code=bad):
                name = f"noisebook.syntax{number}"
                early = f'System.setProperty("{name}", "ran"); int early{number} = 1;'
                cell = self.fails("CompilationError", f"{early}\n{bad}")
                if line:
                    self.assertIn(f"cell {cell.count}, line {line}, column ", cell.traceback, f"the place in:{cell}")
                self.gives("null", f'"" + System.getProperty("{name}")')

    def test_runtime_error(self):
        first = self.ok("int divide(int x) {\n    int one = 1;\n    return one / x;\n}")
        cell = self.fails("IllegalStateException", "int zero = 0;\ntry {\n    divide(zero);\n"
                          '} catch (ArithmeticException e) {\n    throw new IllegalStateException("outer", e);\n}')
        self.assertEqual("outer", cell.error["evalue"])
        text = cell.traceback
        for part in (
            "IllegalStateException: outer",
            f"cell {cell.count}, line 5",
            "Caused by",
            "ArithmeticException: / by zero",
            f"cell {first.count}, line 3",
            f"cell {cell.count}, line 3",
        ):
            self.assertIn(part, text, f"the traceback names {part!r}:\n{text}")
        for part in self.hidden:
            self.assertNotIn(part, text, f"the traceback hides {part!r}:\n{text}")
        self.assertEqual("", cell.stderr, "an error is not printed twice")

    def test_runtime_error_in_a_lambda_and_a_class(self):
        self.ok("import java.util.function.Supplier;")
        cell = self.fails("NullPointerException", "class Deep {\n    int size(String s) {\n"
                          "        return s.length();\n    }\n}\n"
                          "Supplier<Integer> call = () -> new Deep().size(null);\ncall.get()")
        for line in (3, 6, 7):
            self.assertIn(f"cell {cell.count}, line {line}", cell.traceback, f"line {line} in:\n{cell.traceback}")
        for part in self.hidden:
            self.assertNotIn(part, cell.traceback, f"the traceback hides {part!r}:\n{cell.traceback}")

    def test_own_exception(self):
        self.ok("class OwnError extends Exception { OwnError(String m) { super(m); } }")
        cell = self.fails("OwnError", 'throw new OwnError("mine")')
        self.assertEqual("mine", cell.error["evalue"])
        self.assertNotIn("REPL", cell.traceback)

    def test_error_without_a_message(self):
        cell = self.fails("RuntimeException", "throw new RuntimeException()")
        self.assertNotIn("null", cell.error["evalue"])

    def test_statements_before_a_runtime_error_have_run(self):
        self.fails("RuntimeException", 'int keptBefore = 3;\n'
                   'if (true) throw new RuntimeException("x");\nint never = 4;')
        self.gives("3", "keptBefore")
        self.fails("CompilationError", "never")

    def test_exception_in_to_string(self):
        cell = self.kernel.run('new Object() { public String toString() { throw new IllegalStateException("shy"); } }')
        self.assertEqual("error", cell.reply["status"], f"an exception in toString is reported:{cell}")
        self.gives("2", "1 + 1")

    def test_stack_overflow(self):
        cell = self.fails("StackOverflowError", "int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)")
        self.assertLess(len(cell.traceback), 50_000, "the traceback is cut")
        self.gives("2", "1 + 1")

    # A file of the kernel's folder starts it; what was sent before has then a moment to arrive.
    wait_for_go = ('while (!java.nio.file.Files.deleteIfExists(java.nio.file.Path.of("go"))) Thread.sleep(10);\n'
                   "Thread.sleep(500);\n")

    def go(self):
        with open(os.path.join(self.kernel.folder, "go"), "w", encoding="utf-8"):
            pass

    def test_stop_on_error_aborts_the_queue(self):
        failing = self.kernel.send(self.wait_for_go + 'throw new RuntimeException("stop")')
        queued = [self.kernel.send(f'System.setProperty("noisebook.queued", "{i}")') for i in range(2)]
        self.go()
        self.is_failed("RuntimeException", failing.wait())
        for cell in queued:
            self.kernel.wait(cell.is_done, "reply to a queued cell")
            self.assertEqual("aborted", cell.reply["status"], f"a queued cell is aborted:{cell}")
        self.gives("null", '"" + System.getProperty("noisebook.queued")')

    def test_no_stop_on_error_goes_on(self):
        failing = self.kernel.send(self.wait_for_go + 'throw new RuntimeException("go on")', stop_on_error=False)
        queued = self.kernel.send("40 + 2")
        self.go()
        self.is_failed("RuntimeException", failing.wait())
        self.assertEqual("42", queued.wait().result)


class Interruption(KernelCase):
    def interrupted(self, statement):
        name = f"noisebook.interrupt{time.monotonic_ns()}"
        cell = self.kernel.send(f'System.out.println("started");\n{statement}\nSystem.setProperty("{name}", "ran");')
        self.kernel.wait_for_text(cell, "started")
        time.sleep(0.2)  # the loop is compiled after the text was printed
        self.assertEqual("ok", self.kernel.interrupt()["status"], "the interrupt is answered")
        self.is_failed("Interrupted", cell.wait())
        self.assertNotIn("still runs", cell.error["evalue"], f"the code heard it:{cell}")
        self.gives("null", f'"" + System.getProperty("{name}")')
        return cell

    def test_loop_that_tests_for_interruption(self):
        self.interrupted("while (!Thread.currentThread().isInterrupted()) {}")

    def test_sleep(self):
        self.interrupted(FOR_EVER)

    def test_interrupt_of_an_idle_kernel_changes_nothing(self):
        self.assertEqual("ok", self.kernel.interrupt()["status"])
        self.gives("false", "Thread.sleep(50);\nThread.currentThread().isInterrupted()")

    def test_interrupt_aborts_the_queue(self):
        cell = self.kernel.send('System.out.println("started");\n' + FOR_EVER)
        queued = self.kernel.send("1 + 1")
        self.kernel.wait_for_text(cell, "started")
        self.kernel.interrupt()
        self.is_failed("Interrupted", cell.wait())
        self.kernel.wait(queued.is_done, "reply to the queued cell")
        self.assertEqual("aborted", queued.reply["status"], f"the queue is aborted:{queued}")


class Rough(KernelCase):
    """What may cost a kernel its life; the tests run in the order of their names."""

    env = {"NOISEBOOK_JAVA_OPTS": "-Xmx256m"}

    def test_1_out_of_memory(self):
        code = "var big = new ArrayList<byte[]>();\nwhile (true) big.add(new byte[1 << 20]);"
        self.fails("OutOfMemoryError", code)
        self.ok("big = null;")
        self.gives("1048576", "new byte[1 << 20].length")

    def test_2_loop_that_ignores_the_interrupt(self):
        cell = self.kernel.send('long n = 0;\nfor (;; n++) if (n == 0) System.out.println("started");')
        self.kernel.wait_for_text(cell, "started")
        self.kernel.interrupt()
        self.is_failed("Interrupted", cell.wait())
        self.assertNotIn("still runs", cell.error["evalue"], "the loop is stopped")
        self.gives("true", "n > 0")

    def test_3_system_exit(self):
        cell = self.kernel.send("System.exit(3)")
        self.kernel.wait(lambda: cell.all("execute_reply"), "reply to System.exit")
        self.assertEqual("error", cell.reply["status"], f"System.exit is an error:{cell}")
        self.assertEqual("SystemExit", cell.reply["ename"])
        self.assertIn("System.exit", cell.reply["evalue"] + "\n".join(cell.reply["traceback"]))
        self.assertTrue(self.kernel.ends(), "the process ends after System.exit")


class Output(KernelCase):
    def windows(self, cell):
        """The most bytes and messages of streams in any 3 s: Jupyter's server drops output beyond 3 MB or 3000."""
        streams = cell.all("stream")
        most_bytes = most_messages = total = first = 0
        for i, message in enumerate(streams):
            total += message.size
            while message.time - streams[first].time > 3:
                total -= streams[first].size
                first += 1
            most_bytes, most_messages = max(most_bytes, total), max(most_messages, i - first + 1)
        return most_bytes, most_messages

    def check_rate(self, cell):
        most_bytes, most_messages = self.windows(cell)
        self.assertLessEqual(most_bytes, 3_000_000, "bytes of stream messages within 3 s")
        self.assertLess(most_messages, 3000, "stream messages within 3 s")

    def test_many_lines(self):
        cell = self.ok('for (int i = 0; i < 200_000; i++) {\n    System.out.println("line " + i);\n}')
        lines = cell.stdout.splitlines()
        self.assertEqual(200_000, len(lines), "lines that arrived")
        wrong = next((i for i, line in enumerate(lines) if line != f"line {i}"), None)
        self.assertIsNone(wrong, "first line out of order")
        self.assertLess(len(cell.all("stream")), 3000, "stream messages")
        self.check_rate(cell)

    def test_rate(self):
        code = 'String wide = "x".repeat(99);\nfor (int i = 0; i < 50_000; i++) System.out.println(wide);'
        cell = self.ok(code)
        self.assertEqual(5_000_000, len(cell.stdout), "characters that arrived")
        self.check_rate(cell)

    def test_order_of_the_two_streams(self):
        cell = self.ok('for (int i = 0; i < 20; i++) {\n    System.out.print("o" + i);\n'
                       '    System.err.print("e" + i);\n}')
        got = "".join(c["text"] for c in cell.contents("stream"))
        self.assertEqual("".join(f"o{i}e{i}" for i in range(20)), got, "stdout and stderr in the order written")
        self.assertEqual("".join(f"e{i}" for i in range(20)), cell.stderr)

    def test_thread_that_outlives_its_cell(self):
        cell = self.ok('var go = new java.util.concurrent.CountDownLatch(1);\n'
                       'Thread late = new Thread(() -> {\n    try {\n        go.await();\n'
                       '    } catch (InterruptedException e) {\n    }\n'
                       '    System.out.println("late");\n});\nlate.start();')
        self.assertEqual("", cell.stdout, "nothing is printed before the cell ends")
        other = self.ok('go.countDown();\nlate.join();\nSystem.out.println("mine");')
        self.kernel.wait(lambda: cell.stdout == "late\n", "output of the thread under its own cell")
        self.assertEqual("mine\n", other.stdout, "the running cell has only its own output")

    def test_parallel_streams_print_to_their_own_cell(self):
        for _ in range(2):
            cell = self.ok('IntStream.range(0, 50).parallel().forEach(i -> System.out.println("p" + i));')
            self.assertEqual(sorted(f"p{i}" for i in range(50)), sorted(cell.stdout.split()))

    def test_text_without_a_newline_is_shown_at_once(self):
        cell = self.kernel.send('System.out.print("part");\n' + FOR_EVER)
        self.kernel.wait_for_text(cell, "part")
        self.assertFalse(cell.is_done(), "the cell still runs")
        self.kernel.interrupt()
        self.is_failed("Interrupted", cell.wait())

    def test_printf_is_one_message(self):
        cell = self.ok('System.out.printf("x=%d, y=%s%n", 1, "two");')
        self.assertEqual(["x=1, y=two\n"], [c["text"] for c in cell.contents("stream")])

    def test_output_comes_before_the_result(self):
        cell = self.ok('System.out.print("text");\n42')
        self.assertEqual(["stream", "execute_result"], [m.type for m in cell.all("stream", "execute_result")])

    def test_flush_and_bytes(self):
        cell = self.ok('System.out.write("ä😀".getBytes(java.nio.charset.StandardCharsets.UTF_8));\nSystem.out.flush();')
        self.assertEqual("ä😀", cell.stdout)


class Input(KernelCase):
    def answer(self, cell, *values):
        for i, value in enumerate(values):
            self.kernel.wait(lambda: len(cell.all("input_request")) > i, f"input_request {i + 1}")
            self.assertEqual("stdin", cell.all("input_request")[i].channel)
            self.kernel.post("stdin", "input_reply", {"value": value, "status": "ok"})
        cell.wait()
        self.assertEqual("ok", cell.reply["status"], f"a cell that reads:{cell}")
        self.assertEqual(len(values), len(cell.all("input_request")), f"no more requests than reads:{cell}")
        return cell

    def test_one_line(self):
        cell = self.kernel.send("new java.util.Scanner(System.in).nextLine()", allow_stdin=True)
        self.assertEqual("größe 😀", self.answer(cell, "größe 😀").result)

    def test_two_lines(self):
        code = 'var in = new java.util.Scanner(System.in);\nin.nextLine() + "|" + in.nextLine()'
        cell = self.kernel.send(code, allow_stdin=True)
        self.assertEqual("first|", self.answer(cell, "first", "").result)

    def test_buffered_reader(self):
        cell = self.kernel.send("new BufferedReader(new InputStreamReader(System.in)).readLine()", allow_stdin=True)
        self.assertEqual("ä", self.answer(cell, "ä").result)

    def test_prompt_is_printed_before_the_request(self):
        code = 'System.out.print("name? ");\nnew java.util.Scanner(System.in).nextLine()'
        cell = self.kernel.send(code, allow_stdin=True)
        self.kernel.wait(lambda: cell.all("input_request"), "input_request")
        self.kernel.wait(lambda: cell.stdout == "name? ", "prompt while the cell waits for input")
        self.answer(cell, "x")

    def test_without_stdin(self):
        cell = self.kernel.run("new java.util.Scanner(System.in).nextLine()", allow_stdin=False)
        self.assertEqual([], cell.all("input_request"), "no request to a frontend that takes none")
        self.assertEqual("error", cell.reply["status"], f"reading fails:{cell}")
        said = cell.stderr + cell.error["evalue"] + cell.traceback
        self.assertRegex(said, r"(?i)\b(input|stdin|standard input|System\.in)\b", f"the text says why:{cell}")

    def test_interrupt_of_a_read(self):
        cell = self.kernel.send("new java.util.Scanner(System.in).nextLine()", allow_stdin=True)
        self.kernel.wait(lambda: cell.all("input_request"), "input_request")
        self.kernel.interrupt()
        self.is_failed("Interrupted", cell.wait())
        cell = self.kernel.send("new java.util.Scanner(System.in).nextLine()", allow_stdin=True)
        self.assertEqual("again", self.answer(cell, "again").result)


class Help(KernelCase):
    def completed(self, code, cursor=None):
        """What the code becomes with each match put in."""
        cursor = len(code) if cursor is None else cursor
        reply = self.kernel.request("shell", "complete_request", code=code, cursor_pos=cursor)
        self.assertEqual("ok", reply["status"])
        start, end = reply["cursor_start"], reply["cursor_end"]
        self.assertTrue(0 <= start <= end <= len(code), f"range {start}..{end} in {code!r}")
        return {code[:start] + match + code[end:] for match in reply["matches"]}, start, end

    def test_complete_range(self):
        self.assertEqual(({"Math.sqrt + 1"}, 5, 7), self.completed("Math.sq + 1", 7))
        self.assertEqual(({"int b = 2;\nMath.PI"}, 16, 17), self.completed("int b = 2;\nMath.P"))

    def test_complete_counts_code_points(self):
        self.assertEqual(({'"😀".length'}, 4, 7), self.completed('"😀".len'))
        self.assertEqual(({'// 😀😀\n"ä".length'}, 10, 13), self.completed('// 😀😀\n"ä".len'))

    def test_complete_names_of_earlier_cells(self):
        self.ok("int completedCounter = 1;\nString completedName() { return \"\"; }")
        found, start, _ = self.completed("1 + completedC")
        self.assertEqual({"1 + completedCounter"}, found)
        self.assertEqual(4, start)
        self.assertEqual({"completedName"}, {t.rstrip("()") for t in self.completed("completedN")[0]})

    def test_complete_magics(self):
        self.assertEqual({"%maven"}, {t.rstrip() for t in self.completed("%ma")[0]})
        found = {t.rstrip() for t in self.completed("%")[0]}
        self.assertLessEqual({"%time", "%jars", "%classpath", "%maven"}, found)

    def test_complete_nothing(self):
        for code in ("", "noSuchThingAnywhere.x", "Math.sqrt(1)   ", '"in a strin'):
            with self.subTest(code=code):
                self.completed(code)

    def inspect(self, code, cursor=None, detail=0):
        cursor = len(code) if cursor is None else cursor
        return self.kernel.request("shell", "inspect_request", code=code, cursor_pos=cursor, detail_level=detail)

    def test_inspect_method(self):
        for detail in (0, 1):
            reply = self.inspect("Math.max(", detail=detail)
            self.assertTrue(reply["found"], "Math.max( is found")
            self.assertIn("max(", reply["data"]["text/plain"])

    def test_inspect_inside_a_name(self):
        self.assertIn("sqrt", self.inspect("int q = 1;\nMath.sqrt(2.0) + 1", 18)["data"].get("text/plain", ""))

    def test_inspect_variable(self):
        self.ok("double inspected = 2.5;")
        reply = self.inspect("inspected")
        self.assertTrue(reply["found"], "a variable is found")
        self.assertIn("double", reply["data"]["text/plain"])

    def test_inspect_unknown(self):
        for code in ("noSuchThing", "", "no.such.Thing("):
            reply = self.inspect(code)
            self.assertEqual(("ok", False, {}), (reply["status"], reply["found"], reply["data"]), f"unknown: {code!r}")

    def is_complete(self, code):
        return self.kernel.request("shell", "is_complete_request", code=code)

    def test_is_complete(self):
        for code, status in (
            ("int x = 1;", "complete"),
            ("int x = 1;\nx +", "incomplete"),
            ("int x = ;", "invalid"),
            ("%time 1 + 1", "complete"),
            ("%%time\n1 + 1", "complete"),
            ("%%time\nfor (;;) {", "incomplete"),
            ("%jars lib/*.jar\n1 + 1", "complete"),
        ):
            with self.subTest(code=code):
                self.assertEqual(status, self.is_complete(code)["status"], f"is_complete of {code!r}")

    def test_is_complete_indents(self):
        one = self.is_complete("for (int i = 0; i < 3; i++) {")
        self.assertRegex(one.get("indent", ""), r"^( {2,8}|\t)$", "indent after one brace")
        two = self.is_complete("class A {\n    int f() {")
        self.assertEqual(2 * len(one["indent"]), len(two.get("indent", "")), "indent after two braces")

    def test_is_complete_runs_nothing(self):
        self.is_complete('System.setProperty("noisebook.complete", "ran")')
        self.gives("null", '"" + System.getProperty("noisebook.complete")')

    def history(self, **content):
        content = {"output": False, "raw": True, **content}
        return self.kernel.request("shell", "history_request", **content)["history"]

    def test_history(self):
        marks = ["100 + 1", "100 + 2", "100 + 1"]
        cells = [self.ok(code) for code in marks]
        self.assertEqual(marks, [h[2] for h in self.history(hist_access_type="tail", n=3)])
        self.assertEqual([c.count for c in cells], [h[1] for h in self.history(hist_access_type="tail", n=3)])
        with_output = self.history(hist_access_type="tail", n=1, output=True)
        self.assertEqual("100 + 1", with_output[0][2][0])
        self.assertIn(with_output[0][2][1], ("101", None), "the output, or None where it is not kept")
        session = with_output[0][0]
        for number in (0, session):
            found = self.history(hist_access_type="range", session=number, start=cells[0].count, stop=cells[2].count)
            self.assertEqual(marks[:2], [h[2] for h in found], f"range in session {number}")
        def search(pattern, **content):
            return [h[2] for h in self.history(hist_access_type="search", pattern=pattern, **content)]

        self.assertEqual(marks, search("100 + *")[-3:])
        self.assertEqual(["100 + 1", "100 + 2"], sorted(search("100 + ?", unique=True)))
        self.assertEqual(1, len(search("100 + ?", n=1)))
        self.assertEqual([], search("no such code"))


class Info(KernelCase):
    def check_info(self, info):
        self.assertEqual("ok", info["status"])
        self.assertRegex(info["protocol_version"], r"^5\.\d+$")
        language = info["language_info"]
        self.assertEqual("java", language["name"])
        self.assertRegex(language["version"], r"^\d+")
        self.assertRegex(language["mimetype"], r"^text/(x-)?java")
        self.assertEqual(".jshell", language["file_extension"])
        self.assertIn("noisebook", info["implementation"].lower())
        major = re.match(r"\d+", language["version"]).group()
        self.assertRegex(info["banner"], rf"(?i)(java|jdk)\D*{major}", "the banner names the JDK")

    def test_kernel_info(self):
        self.check_info(self.kernel.request("shell", "kernel_info_request"))

    def test_kernel_info_on_the_control_channel_of_a_busy_kernel(self):
        cell = self.kernel.send('System.out.println("started");\n' + FOR_EVER)
        self.kernel.wait_for_text(cell, "started")
        self.check_info(self.kernel.request("control", "kernel_info_request"))
        self.assertFalse(cell.is_done(), "the cell still runs")
        self.kernel.interrupt()
        self.is_failed("Interrupted", cell.wait())

    def test_heartbeat_of_a_busy_kernel(self):
        cell = self.kernel.send("Thread.sleep(500);")
        with zmq.Context() as context, context.socket(zmq.REQ) as socket:
            socket.linger = 0
            socket.connect(f"tcp://{self.kernel.client.ip}:{self.kernel.client.hb_port}")
            socket.send(b"ping \xff")
            self.assertTrue(socket.poll(HANGING * 1000), "the heartbeat answers")
            self.assertEqual(b"ping \xff", socket.recv())
        cell.wait()

    def test_comm_info(self):
        found = self.kernel.request("shell", "comm_info_request", target_name="no.such.target")
        self.assertEqual({"status": "ok", "comms": {}}, found)

    def test_unknown_target_is_closed(self):
        sent = self.kernel.post("shell", "comm_open", {"comm_id": "c1", "target_name": "no.such.target", "data": {}})
        self.gives("2", "1 + 1")
        closed = [m.content for m in self.kernel.inbox[sent] if m.type == "comm_close"]
        self.assertEqual([{"comm_id": "c1", "data": {}}], closed)

    def test_unknown_comm_is_ignored(self):
        for kind in ("comm_msg", "comm_close"):
            sent = self.kernel.post("shell", kind, {"comm_id": "c2", "data": {"method": "update"}})
            self.gives("2", "1 + 1")
            self.assertEqual({"status"}, {m.type for m in self.kernel.inbox[sent]})

    def test_user_expressions(self):
        cell = self.ok("int user = 20;", user_expressions={"good": "user + 1", "bad": "nope", "thrown": "1 / 0"})
        values = cell.reply["user_expressions"]
        self.assertEqual(("ok", "21"), (values["good"]["status"], values["good"]["data"]["text/plain"]))
        self.assertEqual("error", values["bad"]["status"])
        self.assertEqual(("error", "ArithmeticException"), (values["thrown"]["status"], values["thrown"]["ename"]))
        self.assertEqual([], cell.all("execute_result", "error"), f"expressions publish nothing:{cell}")

    def test_user_expression_that_overflows(self):
        self.ok('class Endless {\n    public String toString() { return "" + this; }\n}\n'
                'Endless endless = new Endless();')
        cell = self.ok("1;", user_expressions={"bad": "endless"})
        self.assertEqual("error", cell.reply["user_expressions"]["bad"]["status"])

    def test_cells_are_not_run_from_the_control_channel(self):
        self.kernel.post("control", "execute_request", {"code": 'System.setProperty("noisebook.control", "ran")'})
        self.check_info(self.kernel.request("control", "kernel_info_request"))
        self.gives("null", '"" + System.getProperty("noisebook.control")')

    def test_counts(self):
        before = self.ok("1").count
        cell = self.ok("2")
        self.assertEqual(before + 1, cell.count)
        self.assertEqual(before + 1, cell.contents("execute_input")[0]["execution_count"])
        self.assertEqual(before + 1, cell.contents("execute_result")[0]["execution_count"])
        self.assertEqual(cell.code, cell.contents("execute_input")[0]["code"])
        failed = self.fails("RuntimeException", "throw new RuntimeException()")
        self.assertEqual(before + 2, failed.count, "a failed cell counts")
        self.assertEqual(before + 3, self.ok("3").count)

    def test_silent(self):
        before = self.ok("1").count
        cell = self.ok("int whispered = 5;\nwhispered", silent=True, store_history=False)
        self.assertEqual([], cell.all("execute_input", "execute_result"), f"a silent cell publishes nothing:{cell}")
        self.assertEqual(before + 1, self.gives("5", "whispered").count, "a silent cell does not count")

    def test_no_history(self):
        before = self.ok("1").count
        self.gives("404", "400 + 4", store_history=False)
        self.assertEqual(before + 1, self.ok("2").count, "a cell that is not stored does not count")
        found = self.kernel.request("shell", "history_request", output=False, raw=True, hist_access_type="tail", n=2)
        self.assertEqual(["1", "2"], [h[2] for h in found["history"]])


class Controls(KernelCase):
    """Sliders as a page with a widget manager moves them."""

    def show(self, code, **options):
        """Runs a cell that ends with a control; the comm of what is moved and that of the frame."""
        cell = self.ok("import org.noisebook.notebook.*;\n" + code, **options)
        self.assertEqual(1, len(cell.displays), f"the first frame is shown:{cell}")
        self.kernel.wait(lambda: cell.all("update_display_data"), "widget in place of the first frame")
        opened = {m.content["data"]["state"]["_model_name"]: m for m in cell.all("comm_open")}
        for message in opened.values():
            self.assertEqual("2.1.0", message.metadata["version"], "the version of the widget protocol")
        moved = [m for name, m in opened.items() if "index" in m.content["data"]["state"] or name == "CheckboxModel"]
        shown = cell.contents("update_display_data")[0]["data"]
        view = shown["application/vnd.jupyter.widget-view+json"]
        self.assertEqual(opened["VBoxModel"].content["comm_id"], view["model_id"])
        self.assertEqual(cell.displays[0]["data"]["text/plain"], shown["text/plain"], "the first frame stays beside it")
        return moved[0].content["comm_id"], opened["HTMLModel"].content["comm_id"]

    def post_move(self, comm, state):
        data = {"method": "update", "state": state, "buffer_paths": []}
        return self.kernel.post("shell", "comm_msg", {"comm_id": comm, "data": data})

    def is_idle(self, sent):
        return any(m.content.get("execution_state") == "idle" for m in self.kernel.inbox[sent])

    def frames(self, sent, frame):
        """All that the frame has shown because of a move."""
        self.kernel.wait(lambda: self.is_idle(sent), "end of a move")
        return [
            m.content["data"]["state"]["value"]
            for m in self.kernel.inbox[sent]
            if m.type == "comm_msg" and m.content["comm_id"] == frame
        ]

    def move(self, comm, frame, **state):
        return self.frames(self.post_move(comm, state), frame)

    def test_slider_choice_and_toggle(self):
        moved, frame = self.show('Controls.slider("t", 0, 1, 0.25, t -> "t = " + t)')
        self.assertEqual(["<pre>t = 0.75</pre>"], self.move(moved, frame, index=3))
        moved, frame = self.show('Controls.choice("law", List.of("a", "b"), law -> "law " + law)')
        self.assertEqual(["<pre>law b</pre>"], self.move(moved, frame, index=1))
        moved, frame = self.show('display(Controls.toggle("on", on -> "on " + on));')
        self.assertEqual(["<pre>on true</pre>"], self.move(moved, frame, value=True))

    def test_variables_and_prints(self):
        moved, frame = self.show('int calls = 0;\nControls.slider("t", 0, 9, 1, t -> {\n'
                                 '    System.out.println(++calls);\n    return "t = " + t;\n})')
        self.assertEqual(["<pre>2\n</pre><pre>t = 1.0</pre>"], self.move(moved, frame, index=1))
        self.gives("2", "calls")

    def test_error_and_the_next_move(self):
        moved, frame = self.show('Controls.slider("t", 0, 9, 1, t -> 10 / ((int) t - 5))')
        self.assertIn("ArithmeticException: / by zero", self.move(moved, frame, index=5)[-1])
        self.assertEqual(["<pre>10</pre>"], self.move(moved, frame, index=6))

    def test_error_of_the_first_frame(self):
        cell = self.fails("ArithmeticException", "import org.noisebook.notebook.*;\n"
                          'Controls.slider("t", 0, 9, 1, t -> 1 / (int) t)')
        self.gives("2", "1 + 1")
        self.assertEqual([], cell.all("comm_open"), f"nothing is opened:{cell}")

    def test_last_of_many_moves_wins(self):
        moved, frame = self.show('int drawings = 0;\nControls.slider("t", 0, 200, 1, t -> {\n    drawings++;\n'
                                 '    java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);\n'
                                 '    return "t = " + t;\n})')
        sent = [self.post_move(moved, {"index": k}) for k in range(1, 201)]
        shown = [self.frames(one, frame) for one in sent]
        self.assertEqual(["<pre>t = 200.0</pre>"], shown[-1])
        self.assertLess(int(self.ok("drawings").result), 150, "moves coalesce")

    def test_move_during_a_cell_waits_for_its_end(self):
        moved, frame = self.show('Controls.slider("t", 0, 9, 1, t -> "t = " + t)')
        cell = self.kernel.send("Thread.sleep(300);")
        sent = self.post_move(moved, {"index": 4})
        cell.wait()
        self.assertEqual(["<pre>t = 4.0</pre>"], self.frames(sent, frame))

    def test_interrupt_of_a_drawing(self):
        moved, frame = self.show('Controls.slider("t", 0, 9, 1, t -> {\n    if (t == 1) System.out.println("started");\n'
                                 '    while (t == 1) {}\n    return "t = " + t;\n})')
        sent = self.post_move(moved, {"index": 1})
        self.kernel.wait(lambda: self.is_busy(sent), "start of the drawing")
        time.sleep(1)
        self.kernel.interrupt()
        self.assertIn("Interrupted: the cell was interrupted", self.frames(sent, frame)[-1])
        self.assertEqual(["<pre>t = 2.0</pre>"], self.move(moved, frame, index=2))

    def is_busy(self, sent):
        return any(m.content.get("execution_state") == "busy" for m in self.kernel.inbox[sent])

    def test_cell_that_is_run_again(self):
        code = 'Controls.slider("again", 0, 9, 1, t -> "t = " + t)'
        first, _ = self.show(code)
        second, frame = self.show(code)
        comms = self.kernel.request("shell", "comm_info_request", target_name="jupyter.widget")["comms"]
        self.assertNotIn(first, comms, "the comms of the earlier run are closed")
        self.assertEqual({"target_name": "jupyter.widget"}, comms[second])
        sent = self.post_move(first, {"index": 3})
        self.assertEqual([], self.frames(sent, frame))

    def test_speed(self):
        self.ok("import org.noisebook.chart.*;\nimport org.noisebook.experiment.*;\nimport org.noisebook.notebook.*;\n"
                "import org.noisebook.sgd.*;\nvar runs = Notebook.experiment().run(Sweep.grid(new Perceptron(),\n"
                '        PerceptronConfig.standard(), 8, "dimension=16", "batchSize=2", "trainSize=32,64,128",\n'
                '        "learningRate=2^-3,2^-2,2^-1,1,2,4"));')
        moved, frame = self.show(
            'Controls.slider("T", 0, 2, 0.5, t -> Charts.of(runs).x(Axis.log2("T"), c -> c.temperature())\n'
            '        .y(Axis.log10("w"), (c, r) -> c.temperature() > t ? Double.NaN : r.signal())\n'
            '        .by("P", PerceptronConfig::trainSize).plate()).at(1)')
        times = []
        for k in range(65):
            start = time.monotonic()
            shown = self.move(moved, frame, index=1 + k % 4)
            times.append(time.monotonic() - start)
            self.assertEqual(1, len(shown))
            self.assertIn("data:image/svg+xml;base64,", shown[0])
        facts.append(f"a move of a slider {statistics.median(times[15:]) * 1000:.0f} ms")


class Security(KernelCase):
    """Raw messages from another client of the shell socket; a good one after each shows that nothing else came back."""

    def setUp(self):
        super().setUp()
        self.session = Session(key=self.kernel.session.key, signature_scheme="hmac-sha256")
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(f"tcp://{self.kernel.client.ip}:{self.kernel.client.shell_port}")
        self.exchange()  # the connection is up

    def tearDown(self):
        self.socket.close()
        self.context.term()

    def exchange(self):
        """Sends a good request and returns the types of all that came back up to its reply."""
        msg = self.session.msg("kernel_info_request", {})
        self.session.send(self.socket, msg)
        types, parent = [], None
        while parent != msg["header"]["msg_id"]:
            self.assertTrue(self.socket.poll(10_000), "the kernel still answers")
            _, parts = self.session.feed_identities(self.socket.recv_multipart())
            reply = self.session.deserialize(parts)
            types.append(reply["msg_type"])
            parent = reply["parent_header"].get("msg_id")
        return types

    def signed(self, *parts):
        mac = hmac.new(self.session.key, digestmod=hashlib.sha256)
        for part in parts:
            mac.update(part)
        return [b"<IDS|MSG>", mac.hexdigest().encode(), *parts]

    def forged(self, session=None, msg_type="execute_request"):
        content = {"code": 'System.setProperty("noisebook.forged", "ran")', "silent": False, "store_history": True}
        content.update(user_expressions={}, allow_stdin=False, stop_on_error=True)
        session = session or self.session
        return session.serialize(session.msg(msg_type, content))

    def refused(self, frames):
        before = self.kernel.log().count("\n")
        self.socket.send_multipart(frames)
        self.assertEqual(["kernel_info_reply"], self.exchange(), "the bad message gets no reply")
        end = time.monotonic() + HANGING
        while self.kernel.log().count("\n") == before and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.05)
        new = self.kernel.log().splitlines()[before:]
        self.assertEqual(1, len(new), f"one line in the log for the bad message: {new}")
        self.gives("null", '"" + System.getProperty("noisebook.forged")')

    def test_wrong_signature(self):
        self.refused(self.forged(Session(key=b"another key", signature_scheme="hmac-sha256")))

    def test_empty_signature(self):
        frames = self.forged()
        frames[frames.index(b"<IDS|MSG>") + 1] = b""
        self.refused(frames)

    def test_changed_content(self):
        frames = self.forged()
        frames[-1] = frames[-1].replace(b"ran", b"run")
        self.refused(frames)

    def test_repeated_message(self):
        frames = self.session.serialize(self.session.msg("kernel_info_request", {}))
        for _ in range(2):
            self.socket.send_multipart(frames)
        self.assertEqual(["kernel_info_reply"] * 2, self.exchange(), "one answer for two equal messages")

    def test_garbage(self):
        for frames in ([b"garbage"], [b""], [b"\xff\xfe", b"", b"x" * 100_000], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"abc"]):
            with self.subTest(frames=[f[:20] for f in frames]):
                self.refused(frames)

    def test_bad_json(self):
        header = json.dumps(self.session.msg_header("execute_request"), default=str).encode()
        for parts in (
            (b"{", b"{}", b"{}", b"{}"),
            (header, b"{}", b"{}", b'{"code": '),
            (b"[]", b"{}", b"{}", b"{}"),
            (b"{}", b"{}", b"{}", b"{}"),
            (header, b"{}", b"{}", b"\xff\xfe"),
            (b"null", b"null", b"null", b"null"),
            (b"[" * 100_000, b"{}", b"{}", b"{}"),
        ):
            with self.subTest(parts=[p[:30] for p in parts]):
                self.refused(self.signed(*parts))

    def test_unknown_type(self):
        self.refused(self.forged(msg_type="no_such_request"))

    def test_connection_files_that_are_refused(self):
        folder = tempfile.mkdtemp(prefix="connection-")
        started = {}
        try:
            for name, options, word in (
                ("all interfaces", {"ip": "0.0.0.0", "key": b"secret"}, r"0\.0\.0\.0"),
                ("no key", {"ip": "127.0.0.1", "key": b""}, r"(?i)key"),
                ("missing", None, r"missing"),
                ("not JSON", None, r"not JSON"),
            ):
                path = os.path.join(folder, name + ".json")
                if options:
                    write_connection_file(path, **options)
                elif name != "missing":
                    with open(path, "w", encoding="utf-8") as file:
                        file.write("{ not JSON")
                command = [a.replace("{connection_file}", path) for a in get_kernel_spec(KERNEL).argv]
                process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                started[name] = process, word
            for name, (process, word) in started.items():
                with self.subTest(connection_file=name):
                    try:
                        said, _ = process.communicate(timeout=HANGING)
                    except subprocess.TimeoutExpired:
                        self.fail("a kernel started on a connection file that should be refused")
                    self.assertNotEqual(0, process.returncode, f"exit code; it said: {said}")
                    self.assertRegex(said, word)
                    self.assertNotIn("\tat ", said, "a message, not a stack trace")
        finally:
            for process, _ in started.values():
                if process.poll() is None:
                    process.kill()
                    process.wait()
            shutil.rmtree(folder)


class Silence(KernelCase):
    """What a process without the key, or a cell that takes all memory, may not do: the next honest cell is answered."""

    env = {"NOISEBOOK_JAVA_OPTS": "-Xmx1g"}

    def setUp(self):
        super().setUp()
        self.random = random.Random(1)
        self.context = zmq.Context()
        self.address = {name: (self.kernel.client.ip, getattr(self.kernel.client, name + "_port"))
                        for name in ("shell", "control", "stdin", "iopub", "hb")}

    def tearDown(self):
        self.context.destroy(linger=0)

    def connected(self, kind, name):
        other = self.context.socket(kind)
        other.connect("tcp://%s:%d" % self.address[name])
        return other

    def answers(self, code="1 + 1", expected="2"):
        start = time.monotonic()
        self.gives(expected, code)
        facts.append(f"{self._testMethodName[5:]}: next cell {time.monotonic() - start:.2f} s")

    def test_frames_of_noise(self):
        for k in range(2000):
            name = list(self.address)[k % 5]
            with socket.create_connection(self.address[name]) as raw:
                start = b"" if k % 2 else b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(48)
                try:
                    raw.sendall(start + self.random.randbytes(self.random.randrange(1, 1500)))
                except ConnectionError:
                    pass
        self.answers()

    def test_malformed_signed_messages(self):
        session = Session(key=self.kernel.session.key, signature_scheme="hmac-sha256")
        shell = self.connected(zmq.DEALER, "shell")
        types = ("execute_request", "complete_request", "inspect_request", "history_request", "comm_open", "nothing")
        for k in range(800):
            header = session.msg_header(types[k % len(types)])
            values = (None, [[]], {"a": {}}, -1e300, True)
            content = {key: self.random.choice(values) for key in ("code", "cursor_pos", "silent", "user_expressions")}
            parts = [json.dumps(part, default=str).encode() for part in (header, {}, {}, content)]
            if k % 3 == 0:
                parts[k % 4] = parts[k % 4][:-1]
            shell.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
        time.sleep(1)
        self.answers()

    def test_long_unsigned_messages(self):
        body = bytes(60 << 20)
        for frames in [[body]] * 5 + [[body] * 25] + [[body]] * 5:
            self.connected(zmq.DEALER, "shell").send_multipart(frames)
        self.answers()

    def test_heartbeat_after_noise(self):
        for kind in (zmq.DEALER, zmq.REQ):
            self.connected(kind, "hb").send(self.random.randbytes(1000))
            self.connected(kind, "hb").send(self.random.randbytes(100_000))
        ping = self.connected(zmq.REQ, "hb")
        ping.send(b"ping")
        self.assertTrue(ping.poll(HANGING * 1000), "the heartbeat answers")


class Lifecycle(unittest.TestCase):
    def test_memory_and_shutdown(self):
        kernel = Kernel()
        try:
            self.assertEqual("42", kernel.run("6 * 7").result)
            first = time.monotonic() - kernel.started
            times = []
            for i in range(10):
                start = time.monotonic()
                kernel.run(f"{i} + 1")
                times.append(time.monotonic() - start)
            cell = statistics.median(times)
            tree = set(process_tree(kernel.manager.provisioner.process.pid))
            memory = sum(rss for pid, _, rss in process_table() if pid in tree) / 1024
            facts.append(f"first result {first:.1f} s after the start")
            facts.append(f"next cell {cell * 1000:.0f} ms")
            facts.append(f"memory {memory:.0f} MB")
            self.assertLess(memory, 400, "MB of memory of the idle kernel")
            reply = kernel.request("control", "shutdown_request", restart=False)
            self.assertEqual({"status": "ok", "restart": False}, reply)
            self.assertTrue(kernel.ends(), "the process ends after the shutdown")
            self.assertEqual(0, kernel.manager.provisioner.process.returncode, "exit code after a shutdown")
            self.assertEqual("", kernel.log(), "a kernel writes nothing to its own streams")
        finally:
            kernel.close()

    def test_restart_on_the_same_ports_during_a_cell(self):
        kernel = Kernel()
        try:
            cell = kernel.send('System.out.println("started");\nwhile (true) Thread.sleep(10);')
            kernel.wait_for_text(cell, "started")
            reply = kernel.request("control", "shutdown_request", restart=True)
            self.assertEqual({"status": "ok", "restart": True}, reply)
            self.assertTrue(kernel.ends(), "the process ends after the shutdown")
            kernel.manager.restart_kernel(now=True)
            kernel.wait_until_ready()
            cell = kernel.run("1 + 1")
            self.assertEqual((1, "2"), (cell.count, cell.result), "a new kernel counts from 1")
        finally:
            kernel.close()


def tearDownModule():
    for kernel in list(Kernel.living):
        kernel.close()
    if Fixtures.folder:
        shutil.rmtree(os.path.dirname(Fixtures.folder), ignore_errors=True)


def main(name):
    """Runs the tests of the main module; prints the details of failures and one last line."""
    start = time.monotonic()
    module = sys.modules["__main__"]
    loader = unittest.TestLoader()
    tests = loader.loadTestsFromNames(sys.argv[1:], module) if sys.argv[1:] else loader.loadTestsFromModule(module)
    detail = io.StringIO()
    result = unittest.TextTestRunner(stream=detail, verbosity=0).run(tests)
    bad = len({str(getattr(t, "test_case", t)) for t, _ in result.failures + result.errors})
    if not result.wasSuccessful():
        print(detail.getvalue(), file=sys.stderr)
    notes = ([f"{len(result.skipped)} skipped"] if result.skipped else []) + facts
    outcome = f"{bad} of {result.testsRun} tests failed" if bad else f"{result.testsRun} tests passed"
    print(f"{name}: {outcome} in {time.monotonic() - start:.0f} s" + (f" ({'; '.join(notes)})" if notes else ""))
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main("kernel_protocol")
