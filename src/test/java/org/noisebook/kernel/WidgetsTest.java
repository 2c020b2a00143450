package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.kernel.Interpreter.Outcome;
import org.noisebook.notebook.Control;
import org.noisebook.notebook.Controls;

class WidgetsTest {
    private static final String VIEW = "application/vnd.jupyter.widget-view+json";

    private record Published(String type, JsonObject metadata, JsonObject content) {
        String comm() {
            return content.get("comm_id").getAsString();
        }

        JsonObject state() {
            return content.getAsJsonObject("data").getAsJsonObject("state");
        }
    }

    private final List<Published> published = new ArrayList<>();
    private final List<Integer> drawn = new ArrayList<>();
    private final List<Message> pending = new ArrayList<>();
    private final Output output = new Output((type, parent, content) -> published.add(of(type, content)));
    private final PrintStream out = output.stream(false);
    private final Comms comms = new Comms(
            (type, parent, metadata, content) -> published.add(new Published(type, metadata, content.deepCopy())));
    private final Widgets widgets = new Widgets(
            comms, output, (type, parent, content) -> published.add(of(type, content)), this::paint, pending);

    private static Published of(String type, JsonObject content) {
        return new Published(type, new JsonObject(), content.deepCopy());
    }

    private Outcome paint(Control control, int position, Output.Publisher meanwhile) {
        drawn.add(position);
        Output.Cell cell = output.divert(meanwhile);
        output.enter(cell);
        try {
            return new Outcome(
                    Optional.of(
                            Message.object("text/plain", control.draw(position).toString())),
                    Optional.empty());
        } catch (IllegalStateException e) {
            return Outcome.of(Problem.of("IllegalStateException", e.getMessage()));
        } finally {
            cell.flush();
        }
    }

    private static Message message(String type, JsonObject metadata, Object... content) {
        return new Message(
                List.of(),
                Message.object("msg_type", type, "msg_id", UUID.randomUUID().toString()),
                new JsonObject(),
                metadata,
                Message.object(content));
    }

    private static Message cell(String id) {
        return message("execute_request", Message.object("cellId", id), "code", "x");
    }

    private void show(Control control, String cell) {
        widgets.add(control, cell(cell), "d1", Message.object("text/plain", "<first>"));
        widgets.open();
    }

    private static Control slider() {
        return Controls.slider("t", new double[] {1, 2, 4, 8}, t -> "t = " + t);
    }

    /** The comm of the newest model of this name. */
    private String model(String name) {
        return published.stream()
                .filter(one -> one.type().equals("comm_open"))
                .filter(one -> one.state().get("_model_name").getAsString().equals(name + "Model"))
                .reduce((a, b) -> b)
                .orElseThrow()
                .comm();
    }

    private static Message update(String comm, String field, Object value) {
        JsonObject data =
                Message.object("method", "update", "state", Message.object(field, value), "buffer_paths", List.of());
        return message("comm_msg", new JsonObject(), "comm_id", comm, "data", data);
    }

    private List<String> types() {
        return published.stream().map(Published::type).toList();
    }

    /** What the frame shows now. */
    private String frame() {
        String comm = model("HTML");
        return published.stream()
                .filter(one ->
                        !one.type().equals("update_display_data") && one.comm().equals(comm))
                .filter(one -> !one.type().equals("comm_close"))
                .reduce((a, b) -> b)
                .orElseThrow()
                .state()
                .get("value")
                .getAsString();
    }

    @Test
    void nothingIsOpenedBeforeTheCellHasEnded() {
        widgets.add(slider(), cell("a"), "d1", Message.object("text/plain", "<first>"));
        assertThat(published).isEmpty();
        widgets.open();
        assertThat(types())
                .containsExactly(
                        "comm_open", "comm_open", "comm_open", "comm_open", "comm_open", "update_display_data");
        widgets.open();
        assertThat(published).hasSize(6);
    }

    @Test
    void theModelsAreThoseOfIpywidgets8() {
        show(slider().at(4), "a");
        assertThat(published.subList(0, 5)).allSatisfy(open -> {
            assertThat(open.metadata()).hasToString("{\"version\":\"2.1.0\"}");
            assertThat(open.content().get("target_name").getAsString()).isEqualTo("jupyter.widget");
            assertThat(open.state().get("_model_module_version").getAsString()).isEqualTo("2.0.0");
        });
        JsonObject state = published.get(2).state();
        assertThat(state.get("_model_name").getAsString()).isEqualTo("SelectionSliderModel");
        assertThat(state.get("_options_labels")).hasToString("[\"1\",\"2\",\"4\",\"8\"]");
        assertThat(state.get("index").getAsInt()).isEqualTo(2);
        assertThat(state.get("layout").getAsString()).isEqualTo("IPY_MODEL_" + model("Layout"));
        assertThat(state.get("style").getAsString()).isEqualTo("IPY_MODEL_" + model("DescriptionStyle"));
        assertThat(published.get(4).state().get("children"))
                .hasToString("[\"IPY_MODEL_" + model("SelectionSlider") + "\",\"IPY_MODEL_" + model("HTML") + "\"]");
        assertThat(frame()).isEqualTo("<pre>&lt;first&gt;</pre>");
        JsonObject content = published.get(5).content();
        assertThat(content.getAsJsonObject("transient").get("display_id").getAsString())
                .isEqualTo("d1");
        JsonObject data = content.getAsJsonObject("data");
        assertThat(data.get("text/plain").getAsString()).isEqualTo("<first>");
        assertThat(data.getAsJsonObject(VIEW).get("model_id").getAsString()).isEqualTo(model("VBox"));
        assertThat(data.get("text/html").getAsString())
                .contains("type=\"range\"", "max=\"3\" value=\"2\"", "<pre>&lt;first&gt;</pre>", "noisebook.control");
    }

