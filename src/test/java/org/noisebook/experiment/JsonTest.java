package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void members() {
        String text = new Json()
                .put("b", 1)
                .put("a", 0.1)
                .put("flag", true)
                .put("long", 1L << 60)
                .put("list", List.of(1, "x", 2.5))
                .put("empty", List.of())
                .put("inner", new Json().put("k", "v"))
                .put("objects", List.of(new Json().put("k", 1), new Json().put("k", 2)))
                .text();
        assertThat(text).isEqualTo("""
                {
                  "b": 1,
                  "a": 0.1,
                  "flag": true,
                  "long": 1152921504606846976,
                  "list": [1, "x", 2.5],
                  "empty": [],
                  "inner": {
                    "k": "v"
                  },
                  "objects": [
                    {
                      "k": 1
                    },
                    {
                      "k": 2
                    }
                  ]
                }
                """);
    }

    @Test
    void escapes() {
        assertThat(new Json().put("a\"b", "\\ \" \n \r \t \u0000 \u001f χ / {}").text())
                .isEqualTo("{\n  \"a\\\"b\": \"\\\\ \\\" \\n \\u000d \\u0009 \\u0000 \\u001f χ / {}\"\n}\n");
    }

    @Test
    void numbersThatJsonLacksAreText() {
        assertThat(new Json()
                        .put("a", Double.NaN)
                        .put("b", Double.NEGATIVE_INFINITY)
                        .put("c", 1e300)
                        .text())
                .isEqualTo("{\n  \"a\": \"NaN\",\n  \"b\": \"-inf\",\n  \"c\": 1e300\n}\n");
    }
}
