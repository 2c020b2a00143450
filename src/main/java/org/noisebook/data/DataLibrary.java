package org.noisebook.data;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.noisebook.rng.Streams;

/**
 * The available datasets: those in the jar, those in the artifact {@code data} beside it, and those in a data folder.
 *
 * <p>The data folder holds one folder per source, named {@link DataSource#dashed()}: {@code fashion-mnist}, {@code
 * mnist}, {@code cifar10}. A source is read and checked once per library, at its first use, by whichever thread comes
 * first; missing files are looked for again each time.
 *
 * <p><b>Cost</b>: one byte per pixel for the lifetime of the library: 55 MB for MNIST, 184 MB for CIFAR-10.
 */
public final class DataLibrary {
    /** The stream that draws the training points. */
    static final String TRAIN_STREAM = "data";

    /** The stream that draws the test points, always that of replica 0. */
    private final Path folder;

    private final Map<DataSource, Images> loaded = new ConcurrentHashMap<>();
    private final Map<List<Object>, PointSet> points = new ConcurrentHashMap<>();

    private DataLibrary(Path folder) {
        this.folder = folder;
    }

    /** A library with the given data folder, which need not exist. */
    public static DataLibrary in(Path folder) {
        return new DataLibrary(Home.here().checked(folder));
    }

    /** The library of this process, in {@link #standardFolder}. */
    public static DataLibrary standard() {
        return Standard.LIBRARY;
    }

    /** Created at first use. */
    private static final class Standard {
        static final DataLibrary LIBRARY = in(standardFolder());
    }

    /** {@code NOISEBOOK_DATA}, else {@code noisebook} in the user's data folder. */
    public static Path standardFolder() {
        return standardFolder(Home.here());
    }

    static Path standardFolder(Home home) {
        return home.named("NOISEBOOK_DATA").orElseGet(() -> home.data().resolve("noisebook"));
    }

    public Path folder() {
        return folder;
    }

    /** The folder of a source that is not part of the kit. */
    public Path folder(DataSource source) {
        return folder.resolve(source.dashed());
    }

    /** Whether the files of a source exist, without reading them; generated points always exist. */
    public boolean has(DataSource source) {
        return source.kind() == DataSource.Kind.KIT
                ? source.files().stream().allMatch(file -> FileBytes.isResource(resource(source, file)))
                : source.files().stream().allMatch(file -> Files.isRegularFile(path(source, file)));
    }

    /** The location of a source, or how to get it, in a few words. */
    public String where(DataSource source) {
        return switch (source.kind()) {
            case KIT -> has(source) ? "in the kit" : "not there: " + FileBytes.REMEDY;
            case DRAWN -> "drawn when used";
            default -> has(source) ? folder(source).toString() : "not there: " + remedy(source);
        };
    }

    /** What the user can do about a missing source. */
    public String remedy(DataSource source) {
        String fetch = "noisebook data fetch " + source.dashed();
        if (source.kind() == DataSource.Kind.FETCHED) {
            return fetch;
        }
        return (source == DataSource.MNIST ? fetch + ", or " : "")
                + "put "
                + source.files().stream().map(DataFile::name).collect(Collectors.joining(", "))
                + " into "
                + folder(source);
    }

    /** A file of the kit by its path among the kit's datasets. */
    private static String resource(DataSource source, DataFile file) {
        return (source == DataSource.DIGITS ? "" : DataSource.FASHION_MNIST.dashed() + "/") + file.name();
    }

    /** The file under its own name or with {@code .gz} appended. */
    private Path path(DataSource source, DataFile file) {
        Path plain = folder(source).resolve(file.name());
        Path packed = folder(source).resolve(file.name() + ".gz");
        return file.isKnown() || Files.exists(plain) || !Files.exists(packed) ? plain : packed;
    }

