"""papermill with a translator for Java, of which it has none: parameters become declarations of Java.

    papermill_java.py NOTEBOOK OUTPUT [-p NAME VALUE] ...

The options are those of papermill; papermill.sh also installs the kernel.
"""

import json
import math
import sys

from papermill.cli import papermill
from papermill.translators import Translator, papermill_translators


class JavaTranslator(Translator):
    """A parameter takes the place of the variable of its name, whatever the type of that is."""

    @classmethod
    def translate_none(cls, val):
        return "(Object) null"

    @classmethod
    def translate_int(cls, val):
        if -(2**31) <= val < 2**31:
            return str(val)
        return f"{val}L" if -(2**63) <= val < 2**63 else f'new java.math.BigInteger("{val}")'

    @classmethod
    def translate_float(cls, val):
        if math.isfinite(val):
            return repr(val)
        return "Double.NaN" if math.isnan(val) else f"Double.{'POSITIVE' if val > 0 else 'NEGATIVE'}_INFINITY"

    @classmethod
    def translate_escaped_str(cls, str_val):
        # All escapes of JSON are also Java's.
        return json.dumps(str(str_val))

    @classmethod
    def translate_list(cls, val):
        return f"java.util.Arrays.asList({', '.join(map(cls.translate, val))})"

    @classmethod
    def translate_dict(cls, val):
        entries = [f"java.util.Map.entry({cls.translate_str(str(k))}, {cls.translate(v)})" for k, v in val.items()]
        return f"java.util.Map.ofEntries({', '.join(entries)})"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"var {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        return []


papermill_translators.register("java", JavaTranslator)

if __name__ == "__main__":
    sys.exit(papermill())
