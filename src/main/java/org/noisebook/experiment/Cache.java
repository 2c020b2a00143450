package org.noisebook.experiment;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.noisebook.data.WholeFile;

/**
 * Results that are never computed twice: one append-only file per study and version.
 *
 * <p>A file is a sequence of frames: marker, length, CRC-32C, key, result, run record. Frames are appended under a file
 * lock, so several processes may share a folder. A torn tail, as a killed process leaves it, is cut off and reported;
 * a corrupt frame in the middle is stepped over and reported, never used, and left out of a new file that takes the
 * old one's place at the next result or at the end; who has the old one open goes on in the new one. Files are read and
 * written in ways that an interrupted thread finishes, since a closed channel would end the cache for the rest of the
 * process.
 *
 * <p><b>Cost</b>: opening reads the file once; results are held in memory.
 */
public final class Cache implements AutoCloseable {
    private static final int MARKER = 0x4E42_5231;
    private static final int HEADER_BYTES = 3 * Integer.BYTES;
    private static final int KEY_BYTES = 32;
    private static final int LARGEST_PAYLOAD = 1 << 28;
    private static final int MOST_RECORDS = 128;
    private static final int LOCK_ATTEMPTS = 6000;
    private static final long LOCK_PAUSE_MILLIS = 5;

    private final Optional<Path> folder;
    private final Consumer<String> report;
    private final Map<String, Book> books = new HashMap<>();
    private boolean closed;

    private Cache(Optional<Path> folder, Consumer<String> report) {
        this.folder = folder;
        this.report = report;
    }

    /** A cache in a folder, which is made when first written to; what goes wrong in old files goes to {@code report}. */
    public static Cache in(Path folder, Consumer<String> report) {
        return new Cache(Optional.of(folder), report);
    }

    /** A cache that lives in memory only: nothing is read and nothing is left behind. */
    public static Cache inMemory() {
        return new Cache(Optional.empty(), message -> {});
    }

    /** {@code NOISEBOOK_CACHE}, else {@code noisebook} in the user's cache folder. */
    public static Path standardFolder() {
        if (isNamed()) {
            return Path.of(System.getenv("NOISEBOOK_CACHE"));
        }
        String shared = System.getenv("XDG_CACHE_HOME");
        Path base = shared != null && !shared.isBlank()
                ? Path.of(shared)
                : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("noisebook");
    }

