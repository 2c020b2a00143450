package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFetchTest {
    private static final byte[] FIRST = "first".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECOND = "second".getBytes(StandardCharsets.US_ASCII);
    private static final List<DataFile> FILES = List.of(known("a.gz", FIRST), known("b.gz", SECOND));

    @TempDir
    private Path folder;

    private final List<String> reports = new ArrayList<>();
    private Path good;
    private Path bad;
    private Path half;
    private Path target;

    private static DataFile known(String name, byte[] bytes) {
        return new DataFile(name, bytes.length, FileBytes.of("", bytes).sha256());
    }

    @BeforeEach
    void write() throws IOException {
        good = Files.createDirectory(folder.resolve("good"));
        bad = Files.createDirectory(folder.resolve("bad"));
        half = Files.createDirectory(folder.resolve("half"));
        Files.write(good.resolve("a.gz"), FIRST);
        Files.write(good.resolve("b.gz"), SECOND);
        Files.write(bad.resolve("a.gz"), SECOND);
        Files.write(half.resolve("b.gz"), SECOND);
        target = folder.resolve("data").resolve("fashion-mnist");
    }

    private String fetch(DataFetch.Supply... supplies) throws IOException {
        return new DataFetch(DataSource.FASHION_MNIST, FILES, List.of(supplies))
                .into(DataLibrary.in(folder.resolve("data")), reports::add);
    }

    private static DataFetch.Supply from(Path path) {
        return new DataFetch.Folder(path);
    }

    private void assertWhole() {
        assertThat(target.resolve("a.gz")).hasBinaryContent(FIRST);
        assertThat(target.resolve("b.gz")).hasBinaryContent(SECOND);
        assertThat(target.getParent().toFile().list()).as("nothing left beside").containsExactly("fashion-mnist");
    }

    @Test
    void takesTheFirstPlaceThatHasTheFiles() throws IOException {
        assertThat(fetch(from(folder.resolve("none")), from(good), from(bad)))
                .isEqualTo("fashionMnist: 2 files in " + target + " from " + good + ", SHA-256 as expected");
        assertWhole();
        assertThat(reports).containsExactly("trying " + folder.resolve("none"), "trying " + good);
        assertThat(target.toFile().list()).containsExactlyInAnyOrder("a.gz", "b.gz");
    }

    @Test
    void whatIsThereStays() throws IOException {
        fetch(from(good));
        reports.clear();
        assertThat(fetch(from(bad))).isEqualTo("fashionMnist is there already: 2 files in " + target);
        assertThat(reports).isEmpty();
        assertWhole();
    }

    @Test
    void gathersFromMoreThanOnePlaceAndReplacesWrongFiles() throws IOException {
        Files.createDirectories(target);
        Files.write(target.resolve("a.gz"), SECOND);
        Files.write(target.resolve("own.txt"), FIRST);
        assertThat(fetch(from(half), from(good))).contains(" from " + half + " and " + good + ",");
        assertWhole();
        assertThat(target.resolve("own.txt")).hasBinaryContent(FIRST);
        Files.delete(target.resolve("b.gz"));
        assertThat(fetch(from(half))).contains(" from " + half + ",");
        assertWhole();
    }

    @Test
    void wrongOrMissingFilesLeaveNothing() {
        assertThatThrownBy(() -> fetch(from(folder.resolve("none")), from(bad), from(half)))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot fetch fashionMnist: " + folder.resolve("none") + ": no such folder; " + bad + ": "
                        + bad.resolve("a.gz") + ": expected SHA-256 "
                        + FILES.get(0).sha256()
                        + " (5 bytes), found " + FILES.get(1).sha256() + " (6 bytes); " + half + ": "
                        + half.resolve("a.gz") + ": no such file");
        assertThat(folder.resolve("data")).isEmptyDirectory();
    }

    @Test
    void anInterruptedFetchLeavesNothing() {
        DataFetch.Supply interrupted = new DataFetch.Supply() {
            @Override
            public String name() {
                return "interrupted";
            }

            @Override
            public Path folder(Path scratch, List<DataFile> wanted) throws IOException {
                Files.write(scratch.resolve("a.gz"), FIRST);
                throw new CancellationException("interrupted");
            }
        };
        assertThatThrownBy(() -> fetch(interrupted)).isInstanceOf(CancellationException.class);
        assertThat(folder.resolve("data")).isEmptyDirectory();
    }

    @Test
    void aPlaceThatCannotBeIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "kept");
        assertThatThrownBy(() -> fetch(from(good)))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot make the data folder " + file + ": a file stands where a folder is needed");
        assertThat(file).hasContent("kept");
    }

    @Test
    void downloads() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<byte[]> answers = new ArrayList<>(List.of(FIRST, SECOND));
        server.createContext("/data/", exchange -> {
            byte[] answer = answers.get(exchange.getRequestURI().getPath().endsWith("a.gz") ? 0 : 1);
            exchange.sendResponseHeaders(answer.length == 0 ? 404 : 200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/data/");
        try {
            DataFetch.Supply published = new DataFetch.Published(base, "");
            answers.set(1, new byte[0]);
            assertThatThrownBy(() -> fetch(published))
                    .hasMessage("cannot fetch fashionMnist: " + base + ": status 404");
            answers.set(1, new byte[100_000]);
            assertThatThrownBy(() -> fetch(published))
                    .hasMessage("cannot fetch fashionMnist: " + base + ": expected at most 4102 bytes, found more");
            answers.set(1, "<html>".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> fetch(published)).hasMessageContaining("expected SHA-256");
            assertThat(folder.resolve("data")).isEmptyDirectory();
            answers.set(1, SECOND);
            assertThat(fetch(published)).contains(" from " + base);
            assertWhole();
        } finally {
            server.stop(0);
        }
        assertThatThrownBy(() -> new DataFetch(
                                DataSource.FASHION_MNIST, FILES, List.of(new DataFetch.Published(base, ".gz")))
                        .into(DataLibrary.in(folder.resolve("other")), reports::add))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot fetch fashionMnist: " + base);
    }

    @Test
    void aPackedFileOfAKnownContentIsUnpacked() throws IOException {
        byte[] content = {1, 2, 3, 4};
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        Files.write(good.resolve("labels"), packed.toByteArray());
        DataFetch fetch = new DataFetch(
                DataSource.MNIST,
                List.of(new DataFile("labels", 4, FileBytes.of("", content).sha256())),
                List.of(from(good)));
        DataLibrary library = DataLibrary.in(folder.resolve("data"));
        assertThat(fetch.into(library, reports::add)).startsWith("mnist: 1 files in ");
        assertThat(library.folder(DataSource.MNIST).resolve("labels")).hasBinaryContent(content);
    }

    /**
     * Zalando's file of test labels, byte for byte: its date is 2017-08-31 10:50:27 UTC and its hash is the one that
     * many projects pin.
     */
    @Test
    void publishedFilesBecomeDebians() throws IOException {
        byte[] debian = Files.readAllBytes(Path.of("datasets", "fashion-mnist", "t10k-labels-idx1-ubyte.gz"));
        byte[] name = "t10k-labels-idx1-ubyte\0".getBytes(StandardCharsets.US_ASCII);
        byte[] published = ByteBuffer.allocate(debian.length + name.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x08088B1F)
                .putInt(1_504_176_627)
                .putShort((short) 0x0300)
                .put(name)
                .put(debian, 10, debian.length - 10)
                .array();
        assertThat(FileBytes.of("", published).sha256())
                .isEqualTo("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5");
        assertThat(DataFetch.withKnownHeader(published)).isEqualTo(debian);
        assertThat(DataFetch.withKnownHeader(debian)).isEqualTo(debian);

        Files.write(good.resolve("b.gz"), published);
        List<DataFile> files = List.of(
                new DataFile("b.gz", debian.length, FileBytes.of("", debian).sha256()));
        new DataFetch(DataSource.FASHION_MNIST, files, List.of(from(good)))
                .into(DataLibrary.in(folder.resolve("data")), reports::add);
        assertThat(target.resolve("b.gz")).hasBinaryContent(debian);

        Files.write(target.resolve("b.gz"), published);
        new DataFetch(DataSource.FASHION_MNIST, files, List.of())
                .into(DataLibrary.in(folder.resolve("data")), reports::add);
        assertThat(target.resolve("b.gz")).as("brought by the user").hasBinaryContent(debian);
    }

    @Test
    void otherBytesKeepTheirHeader() {
        byte[] named = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 'x'};
        assertThat(DataFetch.withKnownHeader(named)).as("a name without an end").hasSize(10);
        for (byte[] bytes : List.of(new byte[0], FIRST, new byte[40], Arrays.copyOf(named, 9))) {
            assertThat(DataFetch.withKnownHeader(bytes)).isEqualTo(bytes);
        }
        named[3] = 12;
        assertThat(DataFetch.withKnownHeader(named)).isEqualTo(named);
    }

    @Test
    void onlySomeSetsAreFetched() {
        DataFetch.of(DataSource.FASHION_MNIST);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataFetch.of(DataSource.DIGITS))
                .withMessage("dataset digits comes with the kit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataFetch.of(DataSource.SIGN))
                .withMessage("dataset sign is drawn when used");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DataFetch.of(DataSource.CIFAR10))
                .withMessageStartingWith("dataset cifar10 cannot be fetched; put data_batch_1.bin, ");
    }
}
