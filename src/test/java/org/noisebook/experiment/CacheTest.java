package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.rng.Streams;

class CacheTest {
    private static final ToyStudy STUDY = ToyStudy.plain();
    private static final int FRAME_HEAD = 12;

    @TempDir
    private Path folder;

    private final List<String> reports = new ArrayList<>();

    private Path file() {
        return folder.resolve("toy-v1.runs");
    }

    private Cache open() {
        return Cache.in(folder, reports::add);
    }

    private static Run<ToyStudy.Config, ToyStudy.Result> toy(int size) {
        return new Run<>(STUDY, ToyStudy.config(size), Streams.of(1));
    }

    private static ToyStudy.Result result(int size) {
        return toy(size).execute();
    }

    private static void store(Cache cache, int... sizes) throws IOException {
        for (int size : sizes) {
            cache.store(toy(size), toy(size).key(), result(size), "{\"size\": " + size + "}");
        }
    }

    private static Optional<ToyStudy.Result> find(Cache cache, int size) throws IOException {
        return cache.find(toy(size), toy(size).key());
    }

    private void assertHolds(int... sizes) throws IOException {
        try (Cache cache = open()) {
            for (int size : sizes) {
                assertThat(find(cache, size)).as("size %d", size).contains(result(size));
            }
        }
    }

    private byte[] fileOf(int... sizes) throws IOException {
        try (Cache cache = open()) {
            store(cache, sizes);
        }
        return Files.readAllBytes(file());
    }

    private static int frameEnd(byte[] bytes, int start) {
        return start + FRAME_HEAD + ByteBuffer.wrap(bytes).getInt(start + 4);
    }

    @Test
    void whatIsStoredIsFoundByTheSameAndLaterCaches() throws IOException {
        try (Cache cache = open()) {
            assertThat(find(cache, 1)).isEmpty();
            store(cache, 0, 1, 5);
            assertThat(find(cache, 5)).contains(result(5));
        }
        assertHolds(0, 1, 5);
        try (Cache cache = open()) {
            assertThat(find(cache, 2)).isEmpty();
        }
        assertThat(reports).isEmpty();
    }

