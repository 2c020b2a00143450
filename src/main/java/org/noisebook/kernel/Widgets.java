package org.noisebook.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.noisebook.kernel.Interpreter.Outcome;
import org.noisebook.notebook.Control;

/**
 * The controls of cells, made to move in pages: as models of ipywidgets 8 (widget messaging protocol 2.1) where a page has its
 * widget manager, and as inputs of HTML with a script in the classic page without it. All else keeps the first frame.
 *
 * <p>A cell shows the first frame, and its controls are opened behind its end, so that what runs a notebook without a page keeps
 * that. A move that another of the same control waits behind is passed over. A control is closed as its cell is run
 * again or deleted, as a page closes it, and as the oldest of more than 64.
 */
final class Widgets {
    private static final String MODELS = "jupyter.widget";
    private static final String INPUTS = "noisebook.control";
    private static final JsonObject PROTOCOL = Message.object("version", "2.1.0");
    /** Before the id of a model in the state of another. */
    private static final String MODEL = "IPY_MODEL_";

    private static final int MOST_CONTROLS = 64;
    private static final int MOST_PAGES = 8;
    /** A frame that takes longer shows what is printed meanwhile. */
    private static final long QUIET_NANOS = 300_000_000;

    private static final List<String> IMAGES = List.of("image/svg+xml", "image/png", "image/jpeg");
    private static final Gson HTML_SAFE = new Gson();

    private static final String SCRIPT = """
            <script>(function () {
            var box = document.getElementById("%s"), names = %s;
            var kernel = window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel;
            if (!box || !kernel || !kernel.comm_manager) { return; }
            var input = box.querySelector("input,select"), name = box.querySelector("output");
            var field = {checkbox: "checked", range: "value"}[input.type] || "selectedIndex";
            var comm = kernel.comm_manager.new_comm("%s", {control: box.id}), asked, sent, since = 0;
            function ask() {
                asked = +input[field];
                if (name) { name.textContent = names[asked]; }
                if (asked !== sent && (!since || Date.now() - since > 5000)) {
                    since = Date.now();
                    sent = asked;
                    comm.send({index: asked}, {iopub: {status: answered}});
                }
            }
            function answered(message) {
                if (message.content.execution_state === "idle") { since = 0; ask(); }
            }
            comm.on_msg(function (message) { box.lastElementChild.innerHTML = message.content.data.frame; });
            comm.on_close(function () { input.disabled = true; });
            input.addEventListener("input", ask);
            sent = +input[field];
            ask();
            box.firstElementChild.hidden = false;
            })();</script>
            """;

    private final Comms comms;
    private final Output output;
    private final Output.Publisher publisher;
    private final Painter painter;
    private final Collection<Message> pending;
    private final Deque<Live> waiting = new ArrayDeque<>();
    private final Deque<Live> all = new ArrayDeque<>();

    /** Draws a frame as a cell is run; gives the picture by MIME type, and hands on what is printed and shown meanwhile. */
    interface Painter {
        Outcome paint(Control control, int position, Output.Publisher meanwhile);
    }

    /**
     * No controls yet.
     *
     * @param pending messages of pages that wait to be answered
     */
    Widgets(Comms comms, Output output, Output.Publisher publisher, Painter painter, Collection<Message> pending) {
        this.comms = comms;
        this.output = output;
        this.publisher = publisher;
        this.painter = painter;
        this.pending = pending;
        comms.offer(INPUTS, this::join);
    }

    /** Notes a control whose first picture a cell shows under this id, to be opened once the cell has ended. */
    synchronized void add(Control control, Message request, String display, JsonObject picture) {
        waiting.add(new Live(control, request, display, picture));
    }

    /** Opens those that wait. */
    synchronized void open() {
        while (!waiting.isEmpty()) {
            Live live = waiting.remove();
            all.add(live);
            live.open();
            if (all.size() > MOST_CONTROLS) {
                all.remove().close(live.request.header());
            }
        }
    }

    /** Closes those of earlier runs of the cell that is to run, and of deleted cells. */
    synchronized void close(Message request) {
        List<String> gone = new ArrayList<>(List.of(cell(request)));
        if (request.metadata().get("deletedCells") instanceof JsonArray deleted) {
            deleted.forEach(id -> gone.add(id.getAsString()));
        }
        close(live -> gone.contains(cell(live.request)), request.header());
    }

    private synchronized void close(Predicate<Live> condition, JsonObject header) {
        List<Live> closed = all.stream().filter(condition).toList();
        all.removeAll(closed);
        closed.forEach(live -> live.close(header));
    }

    /** What tells a cell: its id, which some pages tell, or else its text. */
    private static String cell(Message request) {
        return Message.text(request.metadata(), "cellId", request.text("code", ""));
    }

