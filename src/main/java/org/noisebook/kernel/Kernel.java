package org.noisebook.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.common.Image;
import org.dflib.jjava.jupyter.kernel.display.common.Text;
import org.dflib.jjava.jupyter.kernel.display.common.Url;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.noisebook.experiment.Origin;
import org.noisebook.kernel.Interpreter.Outcome;
import org.noisebook.notebook.Control;
import org.noisebook.notebook.Displays;
import org.noisebook.notebook.Notebook;
import org.noisebook.notebook.Screen;

/**
 * The Jupyter kernel: answers the requests of front ends (Jupyter messaging protocol 5.3).
 *
 * <p>Requests on the shell channel are answered one after another; those on the control channel, which may ask for little,
 * at once, also while a cell runs.
 */
final class Kernel implements AutoCloseable {
    private static final Gson GSON = new Gson();
    /** What needs no JShell, which serves one thread at a time. */
    private static final Set<String> CONTROL_REQUESTS =
            Set.of("kernel_info_request", "interrupt_request", "shutdown_request");

    /** A front end that asks nothing for so long leaves time to rehearse. */
    private static final long IDLE_MILLIS = 100;

    private final Consumer<String> log;
    private final Wire wire;
    private final Output output;
    private final Interpreter interpreter;
    private final Magics magics;
    private final Renderer renderer = new Renderer() {
        @Override
        protected DisplayData finalizeDisplayData(DisplayData data, Object value) {
            if (!data.hasDataForType(MIMEType.TEXT_PLAIN)) {
                data.putText(value instanceof CharSequence ? value.toString() : Tracebacks.clean(Displays.text(value)));
            }
            return data;
        }
    };
    private final History history = new History();
    private final Intelligence intelligence;
    private final Comms comms;
    private final Widgets widgets;
    private final LinkedBlockingQueue<Message> requests = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Message> inputs = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;
    private final InputStream systemIn = System.in;
    private final Thread exitHook = new Thread(this::tellExit, "kernel-exit");
    private volatile Running running;
    private volatile boolean closing;
    private volatile Optional<String> lastDisplayId = Optional.empty();
    private int count;

    /** The execution under way. */
    private record Running(Message request, Output.Cell cell, int count) {}

    /**
     * Starts a kernel.
     *
     * @param connection where it listens
     * @param settings IJava's variables
     * @param log hears what a front end cannot be told
     * @throws IOException if a port is taken
     */
    Kernel(Connection connection, Settings settings, Consumer<String> log) throws IOException {
        this.log = log;
        interpreter = new Interpreter(settings.compilerOptions(), this::warn);
        interpreter.limit(settings.timeout());
        intelligence = new Intelligence(interpreter.shell());
        magics = new Magics(interpreter, this::display);
        Image.registerAll(renderer);
        Url.registerAll(renderer);
        Text.registerAll(renderer);
        for (Class<?> type : Displays.types()) {
            renderer.createRegistration(type)
                    .register((value, context) -> Displays.of(value).forEach(context.getOutputContainer()::putData));
        }
        wire = new Wire(connection, this::hear, log);
        output = new Output(wire::publish);
        comms = new Comms(wire::publish);
        widgets = new Widgets(comms, output, wire::publish, this::paint, requests);
        System.setOut(output.stream(false));
        System.setErr(output.stream(true));
        System.setIn(new CellInput(this::ask));
        Thread.setDefaultUncaughtExceptionHandler(this::tellUncaught);
        Runtime.getRuntime().addShutdownHook(exitHook);
        CellFunctions.connect(this);
        Notebook.connect(new Screen() {
            @Override
            public String show(Map<String, String> bundle) {
                return Kernel.this.show(data(bundle), UUID.randomUUID().toString(), "display_data");
            }

            @Override
            public void update(String id, Map<String, String> bundle) {
                Kernel.this.show(data(bundle), id, "update_display_data");
            }
        });
        publishStatus("starting", new JsonObject());
        Thread shell = new Thread(() -> serve(settings), "kernel-shell");
        shell.setDaemon(true);
        shell.start();
        wire.start();
    }

    /** Waits until a front end has asked it to shut down. */
    void await() throws InterruptedException {
        ended.await();
    }

    /** Ends it, and gives the process its streams back. */
    @Override
    public void close() {
        closing = true;
        try {
            Runtime.getRuntime().removeShutdownHook(exitHook);
        } catch (IllegalStateException e) {
            // The process is ending.
        }
        interpreter.control().interrupt();
        wire.close();
        interpreter.close();
        System.setOut(systemOut);
        System.setErr(systemErr);
        System.setIn(systemIn);
    }

