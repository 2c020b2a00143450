package org.noisebook.field;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.noisebook.data.WholeFile;
import org.noisebook.experiment.Cache;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Streams;

/**
 * Trained fields, each trained once: a field comes from memory, from the kit, from a file in the cache folder, or from training.
 *
 * <p>Where it comes from changes nothing but the time: a field is a pure function of config and streams, and a file is used
 * only if its title says the same config, seed, replica and input files, and its numbers have the SHA-256 that it names. Any other
 * file is trained over. Files appear whole or not at all; a folder that cannot be written to is done without.
 *
 * <p>Several threads that need the same field wait for one that trains it.
 *
 * <p><b>Cost</b>: memory for every field that was asked for, 4 bytes a weight.
 */
public final class FieldLibrary {
    /** The streams that training a field draws from. */
    public static final Set<String> STREAMS = FieldTraining.STREAMS;

    private static final String DIGITS = "digits.field";

    private final Path folder;
    private final Map<String, LearnedField> fields = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    private FieldLibrary(Path folder) {
        this.folder = folder;
    }

    /** A library with files in this folder, which is made when first written to. */
    public static FieldLibrary in(Path folder) {
        return new FieldLibrary(folder);
    }

    /** This process's, in the folder {@code fields} of {@link Cache#standardFolder}. */
    public static FieldLibrary standard() {
        return Standard.LIBRARY;
    }

    /** Made at first use. */
    private static final class Standard {
        static final FieldLibrary LIBRARY = in(Cache.standardFolder().resolve("fields"));
    }

    /**
     * The field of a config and the streams of a replica, trained if need be.
     *
     * @throws CancellationException if the thread is interrupted
     * @throws UncheckedIOException in one line that names the file, if a file of the target is missing or not sound
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
                found = LearnedField.of(findOrTrain(config, streams, title));
                fields.put(title, found);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private FieldNet findOrTrain(FieldConfig config, Streams streams, String title) {
        if (title.equals(FieldFile.title(FieldConfig.digits(), Streams.of(1)))) {
            return kit(config, title);
        }
        Path file = folder.resolve(FieldFile.name(title));
        if (Files.isRegularFile(file)) {
            try {
                return FieldFile.unpack(file.toString(), Files.readAllBytes(file), config, title);
            } catch (IOException e) {
                // Not a sound file of this field: it is trained as if there were none.
            }
        }
        FieldNet net = FieldTraining.run(config, streams, MatrixKernels.fastest());
        try {
            Files.createDirectories(folder);
            WholeFile.write(file, part -> Files.write(part, FieldFile.pack(title, net)));
        } catch (IOException e) {
            // The field is there; only the next process has to train again.
        }
        return net;
    }

    /** The name of the file of a field, by its config, seed, replica and input files. */
    public static String fileName(FieldConfig config, Streams streams) {
        return FieldFile.name(FieldFile.title(config, streams));
    }

    /** The field that comes with the kit. */
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