    /** A page without a widget manager has made inputs for a control. */
    private synchronized Optional<Comms.Listener> join(String comm, JsonObject data) {
        String id = Message.text(data, "control", "");
        return all.stream().filter(live -> live.id.equals(id)).findFirst().map(live -> live.join(comm));
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private static JsonObject update(JsonObject state) {
        return Message.object("method", "update", "state", state, "buffer_paths", List.of());
    }

    /** A picture by MIME type as HTML; an SVG as an image, where no two can take each other's ids. */
    private static String html(JsonObject picture) {
        if (picture.has("text/html")) {
            return picture.get("text/html").getAsString();
        }
        for (String type : IMAGES) {
            if (picture.has(type)) {
                String text = picture.get(type).getAsString();
                String bytes = type.endsWith("xml")
                        ? Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
                        : text.replaceAll("\\s", "");
                return "<img style=\"max-width:100%\" src=\"data:" + type + ";base64," + bytes + "\">";
            }
        }
        return pre(Message.text(picture, "text/plain", ""));
    }

    private static String pre(String text) {
        return "<pre>" + escape(text) + "</pre>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A control that can be moved. */
    private final class Live {
        private final String id = newId();
        private final Control control;
        private final Message request;
        private final String display;
        private final JsonObject picture;
        /** The models of its widget by id: how it looks, what is moved, the frame, and the box around both. */
        private final Map<String, JsonObject> models = new LinkedHashMap<>();

        private final String moved;
        private final String frame;
        private final String box;
        private final Deque<String> pages = new ArrayDeque<>();
        private volatile Frame newest;
        private int position;

        Live(Control control, Message request, String display, JsonObject picture) {
            this.control = control;
            this.request = request;
            this.display = display;
            this.picture = picture;
            position = control.start();
            String layout = model("base", "Layout", Message.object("width", "40em", "max_width", "100%"));
            String style = model("controls", "DescriptionStyle", Message.object("description_width", "initial"));
            JsonObject state = control.kind() == Control.Kind.TOGGLE
                    ? Message.object("value", position == 1, "indent", false)
                    : Message.object("_options_labels", control.names(), "index", position);
            state.addProperty("description", control.label());
            state.addProperty("layout", MODEL + layout);
            state.addProperty("style", MODEL + style);
            moved = model(
                    "controls",
                    switch (control.kind()) {
                        case SLIDER -> "SelectionSlider";
                        case CHOICE -> "Dropdown";
                        case TOGGLE -> "Checkbox";
                    },
                    state);
            frame = model("controls", "HTML", Message.object("value", html(picture)));
            box = model("controls", "VBox", Message.object("children", List.of(MODEL + moved, MODEL + frame)));
        }

        private String model(String module, String name, JsonObject state) {
            state.addProperty("_model_module", "@jupyter-widgets/" + module);
            state.addProperty("_model_module_version", "2.0.0");
            state.addProperty("_model_name", name + "Model");
            String model = newId();
            models.put(model, state);
            return model;
        }

        /** Opens the models, and puts the widget in the place of the first frame. */
        void open() {
            JsonObject parent = request.header();
            models.forEach((model, state) -> comms.open(
                    model,
                    MODELS,
                    parent,
                    PROTOCOL,
                    Message.object("state", state, "buffer_paths", List.of()),
                    hears(model)));
            JsonObject shown = picture.deepCopy();
            shown.add(
                    "application/vnd.jupyter.widget-view+json",
                    Message.object("model_id", box, "version_major", 2, "version_minor", 0));
            shown.addProperty("text/html", inputs());
            publisher.publish(
                    "update_display_data",
                    parent,
                    Message.object(
                            "data",
                            shown,
                            "metadata",
                            new JsonObject(),
                            "transient",
                            Message.object("display_id", display)));
        }

        /** Inputs, hidden until the script finds a page that it can use, and the frame. */
        private String inputs() {
            StringBuilder input = new StringBuilder();
            switch (control.kind()) {
                case SLIDER ->
                    input.append("<input type=\"range\" style=\"width:24em;vertical-align:middle\" min=\"0\" max=\"")
                            .append(control.names().size() - 1)
                            .append("\" value=\"")
                            .append(position)
                            .append("\"> <output></output>");
                case CHOICE -> {
                    input.append("<select>");
                    for (int k = 0; k < control.names().size(); k++) {
                        input.append(k == position ? "<option selected>" : "<option>")
                                .append(escape(control.names().get(k)))
                                .append("</option>");
                    }
                    input.append("</select>");
                }
                case TOGGLE -> input.append("<input type=\"checkbox\"").append(position == 1 ? " checked>" : ">");
            }
            return "<div id=\"" + id + "\" class=\"noisebook-control\"><div hidden><label>" + escape(control.label())
                    + " "
                    + input + "</label></div><div>" + html(picture) + "</div></div>\n"
                    + String.format(SCRIPT, id, HTML_SAFE.toJson(control.names()), INPUTS);
        }

        void close(JsonObject header) {
            models.keySet().forEach(model -> comms.close(model, header));
            pages.forEach(page -> comms.close(page, header));
        }

        /** A page's comm; the oldest of many pages is closed, for one that is left says nothing. */
        Comms.Listener join(String page) {
            pages.add(page);
            if (pages.size() > MOST_PAGES) {
                comms.close(pages.remove(), request.header());
            }
            return hears(page);
        }

        private Comms.Listener hears(String comm) {
            return new Comms.Listener() {
                @Override
                public void hear(JsonObject data, JsonObject header) {
                    int asked = asked(data);
                    if (Message.text(data, "method", "").equals("request_state")) {
                        tellState(comm, header);
                    } else if (asked >= 0) {
                        move(asked, header);
                    }
                }

                @Override
                public void closed(JsonObject header) {
                    if (!pages.remove(comm)) {
                        Widgets.this.close(live -> live == Live.this, header);
                    }
                }
            };
        }

        /** The position that a message asks for; -1 if none. */
        private int asked(JsonObject data) {
            JsonObject state = Message.part(data, "state");
            int index = Message.number(state.size() == 0 ? data : state, "index", -1);
            if (state.get("value") instanceof JsonPrimitive value && value.isBoolean()) {
                index = value.getAsBoolean() ? 1 : 0;
            }
            return index < control.names().size() ? index : -1;
        }

        private synchronized void tellState(String model, JsonObject header) {
            comms.send(model, header, update(models.getOrDefault(model, new JsonObject())));
        }

        /** Shows a frame in the widget and in the pages with inputs. */
        synchronized void show(String newHtml, JsonObject header) {
            JsonObject state = Message.object("value", newHtml);
            models.get(frame).add("value", state.get("value"));
            output.admit(newHtml.length());
            comms.send(frame, header, update(state));
            pages.forEach(page -> comms.send(page, header, Message.object("frame", newHtml)));
        }

        private void move(int to, JsonObject header) {
            position = to;
            boolean toggle = control.kind() == Control.Kind.TOGGLE;
            models.get(moved)
                    .add(toggle ? "value" : "index", toggle ? new JsonPrimitive(to == 1) : new JsonPrimitive(to));
            boolean passed = pending.stream()
                    .anyMatch(message -> message.type().equals("comm_msg")
                            && asked(message.part("data")) >= 0
                            && (models.containsKey(message.text("comm_id", ""))
                                    || pages.contains(message.text("comm_id", ""))));
            if (!passed) {
                new Frame(this, header).draw();
            }
        }
    }

    /** What is shown for a position: what is printed and shown on the way, then the picture or why there is none. */
    private final class Frame implements Output.Publisher {
        private final Live live;
        private final JsonObject header;
        private final long begun = System.nanoTime();
        /** By display's id. */
        private final Map<String, String> pieces = new LinkedHashMap<>();

        private final StringBuilder printed = new StringBuilder();

        Frame(Live live, JsonObject header) {
            this.live = live;
            this.header = header;
        }

        void draw() {
            live.newest = this;
            Outcome outcome = painter.paint(live.control, live.position, this);
            outcome.value()
                    .map(JsonObject.class::cast)
                    .filter(picture -> picture.size() > 0)
                    .ifPresent(picture -> put("picture", html(picture)));
            outcome.problem()
                    .ifPresent(problem -> put(
                            "picture",
                            "<pre style=\"border-left:.3em solid #c33;padding-left:.6em\">"
                                    + escape(problem.name() + ": " + problem.message()) + "</pre>"));
            send();
        }

        @Override
        public synchronized void publish(String type, JsonObject parent, JsonObject content) {
            switch (type) {
                case "stream" -> {
                    printed.append(Message.text(content, "text", ""));
                    pieces.put("printed", pre(printed.toString()));
                }
                case "clear_output" -> {
                    printed.setLength(0);
                    pieces.clear();
                }
                default ->
                    put(
                            Message.text(Message.part(content, "transient"), "display_id", ""),
                            html(Message.part(content, "data")));
            }
            if (System.nanoTime() - begun > QUIET_NANOS) {
                send();
            }
        }

        private synchronized void put(String id, String html) {
            pieces.put(id, html);
        }

        /** Shows it, unless it has been overtaken by a newer one. */
        private synchronized void send() {
            if (live.newest == this) {
                live.show(String.join("", pieces.values()), header);
            }
        }
    }
}