    private void hear(Channel channel, Message message) {
        switch (channel) {
            case SHELL -> requests.offer(message);
            case STDIN -> inputs.offer(message);
            case CONTROL -> {
                if (!CONTROL_REQUESTS.contains(message.type())) {
                    throw new IllegalArgumentException(message.type() + " belongs on the shell channel");
                }
                answer(Channel.CONTROL, message);
            }
            default -> throw new IllegalArgumentException("nobody writes to " + channel);
        }
    }

    private void serve(Settings settings) {
        startUp(settings);
        Iterator<String> rehearsals = List.of("Math.s", "new ArrayL").iterator();
        while (true) {
            try {
                Message request =
                        rehearsals.hasNext() ? requests.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS) : requests.take();
                if (request == null) {
                    // Java loads what a completion needs as it is first used: the reader's first is then quick.
                    String code = rehearsals.next();
                    doOrLog(() -> intelligence.complete(code, code.length()));
                    continue;
                }
                interpreter.control().begin();
                doOrLog(() -> answer(Channel.SHELL, request));
                doOrLog(widgets::open);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void doOrLog(Runnable deed) {
        try {
            deed.run();
        } catch (RuntimeException | Error e) {
            log.accept("cannot answer: " + e);
        }
    }

    private void startUp(Settings settings) {
        try {
            interpreter.addToClassPath(settings.classPath());
            output.open(new JsonObject());
            for (String script : settings.scripts()) {
                magics.runCell(0, script)
                        .problem()
                        .ifPresent(
                                problem -> log.accept("start-up script: " + problem.name() + ": " + problem.message()));
            }
        } catch (IOException | IllegalArgumentException e) {
            log.accept(e.getMessage());
        } catch (RuntimeException e) {
            log.accept("cannot set up: " + e);
        }
    }

    private void answer(Channel channel, Message message) {
        publishStatus("busy", message.header());
        try {
            switch (message.type()) {
                case "execute_request" -> execute(message);
                case "kernel_info_request" -> reply(channel, message, "kernel_info_reply", info());
                case "is_complete_request" ->
                    reply(channel, message, "is_complete_reply", intelligence.isComplete(message.text("code", "")));
                case "complete_request" ->
                    reply(
                            channel,
                            message,
                            "complete_reply",
                            intelligence.complete(message.text("code", ""), message.number("cursor_pos", 0)));
                case "inspect_request" ->
                    reply(
                            channel,
                            message,
                            "inspect_reply",
                            intelligence.inspect(message.text("code", ""), message.number("cursor_pos", 0)));
                case "history_request" -> reply(channel, message, "history_reply", history.find(message));
                case "comm_info_request" ->
                    reply(
                            channel,
                            message,
                            "comm_info_reply",
                            ok("comms", comms.info(message.text("target_name", ""))));
                case "comm_open", "comm_msg", "comm_close" -> comms.answer(message);
                case "interrupt_request" -> {
                    interpreter.control().interrupt();
                    reply(channel, message, "interrupt_reply", ok());
                }
                case "shutdown_request" -> {
                    closing = true;
                    reply(channel, message, "shutdown_reply", ok("restart", message.flag("restart", false)));
                    ended.countDown();
                }
                default -> throw new IllegalArgumentException("unknown msg_type " + message.type());
            }
        } finally {
            publishStatus("idle", message.header());
        }
    }

    private void reply(Channel channel, Message message, String type, JsonObject content) {
        wire.reply(channel, message, type, content);
    }

    private static JsonObject ok(Object... namesAndValues) {
        JsonObject content = Message.object(namesAndValues);
        content.addProperty("status", "ok");
        return content;
    }

    private void publishStatus(String state, JsonObject parent) {
        wire.publish("status", parent, Message.object("execution_state", state));
    }

    private static JsonObject info() {
        Runtime.Version java = Runtime.version();
        String vendor = System.getProperty("java.vendor", "");
        JsonObject language = Message.object(
                "name",
                "java",
                "version",
                java.toString(),
                "mimetype",
                "text/x-java-source",
                "file_extension",
                ".jshell",
                "pygments_lexer",
                "java",
                "codemirror_mode",
                "text/x-java");
        JsonArray links = new JsonArray();
        links.add(Message.object(
                "text",
                "Java " + java.feature() + " API",
                "url",
                "https://docs.oracle.com/en/java/javase/" + java.feature() + "/docs/api/index.html"));
        return ok(
                "protocol_version",
                Codec.PROTOCOL,
                "implementation",
                "noisebook",
                "implementation_version",
                Origin.kitVersion(),
                "language_info",
                language,
                "banner",
                "Noisebook " + Origin.kitVersion() + ", Java " + java + " (" + vendor + ")",
                "help_links",
                links);
    }

    private void execute(Message request) {
        String code = request.text("code", "");
        boolean silent = request.flag("silent", false);
        boolean stored = !silent && request.flag("store_history", true);
        if (stored || count == 0) {
            count++;
        }
        Output.Cell cell = output.open(request.header());
        widgets.close(request);
        if (!silent) {
            cell.publish("execute_input", Message.object("code", code, "execution_count", count));
        }
        running = new Running(request, cell, count);
        interpreter.control().before(() -> output.enter(cell));
        output.enter(cell);
        lastDisplayId = Optional.empty();
        Outcome outcome = magics.runCell(count, code);
        Optional<JsonObject> shown = Optional.empty();
        if (outcome.problem().isEmpty() && outcome.value().isPresent() && !silent) {
            Object value = outcome.value().get();
            if (value instanceof Control) {
                outcome = interpreter.perform(() -> display(value));
            } else if (!isLastDisplayId(value)) {
                outcome = interpreter.call(() -> json(render(value)));
                shown = outcome.value().map(JsonObject.class::cast);
            }
        }
        JsonObject expressions = outcome.problem().isEmpty() ? userExpressions(request) : new JsonObject();
        if (interpreter.control().isLeftBehind()) {
            cell.mute();
        }
        running = null;
        if (stored) {
            history.add(count, code, shown.flatMap(Kernel::text));
        }
        List<Message> waiting = new ArrayList<>();
        if (outcome.problem().isPresent() && request.flag("stop_on_error", true)) {
            // Before the reply: what a front end sends after it is meant to run.
            requests.drainTo(waiting);
        }
        finish(request, cell, count, outcome.problem(), shown, expressions);
        abort(waiting);
    }

    /** The id that display(x) gives is not worth showing beside x. */
    private boolean isLastDisplayId(Object value) {
        return lastDisplayId.filter(id -> id.equals(value)).isPresent();
    }

    /** Draws a control for a position, outside any cell. */
    private Outcome paint(Control control, int position, Output.Publisher meanwhile) {
        Output.Cell shown = output.divert(meanwhile);
        lastDisplayId = Optional.empty();
        interpreter.control().before(() -> output.enter(shown));
        Outcome outcome = interpreter.call(() -> {
            Object drawn = control.draw(position);
            Map<String, String> quick = drawn == null ? Map.of() : Displays.moving(drawn);
            return isLastDisplayId(drawn)
                    ? new JsonObject()
                    : json(quick.isEmpty() ? render(drawn) : data(quick)).get("data");
        });
        shown.flush();
        if (interpreter.control().isLeftBehind()) {
            shown.mute();
        }
        interpreter.control().refillReserve();
        return outcome;
    }

    private void finish(
            Message request,
            Output.Cell cell,
            int number,
            Optional<Problem> problem,
            Optional<JsonObject> shown,
            JsonObject expressions) {
        JsonObject content;
        boolean silent = request.flag("silent", false);
        if (problem.isPresent()) {
            JsonObject error = json(problem.get());
            cell.flush();
            if (!silent) {
                wire.publish("error", request.header(), error);
            }
            content = error.deepCopy();
            content.addProperty("status", "error");
        } else {
            content = ok("payload", new JsonArray(), "user_expressions", expressions);
            cell.flush();
            shown.ifPresent(result -> {
                result.addProperty("execution_count", number);
                cell.publish("execute_result", result);
            });
        }
        content.addProperty("execution_count", number);
        reply(Channel.SHELL, request, "execute_reply", content);
    }

    /** Front ends send all cells at once; those behind a failed one must not run. */
    private void abort(List<Message> waiting) {
        for (Message message : waiting) {
            if (message.type().equals("execute_request")) {
                publishStatus("busy", message.header());
                reply(
                        Channel.SHELL,
                        message,
                        "execute_reply",
                        Message.object("status", "aborted", "execution_count", count));
                publishStatus("idle", message.header());
            } else {
                doOrLog(() -> answer(Channel.SHELL, message));
            }
        }
    }

    private JsonObject userExpressions(Message request) {
        JsonObject results = new JsonObject();
        JsonElement asked = request.content().get("user_expressions");
        if (asked == null || !asked.isJsonObject()) {
            return results;
        }
        asked.getAsJsonObject().asMap().forEach((name, expression) -> {
            Outcome outcome = Magics.guarded(() -> {
                Object value = interpreter.evaluate(expression.getAsString());
                return interpreter.call(() -> json(render(value)));
            });
            JsonObject result = outcome.problem().map(Kernel::json).orElseGet(() ->
                    (JsonObject) outcome.value().orElseThrow());
            result.addProperty("status", outcome.problem().isPresent() ? "error" : "ok");
            results.add(name, result);
        });
        return results;
    }

    private static JsonObject json(Problem problem) {
        return Message.object("ename", problem.name(), "evalue", problem.message(), "traceback", problem.traceback());
    }

    private static JsonObject json(DisplayData data) {
        return GSON.toJsonTree(data).getAsJsonObject();
    }

    private static Optional<String> text(JsonObject shown) {
        return Optional.ofNullable(shown.getAsJsonObject("data").get("text/plain"))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString);
    }

    private void warn(String message) {
        System.err.println(message);
    }

    DisplayData render(Object value, String... types) {
        if (value == null) {
            return new DisplayData("null");
        }
        if (value instanceof DisplayData data) {
            return data;
        }
        if (value instanceof Control control) {
            return render(control.draw(control.start()), types);
        }
        return types.length == 0 ? renderer.render(value) : renderer.renderAs(value, types);
    }

    String display(Object value, String... types) {
        DisplayData data = render(value, types);
        String id =
                data.hasDisplayId() ? data.getDisplayId() : UUID.randomUUID().toString();
        lastDisplayId = Optional.of(id);
        show(data, id, "display_data");
        Running now = running;
        if (value instanceof Control control && types.length == 0 && now != null) {
            widgets.add(control, now.request(), id, json(data).getAsJsonObject("data"));
        }
        return id;
    }

    void updateDisplay(String id, Object value, String... types) {
        show(render(value, types), id, "update_display_data");
    }

    private static DisplayData data(Map<String, String> bundle) {
        DisplayData data = new DisplayData();
        bundle.forEach(data::putData);
        return data;
    }

    private String show(DisplayData data, String id, String type) {
        DisplayData shown = new DisplayData(data);
        shown.setDisplayId(id);
        output.cell().publish(type, json(shown));
        return id;
    }

    Object evaluate(String code) {
        if (!interpreter.control().isCellThread()) {
            // JShell serves one thread at a time.
            throw new IllegalStateException("eval works on the cell's own thread only");
        }
        return interpreter.evaluate(code);
    }

    void clearOutput(boolean wait) {
        output.cell().publish("clear_output", Message.object("wait", wait));
    }

    /** Asks the front end for a line of input; empty if it takes none. */
    private Optional<String> ask() throws InterruptedException {
        Running now = running;
        if (now == null || !now.request().flag("allow_stdin", false)) {
            warn("this front end takes no input: System.in is empty");
            return Optional.empty();
        }
        now.cell().flush();
        inputs.clear();
        wire.reply(Channel.STDIN, now.request(), "input_request", Message.object("prompt", "", "password", false));
        return Optional.of(inputs.take().text("value", "") + "\n");
    }

    private void tellUncaught(Thread thread, Throwable failure) {
        StringBuilder text = new StringBuilder("Exception in thread \"" + thread.getName() + "\" " + failure + "\n");
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (!frame.getClassName().startsWith("REPL.$JShell$")
                    || !frame.getMethodName().startsWith("do_it$")) {
                text.append("    at ").append(frame).append('\n');
            }
        }
        System.err.print(text);
    }

    /** A cell that calls System.exit must not make the kernel vanish without a word. */
    private void tellExit() {
        Running now = running;
        if (closing || now == null) {
            return;
        }
        boolean called = Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit"));
        Problem problem = Problem.of(
                "SystemExit",
                (called ? "System.exit was called" : "the process was told to end")
                        + ": the kernel ends and all variables are lost");
        finish(now.request(), now.cell(), now.count(), Optional.of(problem), Optional.empty(), new JsonObject());
        publishStatus("idle", now.request().header());
        wire.close();
    }
}