    /**
     * Name and SHA-256 of each file of the source, which enter the cache key. Files with a known hash are not read for
     * this, since no other file would be accepted.
     *
     * @throws UncheckedIOException if a file that has to be read is missing or invalid
     */
    public Map<String, String> inputs(DataSource source) {
        if (source.kind() == DataSource.Kind.OWN) {
            return images(source).inputs();
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        source.files().forEach(file -> inputs.put(file.name(), file.sha256()));
        return Collections.unmodifiableMap(inputs);
    }

    /**
     * Training and test points, see {@link Split}.
     *
     * @param trainSize at least 1
     * @param testSize at least 0
     * @param dimension of generated points; 0 for images
     * @throws UncheckedIOException with a one-line message that names the file, if it is missing or invalid
     */
    public Split split(
            DataSource source, Task task, int trainSize, int testSize, TestDraw draw, int dimension, Streams streams) {
        task.check(source);
        int length = source.inputDimension(dimension);
        if (!source.isDrawn()) {
            return images(source).split(task, trainSize, testSize, draw, streams);
        }
        int largest = GaussianPoints.largest(length);
        checkDrawn("trainSize", trainSize, 1, largest);
        checkDrawn("testSize", testSize, 0, largest);
        return new Split(
                GaussianPoints.draw(source, task, trainSize, length, streams.at(TRAIN_STREAM)),
                GaussianPoints.draw(source, task, testSize, length, draw.stream(streams)));
    }

    /**
     * Training and test images of all classes, see {@link ClassSplit}.
     *
     * @throws IllegalArgumentException if the source is generated, or has fewer images
     * @throws UncheckedIOException with a one-line message that names the file, if it is missing or invalid
     */
    public ClassSplit classes(DataSource source, int trainSize, int testSize, Streams streams) {
        if (source.isDrawn()) {
            throw new IllegalArgumentException("dataset must hold images, got " + source);
        }
        return images(source).classes(trainSize, testSize, streams);
    }

    /**
     * Training images of all classes with pixels scaled to [−1, 1]: −1 for pixel value 0, 1 for the largest in the set.
     * They are the images of {@link #classes} without test images.
     *
     * @throws IllegalArgumentException if the source is generated, or has fewer images
     * @throws UncheckedIOException with a one-line message that names the file, if it is missing or invalid
     */
    public ClassPoints pictures(DataSource source, int trainSize, Streams streams) {
        if (source.isDrawn()) {
            throw new IllegalArgumentException("dataset must hold images, got " + source);
        }
        return images(source).pictures(trainSize, streams);
    }

    private static void checkDrawn(String name, int size, int least, int most) {
        if (size < least || size > most) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", " + most + "], got " + size);
        }
    }

    /**
     * A user's points, read once as long as the file does not change: {@link PointSet#read}.
     *
     * @throws UncheckedIOException with a one-line message that names the file, if it is missing
     */
    public PointSet points(Path file, List<String> columns, Optional<String> label) {
        File now = file.toFile();
        return points.computeIfAbsent(
                List.of(file.toAbsolutePath(), now.lastModified(), now.length(), columns, label), key -> {
                    try {
                        return PointSet.read(file, columns, label);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    Images images(DataSource source) {
        return loaded.computeIfAbsent(source, s -> {
            try {
                return load(s);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Images load(DataSource source) throws IOException {
        List<FileBytes> files = new ArrayList<>();
        Map<String, String> inputs = new LinkedHashMap<>();
        for (DataFile known : source.files()) {
            FileBytes file = read(source, known);
            try {
                file.verify(known);
            } catch (IOException e) {
                boolean fetched = source.kind() == DataSource.Kind.FETCHED;
                throw fetched ? new IOException(e.getMessage() + "; " + remedy(source), e) : e;
            }
            files.add(file);
            inputs.put(known.name(), known.isKnown() ? known.sha256() : file.sha256());
        }
        List<Images.Part> parts = new ArrayList<>();
        int[] shape = source.shape();
        switch (source) {
            case DIGITS -> parts.add(DigitsCsv.read(files.get(0), source.size(), source.classes()));
            case CIFAR10 -> {
                for (FileBytes file : files) {
                    parts.add(Images.Part.cifar(file, source.size()));
                }
            }
            case FASHION_TEST_14 ->
                parts.add(Idx.images(files.get(0), files.get(1), 2 * shape[0], 2 * shape[1])
                        .halved(2 * shape[1]));
            default -> {
                for (int k = 0; k < files.size(); k += 2) {
                    parts.add(Idx.images(files.get(k), files.get(k + 1), shape[0], shape[1]));
                }
            }
        }
        return Images.pool(source, parts, Collections.unmodifiableMap(inputs));
    }

    private FileBytes read(DataSource source, DataFile known) throws IOException {
        if (source.kind() == DataSource.Kind.KIT) {
            return FileBytes.resource(resource(source, known));
        }
        Path path = path(source, known);
        if (!Files.exists(path)) {
            throw new IOException("dataset " + source + " is not there: " + path + " is missing; " + remedy(source));
        }
        return FileBytes.read(path);
    }
}