    @Test
    void aChoiceAndAToggle() {
        show(Controls.choice("which", List.of("a", "<b>"), which -> "chosen " + which), "a");
        comms.answer(update(model("Dropdown"), "index", 1));
        assertThat(frame()).isEqualTo("<pre>chosen &lt;b&gt;</pre>");
        show(Controls.toggle("on", on -> "on " + on), "b");
        comms.answer(update(model("Checkbox"), "value", true));
        assertThat(frame()).isEqualTo("<pre>on true</pre>");
        comms.answer(update(model("Checkbox"), "value", false));
        assertThat(frame()).isEqualTo("<pre>on false</pre>");
    }

    @Test
    void aMoveThatAnotherWaitsBehindIsPassedOverAndTheLastIsDrawn() {
        show(slider(), "a");
        String comm = model("SelectionSlider");
        show(slider(), "b");
        List<Message> moves = new ArrayList<>();
        for (int k = 1; k <= 3; k++) {
            moves.add(update(comm, "index", k));
        }
        // Neither a move of another control nor a question of this one makes it wait.
        Message other = update(model("SelectionSlider"), "index", 1);
        Message question = message(
                "comm_msg", new JsonObject(), "comm_id", comm, "data", Message.object("method", "request_state"));
        pending.addAll(moves);
        pending.addAll(List.of(other, question));
        while (pending.size() > 2) {
            comms.answer(pending.remove(0));
        }
        assertThat(drawn).containsExactly(3);
    }

    @Test
    void aDrawingThatThrowsShowsItsMessageAndTheNextMoveGoesOn() {
        Control control = Controls.slider("t", 0, 3, 1, t -> {
            if (t == 2) {
                throw new IllegalStateException("too <hot>");
            }
            return "t = " + t;
        });
        show(control, "a");
        comms.answer(update(model("SelectionSlider"), "index", 2));
        assertThat(frame()).startsWith("<pre style").endsWith("IllegalStateException: too &lt;hot&gt;</pre>");
        comms.answer(update(model("SelectionSlider"), "index", 3));
        assertThat(frame()).isEqualTo("<pre>t = 3.0</pre>");
    }

    @Test
    void whatIsPrintedStandsAboveThePictureOfItsMove() {
        show(
                Controls.slider("t", 0, 3, 1, t -> {
                    out.println("at " + t);
                    return "t = " + t;
                }),
                "a");
        comms.answer(update(model("SelectionSlider"), "index", 1));
        assertThat(frame()).isEqualTo("<pre>at 1.0\n</pre><pre>t = 1.0</pre>");
        comms.answer(update(model("SelectionSlider"), "index", 2));
        assertThat(frame()).isEqualTo("<pre>at 2.0\n</pre><pre>t = 2.0</pre>");
    }

    @Test
    void aPageThatIsLoadedAgainAsksForTheState() {
        show(slider(), "a");
        comms.answer(update(model("SelectionSlider"), "index", 3));
        published.removeIf(one -> one.type().equals("comm_msg"));
        for (String name : List.of("SelectionSlider", "HTML")) {
            comms.answer(message(
                    "comm_msg",
                    new JsonObject(),
                    "comm_id",
                    model(name),
                    "data",
                    Message.object("method", "request_state")));
        }
        List<Published> answers = published.subList(published.size() - 2, published.size());
        assertThat(answers.get(0).state().get("index").getAsInt()).isEqualTo(3);
        assertThat(answers.get(1).state().get("value").getAsString()).isEqualTo("<pre>t = 8.0</pre>");
        assertThat(comms.info("jupyter.widget").size()).isEqualTo(5);
        assertThat(comms.info("other").size()).isZero();
    }

    private String controlId() {
        String html = published.stream()
                .filter(one -> one.type().equals("update_display_data"))
                .reduce((a, b) -> b)
                .orElseThrow()
                .content()
                .getAsJsonObject("data")
                .get("text/html")
                .getAsString();
        return html.substring(html.indexOf('"') + 1).split("\"")[0];
    }

    private void join(String comm, String control) {
        comms.answer(message(
                "comm_open",
                new JsonObject(),
                "comm_id",
                comm,
                "target_name",
                "noisebook.control",
                "data",
                Message.object("control", control)));
    }

