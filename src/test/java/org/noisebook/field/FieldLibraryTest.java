package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;

class FieldLibraryTest {
    private static final FieldConfig CONFIG = FieldTrainingTest.SMALL;
    private static final Streams STREAMS = Streams.of(1);

    @TempDir
    Path folder;

    private static double[][] values(LearnedField field) {
        double[][] x = new double[64][1];
        double[][] out = new double[64][1];
        field.velocity().evaluator(1).at(0.5, x, 1, out);
        return out;
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void aFieldIsTheSameFromTrainingMemoryAndFile() throws IOException {
        FieldLibrary library = FieldLibrary.in(folder);
        LearnedField trained = library.field(CONFIG, STREAMS);
        assertThat(library.field(CONFIG, STREAMS)).isSameAs(trained);
        assertThat(files()).hasSize(1);
        LearnedField read = FieldLibrary.in(folder).field(CONFIG, STREAMS);
        assertThat(values(read)).isDeepEqualTo(values(trained));
        assertThat(read.loss()).isEqualTo(trained.loss());
        assertThat(read.stopReason()).isEqualTo(trained.stopReason());
        assertThat(read.config()).isEqualTo(CONFIG);
    }

    /** A file with other numbers of the right form would be used if it were not for its SHA-256: each damage is trained over. */
    @Test
    void damagedAndForeignFilesAreTrainedOver() throws IOException {
        double[][] right = values(FieldLibrary.in(folder).field(CONFIG, STREAMS));
        Path file = files().get(0);
        byte[] whole = Files.readAllBytes(file);
        String title = FieldFile.title(CONFIG, STREAMS);
        FieldNet net = FieldFile.unpack("file", whole, CONFIG, title);
        double[] weights = net.weights();
        weights[3] = 9;
        FieldNet other = new FieldNet(CONFIG, net.start(), net.end(), weights, net.stopReason(), net.loss());
        String otherTitle = FieldFile.title(CONFIG, Streams.of(2));
        for (byte[] bytes : List.of(
                new byte[0],
                Arrays.copyOf(whole, whole.length - 9),
                FieldFile.pack(otherTitle, other),
                forged(title, other, net))) {
            Files.write(file, bytes);
            assertThat(values(FieldLibrary.in(folder).field(CONFIG, STREAMS))).isDeepEqualTo(right);
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
    }

    /** The numbers of one field under the SHA-256 of another. */
    private static byte[] forged(String title, FieldNet numbers, FieldNet named) {
        return FieldFile.pack(title, numbers, Streams.sha256(FieldFile.numbers(named)));
    }

    @Test
    void othersHaveFilesOfTheirOwn() {
        Set<String> names = Set.of(
                FieldFile.name(FieldFile.title(CONFIG, STREAMS)),
                FieldFile.name(FieldFile.title(Schema.with(CONFIG, "training.steps", 7), STREAMS)),
                FieldFile.name(FieldFile.title(CONFIG, Streams.of(2))),
                FieldFile.name(FieldFile.title(CONFIG, STREAMS.withReplica(1))),
                FieldFile.name(FieldFile.title(CONFIG, STREAMS.withFixed(Set.of("init")))),
                FieldFile.name(FieldFile.title(CONFIG, STREAMS.withReplica("init", 1))));
        assertThat(names).hasSize(6);
        assertThat(FieldFile.title(CONFIG, STREAMS.withFixed(Set.of("bootstrap"))))
                .as("streams that training does not use")
                .isEqualTo(FieldFile.title(CONFIG, STREAMS));
        assertThat(FieldFile.title(CONFIG, STREAMS.withReplica("bootstrap", 1)))
                .isEqualTo(FieldFile.title(CONFIG, STREAMS));
        assertThat(FieldFile.title(CONFIG, STREAMS)).contains("digits.csv.gz 6a539d51");
    }

    @Test
    void threadsThatNeedOneFieldShareIt() throws Exception {
        FieldLibrary library = FieldLibrary.in(folder);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<LearnedField>> all = pool.invokeAll(
                    Collections.nCopies(8, () -> library.field(Schema.with(CONFIG, "training.steps", 200), STREAMS)));
            LearnedField first = all.get(0).get();
            for (Future<LearnedField> each : all) {
                assertThat(each.get()).isSameAs(first);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsDoneWithout() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(FieldLibrary.in(file.resolve("fields"))
                        .field(CONFIG, STREAMS)
                        .loss())
                .hasSize(6);
    }

    @Test
    void interruptionEndsTheWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> FieldLibrary.in(folder).field(CONFIG, STREAMS))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
