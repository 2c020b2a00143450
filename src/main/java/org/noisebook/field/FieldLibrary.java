package org.noisebook.field;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.noisebook.data.Home;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Cache;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.RegressionReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Streams;

/**
 * A library of trained fields, each trained only once: a field comes from memory, from the kit, from a file in the
 * cache folder, or from training.
 *
 * <p>The origin affects only the time: a field is a pure function of config and streams, and a file is used only if its
 * title has the same config, seed, replica and input files, and its numbers match the SHA-256 in it. Any other file is
 * replaced after training. Files are written atomically; a folder that is not writable is ignored.
 *
 * <p>Several threads that need the same field wait for one that trains it.
 *
 * <p><b>Cost</b>: memory for every requested field, 4 bytes per weight.
 */
public final class FieldLibrary {
    /** The random streams used to train a field. */
    public static final Set<String> STREAMS = FieldTraining.STREAMS;

    private static final String DIGITS = "digits.field";

    private final Path folder;
    private final Map<String, LearnedField> fields = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    private FieldLibrary(Path folder) {
        this.folder = folder;
    }

    /** A library with files in this folder, which is created at the first write. */
    public static FieldLibrary in(Path folder) {
        return new FieldLibrary(Home.here().checked(folder));
    }

    /** The library of this process, in the folder {@code fields} of {@link Cache#standardFolder}. */
    public static FieldLibrary standard() {
        return Standard.LIBRARY;
    }

    /** Created at first use. */
    private static final class Standard {
        static final FieldLibrary LIBRARY = in(Cache.standardFolder().resolve("fields"));
    }

    /**
     * The field of a config and the streams of a replica, trained if necessary.
     *
     * @throws CancellationException if the thread is interrupted
     * @throws UncheckedIOException with a one-line message that names the file, if a target file is missing or invalid
     */
    public LearnedField field(FieldConfig config, Streams streams) {
        String title = FieldFile.title(config, streams);
        LearnedField known = fields.get(title);
        if (known != null) {
            return known;
        }
        ReentrantLock lock = locks.computeIfAbsent(title, t -> new ReentrantLock());
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("training interrupted");
        }
        try {
            LearnedField found = fields.get(title);
            if (found == null) {
                found = LearnedField.of(find(config, title)
                        .orElseGet(() -> kept(title, FieldTraining.run(config, streams, MatrixKernels.fastest()))));
                fields.put(title, found);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A field requested by config and streams.
     *
     * @param config config with the same network and training as the others in a list
     */
    public record Wanted(FieldConfig config, Streams streams) {}

    /** Trains the missing fields in parallel on an engine with exact bits. */
    public void train(List<Wanted> wanted, ReplicaEngine engine) {
        Map<String, Wanted> missing = new LinkedHashMap<>();
        for (Wanted each : wanted) {
            String title = FieldFile.title(each.config, each.streams);
            if (!fields.containsKey(title)) {
                find(each.config, title)
                        .ifPresentOrElse(
                                net -> fields.put(title, LearnedField.of(net)), () -> missing.put(title, each));
            }
        }
        List<String> titles = List.copyOf(missing.keySet());
        FieldTraining[] trainings = new FieldTraining[titles.size()];
        List<Supplier<RegressionReplicas.Job>> jobs = new ArrayList<>();
        for (int k = 0; k < trainings.length; k++) {
            int job = k;
            Wanted own = missing.get(titles.get(k));
            jobs.add(() -> {
                trainings[job] = new FieldTraining(own.config, own.streams);
                return trainings[job].job();
            });
        }
        engine.train(FieldTraining.replicas(wanted.get(0).config, jobs), (job, end) -> {
            String title = titles.get(job);
            fields.put(title, LearnedField.of(kept(title, trainings[job].net(end))));
            trainings[job] = null;
        });
    }

    private Optional<FieldNet> find(FieldConfig config, String title) {
        if (title.equals(FieldFile.title(FieldConfig.digits(), Streams.of(1)))) {
            return Optional.of(kit(config, title));
        }
        Path file = folder.resolve(FieldFile.name(title));
        if (Files.isRegularFile(file)) {
            try {
                return Optional.of(FieldFile.unpack(file.toString(), Files.readAllBytes(file), config, title));
            } catch (IOException e) {
                // Not a valid file of this field: it is trained as if there were no file.
            }
        }
        return Optional.empty();
    }

    private FieldNet kept(String title, FieldNet net) {
        try {
            Files.createDirectories(folder);
            WholeFile.write(
                    folder.resolve(FieldFile.name(title)), part -> Files.write(part, FieldFile.pack(title, net)));
        } catch (IOException e) {
            // The field is available; only the next process will have to train it again.
        }
        return net;
    }

    /** The name of the file of a field, by its config, seed, replica and input files. */
    public static String fileName(FieldConfig config, Streams streams) {
        return FieldFile.name(FieldFile.title(config, streams));
    }

    /** The field included in the kit. */
    private static FieldNet kit(FieldConfig config, String title) {
        try (InputStream in = FieldLibrary.class.getResourceAsStream("/org/noisebook/datasets/" + DIGITS)) {
            if (in == null) {
                throw new IOException("the kit's jar lacks its field " + DIGITS);
            }
            return FieldFile.unpack(DIGITS, in.readAllBytes(), config, title);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
