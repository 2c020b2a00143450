package org.noisebook.experiment;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.noisebook.data.Home;
import org.noisebook.data.WholeFile;

/**
 * A persistent cache of results, in one append-only file per study and version.
 *
 * <p>A file is a sequence of frames: marker, length, CRC-32C, key, result, run record. Frames are appended under a file
 * lock, so that several processes may share a folder. An incomplete tail, as left by a killed process, is truncated and
 * reported. A corrupt frame in the middle is skipped and reported, never used, and omitted from a new file that
 * replaces the old one at the next result or at closing; processes that have the old file open continue in the new one.
 * A file that contains no frame and does not begin like one is rejected and left unchanged. Reads and writes complete
 * even if the thread is interrupted, since a closed channel would disable the cache for the rest of the process.
 *
 * <p>Network file systems may refuse locks or hold them on one machine only. A {@link #shared} cache uses no locks: it
 * writes to its own file, with host and process in the name, which every cache of the folder also reads; an incomplete
 * tail left there by a killed writer is ignored.
 *
 * <p><b>Cost</b>: opening reads the file once; results are held in memory.
 */
public final class Cache implements AutoCloseable {
    private static final String VARIABLE = "NOISEBOOK_CACHE";
    private static final String ENDING = ".runs";
    private static final int SHORT_KEY = 12;
    private static final int MOST_RECORDS = 128;
    private static final int LOCK_ATTEMPTS = 6000;
    private static final long LOCK_PAUSE_MILLIS = 5;

    private final Optional<Path> folder;
    private final boolean shared;
    private final Consumer<String> report;
    private final Map<String, Book> books = new HashMap<>();
    private boolean closed;

    private Cache(Optional<Path> folder, boolean shared, Consumer<String> report) {
        this.folder = folder;
        this.shared = shared;
        this.report = report;
    }

    /**
     * A cache in a folder, which is created at the first write; problems in old files are reported to {@code report}.
     */
    public static Cache in(Path folder, Consumer<String> report) {
        return new Cache(Optional.of(Home.here().checked(folder)), false, report);
    }

    /** A cache in a folder that processes on several machines write to at the same time, without locks. */
    public static Cache shared(Path folder, Consumer<String> report) {
        return new Cache(Optional.of(Home.here().checked(folder)), true, report);
    }

    /** A cache in memory only: it reads and writes no files. */
    public static Cache inMemory() {
        return new Cache(Optional.empty(), false, message -> {});
    }

    /** {@code NOISEBOOK_CACHE}, else {@code noisebook} in the user's cache folder. */
    public static Path standardFolder() {
        Home home = Home.here();
        return home.named(VARIABLE).orElseGet(() -> home.cache().resolve("noisebook"));
    }

    /** Whether the user has set the standard folder through {@code NOISEBOOK_CACHE}. */
    public static boolean isNamed() {
        return Home.here().named(VARIABLE).isPresent();
    }

    /** The folder, if the cache has one. */
    public Optional<Path> folder() {
        return folder;
    }

