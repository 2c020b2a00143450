package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History();

    @BeforeEach
    void fill() {
        history.add(1, "1 + 1", Optional.of("2"));
        history.add(2, "int x = 3;\nint y = 4;", Optional.empty());
        history.add(4, "1 + 2", Optional.of("3"));
        history.add(5, "1 + 1", Optional.of("2"));
        history.add(6, "a.b(c[0])?", Optional.empty());
    }

    private JsonArray rows(Object... content) {
        JsonObject answer = history.find(
                new Message(List.of(), new JsonObject(), new JsonObject(), new JsonObject(), Message.object(content)));
        assertThat(answer.get("status").getAsString()).isEqualTo("ok");
        return answer.getAsJsonArray("history");
    }

    private List<Integer> counts(Object... content) {
        return StreamSupport.stream(rows(content).spliterator(), false)
                .map(row -> row.getAsJsonArray().get(1).getAsInt())
                .toList();
    }

    @Test
    void tail() {
        assertThat(counts("hist_access_type", "tail", "n", 2)).containsExactly(5, 6);
        assertThat(counts("hist_access_type", "tail", "n", 0)).isEmpty();
        assertThat(counts("hist_access_type", "tail", "n", -1)).isEmpty();
        assertThat(counts("hist_access_type", "tail", "n", 99)).containsExactly(1, 2, 4, 5, 6);
        assertThat(counts()).containsExactly(1, 2, 4, 5, 6);
    }

    @Test
    void range() {
        assertThat(counts("hist_access_type", "range", "session", 0, "start", 2, "stop", 5))
                .containsExactly(2, 4);
        assertThat(counts("hist_access_type", "range", "session", 1, "start", 5))
                .containsExactly(5, 6);
        assertThat(counts("hist_access_type", "range", "session", 1, "n", 1)).hasSize(5);
        assertThat(counts("hist_access_type", "range", "session", 2)).isEmpty();
        assertThat(counts("hist_access_type", "range", "session", -1)).isEmpty();
    }

    @Test
    void search() {
        assertThat(counts("hist_access_type", "search", "pattern", "1 + ?")).containsExactly(1, 4, 5);
        assertThat(counts("hist_access_type", "search", "pattern", "1 + ?", "unique", true))
                .as("of equal ones the last")
                .containsExactly(4, 5);
        assertThat(counts("hist_access_type", "search", "pattern", "1 + ?", "n", 2))
                .containsExactly(4, 5);
        assertThat(counts("hist_access_type", "search", "pattern", "int*4;"))
                .as("* passes line ends")
                .containsExactly(2);
        assertThat(counts("hist_access_type", "search", "pattern", "a.b(c[0])?"))
                .as("what is special in a regular expression is not in a glob")
                .containsExactly(6);
        assertThat(counts("hist_access_type", "search", "pattern", "a?b*")).containsExactly(6);
        assertThat(counts("hist_access_type", "search", "pattern", "+")).isEmpty();
        assertThat(counts("hist_access_type", "search")).hasSize(5);
    }

    @Test
    void rows() {
        assertThat(rows("hist_access_type", "tail", "n", 1)).hasToString("[[1,6,\"a.b(c[0])?\"]]");
        assertThat(rows("hist_access_type", "tail", "n", 2, "output", true))
                .hasToString("[[1,5,[\"1 + 1\",\"2\"]],[1,6,[\"a.b(c[0])?\",null]]]");
    }
}
