"""Jupyter's own conformance tests (jupyter_kernel_test) on the Java kernel.

Needs a kernel spec named java on JUPYTER_PATH; kernel-test.sh makes one. NOISEBOOK_TEST_KERNEL gives another name.
"""

import os

import jupyter_kernel_test

from kernel_protocol import main


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = os.environ.get("NOISEBOOK_TEST_KERNEL", "java")
    language_name = "java"
    file_extension = ".jshell"

    code_hello_world = 'System.out.println("hello, world")'
    code_stderr = 'System.err.println("oops")'
    code_generate_error = 'throw new RuntimeException("boom")'
    code_inspect_sample = "Math.max("
    code_clear_output = "clearOutput(false)"
    code_display_data = [
        {"code": 'display("<b>bold</b>", "text/html")', "mime": "text/html"},
        {"code": 'String shown = display("plain");', "mime": "text/plain"},
    ]
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": '"plain " + "text"', "result": "plain text"},
        {"code": "1 / 4.0", "result": "0.25"},
        {"code": "List.of(1, 2)", "result": "[1, 2]"},
        {"code": 'int seven = 7;\n"7".equals("" + seven)', "result": "true"},
        {"code": '"größe 😀"', "result": "größe 😀"},
    ]
    # Finds the first sample and no other.
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")

    # What is compared is the set of bare names that replace the text from cursor_start on.
    completion_samples = [
        {"text": "Math.sq", "matches": {"sqrt"}},
        {"text": "Math.P", "matches": {"PI"}},
        {"text": "int first = 1;\nMath.sq", "matches": {"sqrt"}},
        {"text": "Math.no_such_name", "matches": set()},
    ]

    complete_code_samples = [
        "",
        "1 + 1",
        "int x = 1",
        "int x = 1;",
        "int a = 1;\nint b = 2;\na + b",
        "class A { int f() { return 1; } }",
        "record Point(int x, int y) {}",
        "for (int i = 0; i < 3; i++) {\n    System.out.println(i);\n}",
        'String t = """\n    text { ( \n    """;',
        "// a comment",
        "/* a comment */ int y = 2; // and another",
        "import java.util.function.*;",
        "Runnable r = () -> { int z = 1; };",
    ]
    incomplete_code_samples = [
        "1 +",
        "Math.max(1,",
        "class A {",
        "class A {\n    int f() {\n        return 1;\n    }",
        "for (int i = 0; i < 3; i++) {",
        "int f(int x) {\n    return x;",
        "int a = 1;\nif (a > 0) {",
        'String t = """\n    text',
        "/* an open comment",
        "Runnable r = () -> {",
    ]
    invalid_code_samples = [
        "int x = ;",
        "class 1A {}",
        ")",
        'String s = "open;',
    ]


if __name__ == "__main__":
    main("kernel_conformance")