    /** Whether the user names the standard folder in {@code NOISEBOOK_CACHE}. */
    public static boolean isNamed() {
        String own = System.getenv("NOISEBOOK_CACHE");
        return own != null && !own.isBlank();
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

    /** Stores a result with its run record. */
    synchronized <C extends Record, R extends Record> void store(Run<C, R> run, String key, R result, String runRecord)
            throws IOException {
        if (closed) {
            return;
        }
        byte[] bytes = Schema.of(run.study().resultType()).encode(result);
        book(run.study()).append(key, bytes, runRecord.getBytes(StandardCharsets.UTF_8));
    }

    /** Run records of a study, of so many runs evenly taken from all that are known. */
    synchronized List<String> records(Study<?, ?> study) throws IOException {
        return List.copyOf(book(study).records);
    }

    /** Ends writing; a frame being written is finished first. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Book book : books.values()) {
            book.close();
        }
    }

    private Book book(Study<?, ?> study) throws IOException {
        String name = study.id() + "-v" + study.version() + ".runs";
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

    /** One file. */
    private final class Book {
        private final String name;
        private final Map<String, byte[]> results = new HashMap<>();
        private final List<String> records = new ArrayList<>();
        private long met;
        /** Of so many records one is kept. */
        private long each = 1;

        private Optional<RandomAccessFile> open = Optional.empty();
        private Path path = Path.of("");
        /** What the system knows the open file by. */
        private Optional<Object> identity = Optional.empty();
        /** All frames before this position are in {@code results}. */
        private long end;
        /** First and last end of every corrupt stretch before {@code end}. */
        private final List<long[]> gaps = new ArrayList<>();

        Book(String name) {
            this.name = name;
        }

        void open(Path folder) throws IOException {
            path = folder.resolve(name);
            identity = identity();
            try {
                Files.createDirectories(folder);
                open = Optional.of(new RandomAccessFile(path.toFile(), "rw"));
            } catch (IOException e) {
                throw new IOException("cannot use the cache folder " + folder + ": " + WholeFile.reason(e), e);
            }
            try (FileLock lock = lock()) {
                readOn(open.orElseThrow());
            }
        }

        /** What the system knows the file at the place by, if there is one and the system says so. */
        private Optional<Object> identity() {
            try {
                return Optional.ofNullable(
                        Files.readAttributes(path, BasicFileAttributes.class).fileKey());
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        /** Reads frames from {@code end} to the end of the file and cuts off a torn tail; called under the lock. */
        private void readOn(RandomAccessFile file) throws IOException {
            long size = file.length();
            if (size <= end) {
                end = size;
                return;
            }
            if (size - end > Integer.MAX_VALUE - HEADER_BYTES) {
                throw new IOException(
                        "cache file " + name + " is over 2 GiB: delete it or choose another NOISEBOOK_CACHE");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) (size - end));
            file.seek(end);
            file.readFully(bytes.array());
            int position = 0;
            while (position < bytes.limit()) {
                int length = frameAt(bytes, position);
                if (length > 0) {
                    index(bytes, position, length);
                    position += length;
                    continue;
                }
                int next = position + 1;
                while (next < bytes.limit() && frameAt(bytes, next) == 0) {
                    next++;
                }
                if (next == bytes.limit()) {
                    report.accept(
                            "cache file " + name + ": cut off a torn tail of " + (bytes.limit() - position) + " bytes");
                    file.setLength(end + position);
                    break;
                }
                report.accept("cache file " + name + ": stepped over " + (next - position) + " corrupt bytes");
                gaps.add(new long[] {end + position, end + next});
                position = next;
            }
            end = end + position;
        }

        /** The length of the sound frame at a position, or 0. */
        private int frameAt(ByteBuffer bytes, int position) {
            if (bytes.limit() - position < HEADER_BYTES || bytes.getInt(position) != MARKER) {
                return 0;
            }
            int payload = bytes.getInt(position + Integer.BYTES);
            if (payload < KEY_BYTES + Integer.BYTES
                    || payload > LARGEST_PAYLOAD
                    || payload > bytes.limit() - position - HEADER_BYTES) {
                return 0;
            }
            CRC32C crc = new CRC32C();
            crc.update(bytes.array(), position + HEADER_BYTES, payload);
            boolean sound = (int) crc.getValue() == bytes.getInt(position + 2 * Integer.BYTES);
            return sound ? HEADER_BYTES + payload : 0;
        }

        private void index(ByteBuffer bytes, int position, int length) {
            int start = position + HEADER_BYTES;
            byte[] key = new byte[KEY_BYTES];
            bytes.get(start, key);
            int resultLength = bytes.getInt(start + KEY_BYTES);
            if (resultLength < 0 || resultLength > length - HEADER_BYTES - KEY_BYTES - Integer.BYTES) {
                return;
            }
            byte[] result = new byte[resultLength];
            bytes.get(start + KEY_BYTES + Integer.BYTES, result);
            results.put(HexFormat.of().formatHex(key), result);
            int head = HEADER_BYTES + KEY_BYTES + Integer.BYTES + resultLength;
            meet(bytes.array(), position + head, length - head);
        }

        private void meet(byte[] bytes, int start, int length) {
            if (met++ % each == 0) {
                records.add(new String(bytes, start, length, StandardCharsets.UTF_8));
                if (records.size() > MOST_RECORDS) {
                    for (int k = 1; k < records.size(); k++) {
                        records.remove(k);
                    }
                    each *= 2;
                }
            }
        }

        void append(String key, byte[] result, byte[] runRecord) throws IOException {
            results.put(key, result);
            meet(runRecord, 0, runRecord.length);
            if (open.isEmpty()) {
                return;
            }
            int payload = KEY_BYTES + Integer.BYTES + result.length + runRecord.length;
            ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload);
            frame.putInt(MARKER).putInt(payload).putInt(0);
            frame.put(HexFormat.of().parseHex(key))
                    .putInt(result.length)
                    .put(result)
                    .put(runRecord);
            CRC32C crc = new CRC32C();
            crc.update(frame.array(), HEADER_BYTES, payload);
            frame.putInt(2 * Integer.BYTES, (int) crc.getValue());
            try (FileLock lock = lock()) {
                RandomAccessFile file = open.get();
                readOn(file);
                try {
                    file.seek(end);
                    file.write(frame.array());
                } catch (IOException e) {
                    file.setLength(end);
                    throw new IOException("cannot write to the cache file " + name + ": " + e.getMessage(), e);
                }
                end += frame.capacity();
                compact(file);
            }
        }

        /** Puts a file without the corrupt stretches in the place of one that has some; called under the lock. */
        private void compact(RandomAccessFile file) {
            if (gaps.isEmpty()) {
                return;
            }
            gaps.add(new long[] {end, end});
            try {
                WholeFile.write(path, target -> {
                    // Whoever may write the old one may write the new one.
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
                // The damage has been told, hurts nobody and may go another time.
            }
            gaps.clear();
        }

        /** Locks the file at the place, where another process may have put a new one. */
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
                // Another cache of this process has it.
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