    @Test
    void inputsOfThePageMoveItToo() {
        show(slider(), "a");
        join("p1", controlId());
        comms.answer(message("comm_msg", new JsonObject(), "comm_id", "p1", "data", Message.object("index", 1)));
        Published last = published.get(published.size() - 1);
        assertThat(last.comm()).isEqualTo("p1");
        assertThat(last.content().getAsJsonObject("data").get("frame").getAsString())
                .isEqualTo("<pre>t = 2.0</pre>");
        assertThat(frame()).isEqualTo("<pre>t = 2.0</pre>");
        // A page that leaves takes nothing with it.
        comms.answer(message("comm_close", new JsonObject(), "comm_id", "p1", "data", new JsonObject()));
        comms.answer(update(model("SelectionSlider"), "index", 2));
        assertThat(frame()).isEqualTo("<pre>t = 4.0</pre>");
    }

    @ParameterizedTest
    @CsvSource({"noisebook.control, gone", "jupyter.widget.control, ''", "no.such.target, x"})
    void whatCannotBeOpenedIsClosed(String target, String control) {
        comms.answer(message(
                "comm_open",
                new JsonObject(),
                "comm_id",
                "c1",
                "target_name",
                target,
                "data",
                Message.object("control", control)));
        assertThat(types()).containsExactly("comm_close");
        assertThat(published.get(0).comm()).isEqualTo("c1");
        assertThat(comms.info("").size()).isZero();
    }

    @Test
    void anOpenCommIsNotTaken() {
        show(slider(), "a");
        String comm = model("SelectionSlider");
        join(comm, controlId());
        comms.answer(update(comm, "index", 1));
        assertThat(frame()).isEqualTo("<pre>t = 2.0</pre>");
        assertThat(comms.info("jupyter.widget").has(comm)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "4", "1e999999999", "\"1\"", "null", "[1]", "{}", "true"})
    void aPositionThatIsNoneMovesNothing(String json) {
        show(slider(), "a");
        JsonObject state = new com.google.gson.Gson().fromJson("{\"index\":" + json + "}", JsonObject.class);
        comms.answer(message(
                "comm_msg",
                new JsonObject(),
                "comm_id",
                model("SelectionSlider"),
                "data",
                Message.object("method", "update", "state", state)));
        comms.answer(message("comm_msg", new JsonObject(), "comm_id", model("VBox"), "data", new JsonArray()));
        comms.answer(message("comm_msg", new JsonObject(), "comm_id", "unknown", "data", state));
        assertThat(drawn).isEmpty();
    }

    private List<String> closed() {
        return published.stream()
                .filter(one -> one.type().equals("comm_close"))
                .map(Published::comm)
                .toList();
    }

    @Test
    void thoseOfACellThatIsRunAgainOrDeletedAreClosed() {
        show(slider(), "a");
        String first = model("SelectionSlider");
        show(slider(), "b");
        String second = model("SelectionSlider");
        widgets.close(cell("c"));
        assertThat(closed()).isEmpty();
        widgets.close(cell("a"));
        assertThat(closed()).hasSize(5).contains(first).doesNotContain(second);
        comms.answer(update(first, "index", 1));
        assertThat(drawn).isEmpty();
        widgets.close(
                message("execute_request", Message.object("cellId", "c", "deletedCells", List.of("b")), "code", "x"));
        assertThat(closed()).hasSize(10).contains(second);
        assertThat(comms.info("").size()).isZero();
    }

    @Test
    void withoutIdsACellIsKnownByItsText() {
        Message request = message("execute_request", new JsonObject(), "code", "slide()");
        widgets.add(slider(), request, "d1", Message.object("text/plain", "x"));
        widgets.open();
        widgets.close(message("execute_request", new JsonObject(), "code", "other()"));
        assertThat(closed()).isEmpty();
        widgets.close(message("execute_request", new JsonObject(), "code", "slide()"));
        assertThat(closed()).hasSize(5);
    }

    @Test
    void aPageThatClosesAModelClosesTheControl() {
        show(slider(), "a");
        comms.answer(message("comm_close", new JsonObject(), "comm_id", model("HTML"), "data", new JsonObject()));
        assertThat(closed()).hasSize(4).doesNotContain(model("HTML"));
        assertThat(comms.info("").size()).isZero();
    }

    @Test
    void theOldestOfManyIsClosed() {
        show(slider(), "first");
        String first = model("SelectionSlider");
        for (int k = 0; k < 64; k++) {
            assertThat(closed()).isEmpty();
            show(slider(), "cell " + k);
        }
        assertThat(closed()).hasSize(5).contains(first);
    }

    @Test
    void theOldestOfManyPagesIsClosed() {
        show(slider(), "a");
        String id = controlId();
        for (int k = 0; k < 9; k++) {
            join("p" + k, id);
        }
        assertThat(closed()).containsExactly("p0");
    }
}