    /** The stored result of a run. */
    synchronized <C extends Record, R extends Record> Optional<R> find(Run<C, R> run, String key) throws IOException {
        Book book = book(run.study());
        byte[] bytes = book.results.get(key);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Schema.of(run.study().resultType()).decode(bytes));
        } catch (IllegalArgumentException e) {
            book.results.remove(key);
            report.accept("cache file " + book.name + ": a result does not fit version "
                    + run.study().version() + " of " + run.study().id() + " and is computed again");
            return Optional.empty();
        }
    }

    /** Whether a run has a stored result, without reading it. */
    synchronized boolean has(Study<?, ?> study, String key) throws IOException {
        return book(study).results.containsKey(key);
    }

    /** Stores a result with its run record. */
    synchronized <C extends Record, R extends Record> void store(Run<C, R> run, String key, R result, String runRecord)
            throws IOException {
        if (closed) {
            return;
        }
        byte[] bytes = Schema.of(run.study().resultType()).encode(result);
        book(run.study()).append(key, bytes, runRecord.getBytes(StandardCharsets.UTF_8));
    }

    /** A sample of the run records of a study, evenly spaced over all known runs. */
    synchronized List<String> records(Study<?, ?> study) throws IOException {
        return List.copyOf(book(study).records);
    }

    /** Stops writing, after finishing the current frame. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Book book : books.values()) {
            book.close();
        }
    }

    /** All run records of a study in the folder, as JSON. */
    List<String> runRecords(Study<?, ?> study) throws IOException {
        List<String> records = new ArrayList<>();
        if (folder.isPresent()) {
            for (Frames.Name file : Frames.files(folder.get(), bookName(study))) {
                Frames.read(
                        file.path(),
                        (key, result, runRecord) -> records.add(new String(runRecord, StandardCharsets.UTF_8)));
            }
        }
        return records;
    }

    /**
     * Adds results that other cache files hold and this one lacks; returns their number.
     *
     * @throws IOException if a file cannot be read or written, or, before anything is added, if two files have
     *     different results for a run
     */
    synchronized long merge(List<Frames.Name> files) throws IOException {
        record Frame(Book book, String key, byte[] result, byte[] runRecord) {}

        Map<String, Frame> more = new LinkedHashMap<>();
        for (Frames.Name file : files) {
            Book book = book(file.book());
            Map<String, Frame> last = new LinkedHashMap<>();
            Frames.read(
                    file.path(), (key, result, runRecord) -> last.put(key, new Frame(book, key, result, runRecord)));
            for (Frame frame : last.values()) {
                Frame other = more.get(frame.key());
                byte[] known = other == null ? book.results.get(frame.key()) : other.result();
                if (known != null && !Arrays.equals(known, frame.result())) {
                    throw new IOException(file.path() + " has another result of run "
                            + frame.key().substring(0, SHORT_KEY)
                            + "… than is there already: one of the two was made by changed code");
                }
                if (known == null) {
                    more.put(frame.key(), frame);
                }
            }
        }
        for (Frame frame : more.values()) {
            frame.book().append(frame.key(), frame.result(), frame.runRecord());
        }
        return more.size();
    }

    private static String bookName(Study<?, ?> study) {
        return study.id() + "-v" + study.version();
    }

    private Book book(Study<?, ?> study) throws IOException {
        return book(bookName(study));
    }

    private Book book(String bookName) throws IOException {
        String name = bookName + ENDING;
        Book book = books.get(name);
        if (book == null) {
            book = new Book(name);
            if (folder.isPresent() && !closed) {
                book.open(folder.get());
            }
            books.put(name, book);
        }
        return book;
    }

    /** A name for this process among all writers to the folder. */
    private static String writer() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "host";
        }
        return host.replaceAll("[^A-Za-z0-9.-]", "") + "-"
                + ProcessHandle.current().pid();
    }

    /** The results of one study and version: its file, and the files of writers that share the folder. */
    private final class Book {
        private final String name;
        private final Map<String, byte[]> results = new HashMap<>();
        private final List<String> records = new ArrayList<>();
        private long met;
        /** One out of this many records is kept. */
        private long each = 1;

        private Optional<RandomAccessFile> open = Optional.empty();
        private Path path = Path.of("");
        /** The file system's key of the open file. */
        private Optional<Object> identity = Optional.empty();
        /** All frames before this position are in {@code results}. */
        private long end;
        /** Start and end of every corrupt stretch before {@code end}. */
        private final List<long[]> gaps = new ArrayList<>();

        Book(String name) {
            this.name = name;
        }

        void open(Path folder) throws IOException {
            path = folder.resolve(name);
            identity = identity();
            try {
                Files.createDirectories(folder);
                if (!shared) {
                    open = Optional.of(new RandomAccessFile(path.toFile(), "rw"));
                }
            } catch (IOException e) {
                throw new IOException("cannot use the cache folder " + folder + ": " + WholeFile.reason(e), e);
            }
            if (!shared) {
                try (FileLock lock = lock()) {
                    readOn(open.orElseThrow());
                }
            }
            for (Frames.Name file : Frames.files(folder, name.substring(0, name.length() - ENDING.length()))) {
                if (shared || !file.path().equals(path)) {
                    Frames.read(file.path(), this::keep);
                }
            }
        }

        /** The file of this writer alone, created at its first result. */
        private RandomAccessFile own() throws IOException {
            if (open.isEmpty()) {
                String stem = name.substring(0, name.length() - ENDING.length()) + "@" + writer();
                path = path.resolveSibling(stem + ENDING);
                for (int more = 2; !isNew(path); more++) {
                    path = path.resolveSibling(stem + "-" + more + ENDING);
                }
                open = Optional.of(new RandomAccessFile(path.toFile(), "rw"));
            }
            return open.get();
        }

        private static boolean isNew(Path file) throws IOException {
            try {
                Files.createFile(file);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            }
        }

        /** The file system's key of the file at the path, if the file exists and the system provides keys. */
        private Optional<Object> identity() {
            try {
                return Optional.ofNullable(
                        Files.readAttributes(path, BasicFileAttributes.class).fileKey());
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        /**
         * Reads frames from {@code end} to the end of the file and truncates an incomplete tail; called under the lock.
         */
        private void readOn(RandomAccessFile file) throws IOException {
            long size = file.length();
            if (size <= end) {
                end = size;
                return;
            }
            if (size - end > Integer.MAX_VALUE - Frames.HEADER_BYTES) {
                throw Frames.tooLarge(name);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) (size - end));
            file.seek(end);
            file.readFully(bytes.array());
            long start = end;
            int position = Frames.scan(bytes, new Frames.Visitor() {
                @Override
                public void frame(String key, byte[] result, byte[] runRecord) {
                    keep(key, result, runRecord);
                }

                @Override
                public void gap(int from, int to) {
                    report.accept("cache file " + name + ": stepped over " + (to - from) + " corrupt bytes");
                    gaps.add(new long[] {start + from, start + to});
                }
            });
            if (start == 0) {
                Frames.check(path, bytes, position);
            }
            if (position < bytes.limit()) {
                report.accept(
                        "cache file " + name + ": cut off a torn tail of " + (bytes.limit() - position) + " bytes");
                file.setLength(end + position);
            }
            end = end + position;
        }

        private void keep(String key, byte[] result, byte[] runRecord) {
            results.put(key, result);
            if (met++ % each == 0) {
                records.add(new String(runRecord, StandardCharsets.UTF_8));
                if (records.size() > MOST_RECORDS) {
                    for (int k = 1; k < records.size(); k++) {
                        records.remove(k);
                    }
                    each *= 2;
                }
            }
        }

        void append(String key, byte[] result, byte[] runRecord) throws IOException {
            keep(key, result, runRecord);
            if (folder.isEmpty() || closed) {
                return;
            }
            byte[] frame = Frames.encode(key, result, runRecord);
            if (shared) {
                write(own(), frame);
                return;
            }
            try (FileLock lock = lock()) {
                RandomAccessFile file = open.orElseThrow();
                readOn(file);
                write(file, frame);
                compact(file);
            }
        }

        private void write(RandomAccessFile file, byte[] frame) throws IOException {
            try {
                file.seek(end);
                file.write(frame);
            } catch (IOException e) {
                file.setLength(end);
                throw new IOException("cannot write to the cache file " + name + ": " + e.getMessage(), e);
            }
            end += frame.length;
        }

        /** Replaces a file by one without its corrupt stretches; called under the lock. */
        private void compact(RandomAccessFile file) {
            if (gaps.isEmpty()) {
                return;
            }
            gaps.add(new long[] {end, end});
            try {
                WholeFile.write(path, target -> {
                    // Keeps permissions, so that the same users may write the new file.
                    Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
                    try (OutputStream out = new FileOutputStream(target.toFile())) {
                        long from = 0;
                        for (long[] gap : gaps) {
                            file.seek(from);
                            for (long left = gap[0] - from; left > 0; ) {
                                byte[] part = new byte[(int) Math.min(left, 1 << 20)];
                                file.readFully(part);
                                out.write(part);
                                left -= part.length;
                            }
                            from = gap[1];
                        }
                    }
                });
            } catch (IOException ignored) {
                // The damage has been reported, is harmless and can be removed another time.
            }
            gaps.clear();
        }

        /** Locks the file at the path, which another process may have replaced. */
        private FileLock lock() throws IOException {
            while (true) {
                FileLock lock = lock(open.orElseThrow());
                Optional<Object> there = identity();
                if (identity.isEmpty()) {
                    identity = there;
                }
                if (there.isEmpty() || there.equals(identity)) {
                    return lock;
                }
                lock.release();
                open.get().close();
                identity = there;
                open = Optional.of(new RandomAccessFile(path.toFile(), "rw"));
                end = 0;
                gaps.clear();
            }
        }

        private FileLock lock(RandomAccessFile file) throws IOException {
            boolean interrupted = false;
            try {
                for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
                    Optional<FileLock> lock = tryLock(file);
                    if (lock.isPresent()) {
                        return lock.get();
                    }
                    try {
                        Thread.sleep(LOCK_PAUSE_MILLIS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                throw new IOException("cache file " + name + " stays locked by another process");
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private static Optional<FileLock> tryLock(RandomAccessFile file) throws IOException {
            try {
                return Optional.ofNullable(file.getChannel().tryLock());
            } catch (OverlappingFileLockException e) {
                // Another cache of this process holds the lock.
                return Optional.empty();
            }
        }

        void close() {
            if (open.isPresent()) {
                try {
                    if (!gaps.isEmpty()) {
                        try (FileLock lock = lock()) {
                            RandomAccessFile file = open.get();
                            readOn(file);
                            compact(file);
                        }
                    }
                    open.get().close();
                } catch (IOException e) {
                    report.accept("cache file " + name + ": " + e.getMessage());
                }
            }
        }
    }
}
