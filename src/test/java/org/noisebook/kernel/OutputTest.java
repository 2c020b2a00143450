package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutputTest {
    /** What was published, as {@code cell type text}. */
    private final List<String> published = Collections.synchronizedList(new ArrayList<>());

    private final Output output = new Output(this::publish);
    private final PrintStream out = output.stream(false);
    private final PrintStream err = output.stream(true);

    private void publish(String type, JsonObject parent, JsonObject content) {
        String what = type.equals("stream") ? content.get("name").getAsString() : type;
        String text = content.has("text") ? content.get("text").getAsString() : "";
        published.add(parent.get("cell").getAsString() + " " + what + " " + text);
    }

    private Output.Cell cell(String name) {
        return output.open(Message.object("cell", name));
    }

    private String text() {
        synchronized (published) {
            return published.stream().map(line -> line.split(" ", 3)[2]).collect(Collectors.joining());
        }
    }

    @Test
    void printsArePublishedTogether() {
        Output.Cell cell = cell("a");
        out.print("x=");
        out.printf("%d%n", 1);
        cell.flush();
        assertThat(published).containsExactly("a stdout x=1\n");
        cell.flush();
        assertThat(published).hasSize(1);
    }

    @Test
    void theStreamsKeepTheirOrder() {
        Output.Cell cell = cell("a");
        out.print("1");
        out.print("2");
        err.print("3");
        out.print("4");
        cell.publish("display_data", new JsonObject());
        err.print("5");
        cell.flush();
        assertThat(published)
                .containsExactly("a stdout 12", "a stderr 3", "a stdout 4", "a display_data ", "a stderr 5");
    }

    @Test
    void aFullBufferIsPublishedAtOnce() {
        cell("a");
        out.print("x".repeat(1 << 14));
        assertThat(text()).hasSize(1 << 14);
    }

    @Test
    void whatWaitsIsPublishedSoon() throws InterruptedException {
        cell("a");
        cell("b");
        out.print("prompt? ");
        while (published.isEmpty()) {
            Thread.sleep(5);
        }
        assertThat(published).containsExactly("b stdout prompt? ");
    }

    @Test
    void aThreadPrintsToTheCellThatStartedIt() throws InterruptedException {
        Output.Cell first = cell("a");
        Thread[] late = new Thread[1];
        Thread worker = new Thread(() -> {
            output.enter(first);
            late[0] = new Thread(() -> out.print("late"));
        });
        worker.start();
        worker.join();
        Output.Cell second = cell("b");
        late[0].start();
        late[0].join();
        out.print("now");
        first.flush();
        second.flush();
        assertThat(published).containsExactly("a stdout late", "b stdout now");
    }

    /** Its threads outlive the cell that used it first, and work for all. */
    @Test
    void theCommonPoolPrintsToTheNewestCell() throws InterruptedException {
        for (String name : List.of("a", "b")) {
            Output.Cell cell = cell(name);
            output.enter(cell);
            CountDownLatch printed = new CountDownLatch(1);
            // To join the task would be to run it here.
            ForkJoinPool.commonPool().execute(() -> {
                out.print("p");
                printed.countDown();
            });
            printed.await();
            cell.flush();
        }
        assertThat(published).containsExactly("a stdout p", "b stdout p");
    }

    @Test
    void aMutedCellPublishesNoMore() {
        Output.Cell cell = cell("a");
        out.print("before");
        cell.mute();
        out.print("after");
        cell.publish("display_data", new JsonObject());
        cell.flush();
        assertThat(published).containsExactly("a stdout before");
    }

    @Test
    void withoutACellNothingIsPublished() {
        out.print("lost");
        assertThat(published).isEmpty();
    }

    @Test
    void charactersAreNotCut() {
        Output.Cell cell = cell("a");
        byte[] bytes = "aé€😀".getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            out.write(b);
            cell.flush();
        }
        assertThat(published).containsExactly("a stdout a", "a stdout é", "a stdout €", "a stdout 😀");
    }

    @Test
    void wholeCharacters() {
        byte[] text = "aé€😀z".getBytes(StandardCharsets.UTF_8);
        int[] whole = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
        for (int k = 0; k < whole.length; k++) {
            assertThat(Output.wholeCharacters(Arrays.copyOf(text, k)))
                    .as("of %d bytes", k)
                    .isEqualTo(whole[k]);
        }
        byte[] noText = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80};
        assertThat(Output.wholeCharacters(noText))
                .as("what is no UTF-8 does not wait")
                .isEqualTo(noText.length);
    }

    /** 700 kB a second behind the first 700 kB; an interrupted thread waits too. */
    @Test
    void aFloodIsSlowedDown() {
        Output.Cell cell = cell("a");
        String line = "x".repeat(999);
        long start = System.nanoTime();
        Thread.currentThread().interrupt();
        for (int k = 0; k < 1000; k++) {
            out.println(line);
        }
        cell.flush();
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(Thread.interrupted()).as("is still interrupted").isTrue();
        assertThat(text()).hasSize(1_000_000);
        assertThat(seconds).isGreaterThan(0.4);
    }

    /** A page cannot hold an endless print: behind a bound the rest goes to a file, whole and in order, and one line says so. */
    @Test
    void anEndlessPrintIsCapped() throws IOException {
        Output bounded = new Output(this::publish, 100_000);
        Output.Cell cell = bounded.open(Message.object("cell", "a"));
        PrintStream stream = bounded.stream(false);
        for (int k = 0; k < 40_000; k++) {
            stream.println("line " + k);
        }
        cell.flush();
        assertThat(text()).hasSizeBetween(100_000, 120_000);
        Matcher line = Pattern.compile(
                        "\nnoisebook: this cell has printed 0\\.1 MB: the next 256 MB are in (\\S+) until the kernel ends\n$")
                .matcher(text());
        assertThat(line.find()).as(text().substring(text().length() - 200)).isTrue();
        Path file = Path.of(line.group(1));
        String whole = text().substring(0, line.start()) + Files.readString(file);
        assertThat(whole)
                .isEqualTo(IntStream.range(0, 40_000)
                        .mapToObj(k -> "line " + k + "\n")
                        .collect(Collectors.joining()));
        bounded.open(Message.object("cell", "b")).flush();
        bounded.stream(true).print("the next cell prints");
        bounded.cell().flush();
        assertThat(published.get(published.size() - 1)).isEqualTo("b stderr the next cell prints");
        Files.delete(file);
    }

    @Test
    void theFileOfAnEndlessPrintIsBoundedToo() throws IOException {
        PrintFile file = PrintFile.open();
        byte[] megabytes = new byte[1 << 24];
        for (int k = 0; k < 20; k++) {
            file.write(megabytes, 0, megabytes.length);
        }
        assertThat(Files.size(file.file().orElseThrow())).isEqualTo(PrintFile.MOST_BYTES);
        Files.delete(file.file().orElseThrow());
    }

    /** A cell whose threads flood for ever must not keep others from being heard, or from being muted. */
    @Test
    void aFloodLeavesOthersTheirTurn() throws InterruptedException {
        Output.Cell flooding = cell("a");
        Thread flood = new Thread(() -> {
            output.enter(flooding);
            while (!Thread.currentThread().isInterrupted()) {
                out.println("flood");
            }
        });
        flood.start();
        try {
            Thread.sleep(300);
            Output.Cell other = cell("b");
            output.enter(other);
            for (int k = 0; k < 10; k++) {
                out.println("mine");
                other.publish("display_data", new JsonObject());
            }
            other.flush();
            flooding.mute();
            assertThat(published).contains("b stdout mine" + System.lineSeparator());
        } finally {
            flood.interrupt();
            flood.join();
        }
    }
}