    @Test
    void theRunRecordIsInTheFile() throws IOException {
        assertThat(new String(fileOf(3), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("{\"size\": 3}");
        try (Cache cache = open()) {
            store(cache, 4);
            assertThat(cache.records(STUDY)).containsExactly("{\"size\": 3}", "{\"size\": 4}");
        }
    }

    @Test
    void aVersionHasItsOwnFile() throws IOException {
        Run<ToyStudy.Config, ToyStudy.Result> next = new Run<>(STUDY.withVersion(2), ToyStudy.config(1), Streams.of(1));
        try (Cache cache = open()) {
            store(cache, 1);
            cache.store(next, next.key(), result(1), "");
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("toy-v1.runs", "toy-v2.runs");
    }

    @Test
    void aCacheInMemoryLeavesNothing() throws IOException {
        try (Cache cache = Cache.inMemory()) {
            store(cache, 1);
            assertThat(find(cache, 1)).contains(result(1));
            assertThat(cache.folder()).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** A killed process leaves any first part of its last frame. */
    @Test
    void aTornTailIsCutAtEveryLength() throws IOException {
        byte[] whole = fileOf(2, 3);
        int firstEnd = frameEnd(whole, 0);
        assertThat(frameEnd(whole, firstEnd)).isEqualTo(whole.length);
        for (int length = firstEnd + 1; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            reports.clear();
            try (Cache cache = open()) {
                assertThat(find(cache, 2)).contains(result(2));
                assertThat(find(cache, 3)).isEmpty();
                assertThat(reports)
                        .containsExactly(
                                "cache file toy-v1.runs: cut off a torn tail of " + (length - firstEnd) + " bytes");
                assertThat(Files.size(file())).isEqualTo(firstEnd);
                store(cache, 3);
            }
            assertHolds(2, 3);
            assertThat(reports).hasSize(1);
            assertThat(Files.readAllBytes(file())).isEqualTo(whole);
        }
    }

    @Test
    void aFlippedBitInTheMiddleLosesOneResultOnly() throws IOException {
        byte[] whole = fileOf(1, 2, 3);
        int start = frameEnd(whole, 0);
        int end = frameEnd(whole, start);
        for (int k = start; k < end; k++) {
            byte[] damaged = whole.clone();
            damaged[k] ^= (byte) (1 << (k % 8));
            Files.write(file(), damaged);
            reports.clear();
            try (Cache cache = open()) {
                assertThat(find(cache, 1)).contains(result(1));
                assertThat(find(cache, 2)).as("byte %d", k).isEmpty();
                assertThat(find(cache, 3)).contains(result(3));
                assertThat(reports)
                        .containsExactly("cache file toy-v1.runs: stepped over " + (end - start) + " corrupt bytes");
                store(cache, 2);
                assertThat(Files.readAllBytes(file()))
                        .isEqualTo(concat(whole, 0, start, end, whole.length, start, end));
            }
            assertHolds(1, 2, 3);
            assertThat(reports).as("it is said once").hasSize(1);
        }
    }

    /** Stretches of bytes, from and to, one after the other. */
    private static byte[] concat(byte[] bytes, int... fromAndTo) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int k = 0; k < fromAndTo.length; k += 2) {
            out.write(bytes, fromAndTo[k], fromAndTo[k + 1] - fromAndTo[k]);
        }
        return out.toByteArray();
    }

    /** The second and the fourth of five frames are damaged. */
    private byte[] damaged() throws IOException {
        byte[] bytes = fileOf(1, 2, 3, 4, 5);
        int second = frameEnd(bytes, 0);
        int fourth = frameEnd(bytes, frameEnd(bytes, second));
        bytes[second + 20] ^= 1;
        bytes[fourth] ^= 1;
        Files.write(file(), bytes);
        return concat(bytes, 0, second, frameEnd(bytes, second), fourth, frameEnd(bytes, fourth), bytes.length);
    }

    @Test
    void damageIsSaidOnceAlsoWhereNothingIsComputed() throws IOException {
        byte[] sound = damaged();
        Set<PosixFilePermission> shared = PosixFilePermissions.fromString("rw-rw-rw-");
        Files.setPosixFilePermissions(file(), shared);
        assertHolds(1, 3, 5);
        assertThat(reports).hasSize(2);
        assertThat(Files.readAllBytes(file())).isEqualTo(sound);
        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(shared);
        assertThat(folder.toFile().list()).containsExactly("toy-v1.runs");
        assertHolds(1, 3, 5);
        assertThat(reports).hasSize(2);
    }

    /** Each goes on in the file that is there when the other has put a sound one in the place of the damaged one. */
    @Test
    void cachesThatShareADamagedFileLoseNothing() throws IOException {
        damaged();
        try (Cache one = open();
                Cache two = open()) {
            assertThat(find(one, 2)).isEmpty();
            assertThat(find(two, 4)).isEmpty();
            store(one, 2);
            store(two, 4);
            store(one, 6);
            store(two, 7);
            assertThat(find(two, 6)).contains(result(6));
        }
        assertThat(reports).as("each says it").hasSize(4);
        assertHolds(1, 2, 3, 4, 5, 6, 7);
        assertThat(reports).hasSize(4);
    }

    @Test
    void aFileThatWasDeletedIsWrittenAnew() throws IOException {
        try (Cache cache = open()) {
            store(cache, 1);
            Files.delete(file());
            store(cache, 2);
            assertThat(find(cache, 1)).contains(result(1));
            fileOf(3);
            store(cache, 4);
            assertThat(find(cache, 3)).contains(result(3));
        }
        assertHolds(3, 4);
        assertThat(reports).isEmpty();
    }

    @Test
    void whereNoNewFileCanBeMadeTheOldOneServes() throws IOException {
        byte[] sound = damaged();
        Files.createDirectories(folder.resolve(".toy-v1.runs.part").resolve("in the way"));
        try (Cache cache = open()) {
            assertThat(find(cache, 2)).isEmpty();
            store(cache, 2);
            store(cache, 4);
        }
        assertThat(Files.size(file())).isGreaterThan(sound.length);
        assertHolds(1, 2, 3, 4, 5);
    }

    @Test
    void aFlippedBitInTheLastFrameIsCut() throws IOException {
        byte[] whole = fileOf(1, 2);
        whole[whole.length - 1] ^= 1;
        Files.write(file(), whole);
        try (Cache cache = open()) {
            assertThat(find(cache, 1)).contains(result(1));
            assertThat(find(cache, 2)).isEmpty();
        }
        assertThat(reports).hasSize(1);
    }

    /** Somebody's own file, long or of one letter, in the cache's place or in that of another writer. */
    @Test
    void aForeignFileIsRefusedByNameAndStays() throws IOException {
        for (String text : List.of("no cache at all", "NB?", "n", "\0NBR1")) {
            for (Path file : List.of(file(), folder.resolve("toy-v1@host-1.runs"))) {
                Files.writeString(file, text);
                for (Cache cache : List.of(open(), Cache.shared(folder, reports::add))) {
                    assertThatThrownBy(() -> find(cache, 1))
                            .isInstanceOf(IOException.class)
                            .hasMessage(file + " is not a noisebook cache file: move it away");
                    cache.close();
                }
                assertThatThrownBy(() -> new CacheFolder(folder).books()).isInstanceOf(IOException.class);
                assertThat(file).hasContent(text);
                Files.delete(file);
                Files.deleteIfExists(file());
            }
        }
        assertThat(reports).isEmpty();
    }

    /** The first frame of all, as a killed process or a crash of the machine leaves it. */
    @Test
    void theTornBeginningOfAFileIsCut() throws IOException {
        byte[] whole = fileOf(1);
        for (int length = 1; length < whole.length; length++) {
            for (byte[] torn : List.of(Arrays.copyOf(whole, length), new byte[length])) {
                Files.write(file(), torn);
                reports.clear();
                try (Cache cache = open()) {
                    assertThat(find(cache, 1)).isEmpty();
                }
                assertThat(reports)
                        .containsExactly("cache file toy-v1.runs: cut off a torn tail of " + length + " bytes");
            }
        }
    }

    /** The same study and version with another result record: a forgotten version bump must not give wrong numbers. */
    @Test
    void aResultOfAnotherShapeIsReportedAndNotUsed() throws IOException {
        record Other(double only) {}
        try (Cache cache = open()) {
            cache.store(
                    new Run<>(new Reshaped<>(new Other(1)), ToyStudy.config(1), Streams.of(1)),
                    toy(1).key(),
                    new Other(1),
                    "");
        }
        try (Cache cache = open()) {
            assertThat(find(cache, 1)).isEmpty();
            assertThat(find(cache, 1)).isEmpty();
            store(cache, 1);
        }
        assertThat(reports).hasSize(1);
        assertThat(reports.get(0)).startsWith("cache file toy-v1.runs: a result does not fit");
        assertHolds(1);
    }

    /** The toy study with another result. */
    private record Reshaped<R extends Record>(R result) implements Study<ToyStudy.Config, R> {
        @Override
        public String id() {
            return "toy";
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public String title() {
            return "Another result";
        }

        @Override
        public ToyStudy.Config defaults() {
            return ToyStudy.config(1);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Class<R> resultType() {
            return (Class<R>) result.getClass();
        }

        @Override
        public Set<String> streamNames() {
            return Set.of();
        }

        @Override
        public List<String> sources() {
            return List.of();
        }

        @Override
        public R run(ToyStudy.Config config, Streams streams) {
            return result;
        }
    }

    @Test
    void twoCachesShareAFolder() throws IOException {
        try (Cache one = open();
                Cache two = open()) {
            store(one, 1);
            store(two, 2);
            store(one, 3);
            store(two, 4);
            assertThat(find(one, 2)).contains(result(2));
            assertThat(find(two, 3)).contains(result(3));
        }
        assertHolds(1, 2, 3, 4);
        assertThat(reports).isEmpty();
    }

    @Test
    void twoThreadsWithTheirOwnCachesLoseNothing() throws Exception {
        int each = 15;
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (Cache one = open();
                Cache two = open()) {
            CountDownLatch both = new CountDownLatch(2);
            List<Future<?>> writers = new ArrayList<>();
            for (Cache cache : List.of(one, two)) {
                int first = cache == one ? 0 : each;
                writers.add(pool.submit(() -> {
                    both.countDown();
                    both.await();
                    for (int k = 0; k < each; k++) {
                        store(cache, first + k);
                    }
                    return first;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            pool.shutdownNow();
        }
        int[] all = new int[2 * each];
        Arrays.setAll(all, k -> k);
        assertHolds(all);
        assertThat(reports).isEmpty();
    }

    @Test
    void aClosedCacheKeepsQuiet() throws IOException {
        Cache cache = open();
        store(cache, 1);
        cache.close();
        byte[] before = Files.readAllBytes(file());
        store(cache, 2);
        cache.close();
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
        assertThat(find(cache, 2)).isEmpty();
        assertThat(reports).isEmpty();
    }

    @Test
    void aClosedCacheOpensNothing() throws IOException {
        Cache cache = open();
        cache.close();
        assertThat(find(cache, 1)).isEmpty();
        store(cache, 1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeIsNamed() throws IOException {
        Path blocked = folder.resolve("file").resolve("cache");
        Files.writeString(folder.resolve("file"), "x");
        try (Cache cache = Cache.in(blocked, reports::add)) {
            assertThatThrownBy(() -> find(cache, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot use the cache folder " + blocked + ": ");
        }
    }

    /** An interrupted thread still stores whole frames, and the cache goes on working. */
    @Test
    void interruptionDoesNotHurt() throws IOException {
        try (Cache cache = open()) {
            Thread.currentThread().interrupt();
            store(cache, 1);
            assertThat(find(cache, 1)).contains(result(1));
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
            store(cache, 2);
            Thread.currentThread().interrupt();
            store(cache, 3);
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertHolds(1, 2, 3);
        assertThat(reports).isEmpty();
    }

    private Cache shared() {
        return Cache.shared(folder, reports::add);
    }

    private List<Path> writers() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().contains("@")).sorted().toList();
        }
    }

    /** Each writes to a file of its own, named by host and process, which all read. */
    @Test
    void writersThatShareAFolderTakeNoLocks() throws IOException {
        fileOf(1);
        try (Cache one = shared();
                Cache two = shared()) {
            assertThat(find(one, 1)).contains(result(1));
            assertThat(find(two, 2)).isEmpty();
            assertThat(writers()).as("made at the first result").isEmpty();
            store(one, 2);
            store(two, 3, 4);
            store(one, 5);
        }
        assertThat(writers())
                .hasSize(2)
                .allSatisfy(file -> assertThat(file.getFileName().toString())
                        .matches("toy-v1@.+-" + ProcessHandle.current().pid() + "(-2)?\\.runs"));
        assertHolds(1, 2, 3, 4, 5);
        try (Cache three = shared()) {
            assertThat(find(three, 4)).contains(result(4));
        }
        assertThat(writers()).hasSize(2);
        assertThat(reports).isEmpty();
    }

    /** A killed writer leaves a torn tail, which nobody else may cut: it could be one that still writes. */
    @Test
    void theTornTailOfAWriterIsPassedOver() throws IOException {
        try (Cache one = shared()) {
            store(one, 2, 3);
        }
        Path file = writers().get(0);
        byte[] whole = Files.readAllBytes(file);
        for (int length = frameEnd(whole, 0); length < whole.length; length += 7) {
            byte[] torn = Arrays.copyOf(whole, length);
            Files.write(file, torn);
            for (Cache cache : List.of(open(), shared())) {
                try (cache) {
                    assertThat(find(cache, 2)).contains(result(2));
                    assertThat(find(cache, 3)).isEmpty();
                }
            }
            assertThat(Files.readAllBytes(file)).isEqualTo(torn);
        }
        assertThat(reports).isEmpty();
    }

    @Test
    void sixteenWritersAtATimeLoseNothing() throws Exception {
        int writers = 16;
        int each = 12;
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        try {
            CountDownLatch all = new CountDownLatch(writers);
            List<Future<?>> done = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int first = w * each;
                done.add(pool.submit(() -> {
                    all.countDown();
                    all.await();
                    try (Cache cache = Cache.shared(folder, message -> {
                        throw new IllegalStateException(message);
                    })) {
                        for (int k = 0; k < each; k++) {
                            store(cache, first + k);
                        }
                    }
                    return first;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(writers()).hasSize(writers);
        int[] sizes = new int[writers * each];
        Arrays.setAll(sizes, k -> k);
        assertHolds(sizes);
        assertThat(reports).isEmpty();
    }

    private CacheFolder other(String name, int... sizes) throws IOException {
        try (Cache cache = Cache.shared(folder.resolve(name), reports::add)) {
            store(cache, sizes);
        }
        return new CacheFolder(folder.resolve(name));
    }

    private long merge(CacheFolder... from) throws IOException {
        return new CacheFolder(folder).merge(List.of(from), Map.of("toy", 1), reports::add);
    }

    @Test
    void foldersAreMerged() throws IOException {
        fileOf(1, 2);
        CacheFolder one = other("one", 2, 3);
        CacheFolder two = other("two", 3, 4, 5);
        assertThat(merge(one, two)).isEqualTo(3);
        assertThat(merge(one, two)).as("again").isZero();
        assertHolds(1, 2, 3, 4, 5);
        assertThat(new CacheFolder(folder).books()).singleElement().satisfies(book -> {
            assertThat(book.runs()).isEqualTo(5);
            assertThat(book.files()).containsExactly(file());
            assertThat(book.bytes()).isEqualTo(Files.size(file()));
            assertThat(book.isUsed(Map.of("toy", 1))).isTrue();
            assertThat(book.isUsed(Map.of("toy", 2))).isFalse();
            assertThat(book.isUsed(Map.of())).isFalse();
        });
        assertThat(one.books().get(0).runs()).isEqualTo(2);
        assertThat(reports).isEmpty();
    }

    /** Two machines that disagree are found, and nothing of either is taken. */
    @Test
    void differentResultsOfARunAreRefused() throws IOException {
        CacheFolder one = other("one", 2, 3);
        Path wrong = folder.resolve("wrong");
        try (Cache cache = Cache.in(wrong, reports::add)) {
            cache.store(toy(3), toy(3).key(), result(4), "");
        }
        assertThatThrownBy(() -> merge(one, new CacheFolder(wrong)))
                .isInstanceOf(IOException.class)
                .hasMessage(wrong.resolve("toy-v1.runs") + " has another result of run "
                        + toy(3).key().substring(0, 12)
                        + "… than is there already: one of the two was made by changed code");
        assertThat(new CacheFolder(folder).books())
                .allSatisfy(book -> assertThat(book.runs()).isZero());
    }

    @Test
    void whatIsNoCacheOfThisKitIsRefused() throws IOException {
        Path foreign = Files.createDirectories(folder.resolve("foreign"));
        assertRefused(foreign, foreign + " is not a noisebook cache: it holds no results");
        Path file = Files.writeString(foreign.resolve("toy-v1.runs"), "run 1, run 2");
        assertThatThrownBy(() -> merge(new CacheFolder(foreign)))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is not a noisebook cache file: move it away");
        Files.move(file, foreign.resolve("toy-v2.runs"));
        assertRefused(
                foreign,
                foreign.resolve("toy-v2.runs") + " is of version 2 of toy, and version 1 is expected:"
                        + " compute all shards with one version of the kit");
        assertRefused(folder.resolve("nowhere"), folder.resolve("nowhere") + " is no folder");
        assertRefused(folder, folder + " is the cache itself: name another folder, or NOISEBOOK_CACHE");
        assertThat(new CacheFolder(folder).books())
                .allSatisfy(book -> assertThat(book.runs()).isZero());
    }

    private void assertRefused(Path from, String message) {
        assertThatThrownBy(() -> merge(new CacheFolder(from)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
