package org.noisebook.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.rng.Streams;

/**
 * A user's points, standardised: z_j = (x_j − mean_j) / stdDev_j, with classes if a column names them.
 *
 * <p>Read from a table (see {@link TableFile}), a headerless CSV or {@code .npy} matrix, an {@code .npz} archive, an IDX
 * file, or a folder of PNG pictures. Pictures are scaled from [0, 255] to [−1, 1] instead. If log p(z) is a density of
 * z, that of x is log p(z) − Σ log stdDev_j.
 *
 * <p><b>Shapes</b>: arrays are coordinate-major, {@code x[j][k]}; stored as float32. <b>Special cases</b>: text, holes,
 * infinities, a constant column and fewer than 2 rows are refused in one line that says where and what to do.
 */
public final class PointSet {
    /** Largest number of classes. */
    public static final int MOST_CLASSES = Byte.MAX_VALUE;

    private static final double LARGEST = 1e100;
    private static final int MOST_COLUMNS = 4096;
    private static final long MOST_VALUES = 1L << 29;
    /** Memory that a text file takes while it is read, in multiples of its size. */
    private static final double TEXT_MEMORY = 7;

    private static final double GIGABYTE = 1e9;
    private static final double HALF_GREY = 127.5;
    private static final int FIRST_LINE = 1 << 16;

    private final List<String> names;
    private final List<String> classNames;
    private final double[] mean;
    private final double[] stdDev;
    private final ClassPoints points;
    private final int height;
    private final List<String> notes;

    private PointSet(
            List<String> names,
            List<String> classNames,
            double[] mean,
            double[] stdDev,
            ClassPoints points,
            int height,
            List<String> notes) {
        this.names = List.copyOf(names);
        this.classNames = List.copyOf(classNames);
        this.mean = mean;
        this.stdDev = stdDev;
        this.points = points;
        this.height = height;
        this.notes = List.copyOf(notes);
    }

    /** Points as read, before they are standardised. */
    private static final class Raw {
        private List<String> names = List.of();
        private double[][] x;
        private int height;
        private List<String> classNames = List.of();
        private int[] label = new int[0];
        private final List<String> notes = new ArrayList<>();
    }

    /** Points in memory, named x1, x2, …; {@code x[j][k]} is coordinate j of point k. */
    public static PointSet of(double[]... x) {
        Raw raw = new Raw();
        raw.x = x;
        return standardised("the points", raw);
    }

    /** All numeric columns of a file, without classes. */
    public static PointSet read(Path file) throws IOException {
        return read(file, List.of(), Optional.empty());
    }

    /**
     * Reads a file or a folder of pictures.
     *
     * @param columns names, or numbers from 1 of columns without names; all numeric ones if empty; of an archive one array
     * @param label column of the classes; of an archive an array, of an IDX file another such file, of a folder of
     *     pictures {@code folder}
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException with a one-line message that says what to do, if it holds no such points
     */
    public static PointSet read(Path file, List<String> columns, Optional<String> label) throws IOException {
        return standardised(file.toString(), raw(file, columns, label));
    }

    /**
     * The numbers of a file with the columns of another, x[j][k], in its own units; constant columns and one row are
     * allowed.
     *
     * @param names of the columns; those of a file without names are taken in order
     */
    public static double[][] values(Path file, List<String> names) throws IOException {
        boolean named =
                !Files.isDirectory(file) && file.toString().matches("(?i).*\\.(csv|tsv|txt|jsonl?)") && !headless(file);
        Raw raw = raw(file, named ? names : List.of(), Optional.empty());
        if (raw.x.length != names.size()) {
            throw new IllegalArgumentException(file + ": expected " + names.size() + " columns, got " + raw.x.length);
        }
        checkFinite(file.toString(), raw);
        return raw.x;
    }

    private static Raw raw(Path file, List<String> columns, Optional<String> label) throws IOException {
        String name = file.toString();
        Raw raw;
        if (Files.isDirectory(file)) {
            List<Path> pictures = pictures(file);
            raw = pictures.isEmpty() ? table(file, columns, label) : folder(file, pictures, columns, label);
        } else {
            byte[] start;
            try (InputStream in = FileBytes.stream(file)) {
                start = in.readNBytes(4);
            }
            String lower = name.toLowerCase(Locale.ROOT);
            boolean idx = start.length == 4 && start[0] == 0 && start[1] == 0 && start[2] == 8
                    || lower.matches(".*(idx\\d-ubyte)(\\.gz)?");
            boolean zip = start.length > 1 && start[0] == 'P' && start[1] == 'K';
            if (idx) {
                raw = idx(file, columns, label);
            } else if (zip && lower.endsWith(".npz") || start.length > 1 && start[0] == (byte) 0x93) {
                raw = arrays(file, columns, label);
            } else if (zip) {
                throw new IllegalArgumentException(name + " is a workbook or archive: save it as CSV or .npz");
            } else {
                double needed = TEXT_MEMORY * Files.size(file);
                if (needed > Runtime.getRuntime().maxMemory()) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "%s needs about %.1f GB of memory as text, more than the %.1f GB there are: save it as .npy"
                                    + " (numpy.save), or set NOISEBOOK_JAVA_OPTS=-Xmx%.0fg",
                            name,
                            needed / GIGABYTE,
                            Runtime.getRuntime().maxMemory() / GIGABYTE,
                            Math.ceil(1.3 * needed / GIGABYTE)));
                }
                raw = headless(file) ? matrix(file, columns, label) : table(file, columns, label);
            }
        }
        return raw;
    }

    private static void checkFinite(String file, Raw raw) {
        for (int j = 0; j < raw.x.length; j++) {
            for (int i = 0; i < raw.x[j].length; i++) {
                if (!(Math.abs(raw.x[j][i]) <= LARGEST)) {
                    throw new IllegalArgumentException(file + ": row " + (i + 1) + ", column '"
                            + (raw.names.isEmpty() ? "x" + (j + 1) : raw.names.get(j)) + "' is " + raw.x[j][i]
                            + ": expected a number in [-1e100, 1e100]; delete the row or correct it");
                }
            }
        }
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(path -> path.toString().toLowerCase(Locale.ROOT).endsWith(".png"))
                    .sorted()
                    .toList();
        }
    }

    /** Whether the first line of a text holds numbers alone. */
    private static boolean headless(Path file) throws IOException {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(FileBytes.stream(file), StandardCharsets.ISO_8859_1))) {
            char[] start = new char[FIRST_LINE];
            int length = in.read(start);
            String first = length < 1
                    ? ""
                    : new String(start, 0, length).lines().findFirst().orElse("");
            return !first.isBlank()
                    && Arrays.stream(first.split(",", -1)).allMatch(cell -> Numbers.isDecimal(cell.strip()));
        }
    }

    private static Raw matrix(Path file, List<String> columns, Optional<String> label) throws IOException {
        MatrixFile matrix = MatrixFile.read(file);
        return matrix(
                file, NumberArray.of(new int[] {matrix.rows(), matrix.columns()}, matrix.values()), columns, label);
    }

    /** Chosen columns of a matrix, by their numbers from 1; arrays of more axes are pictures or rows of all they hold. */
    private static Raw matrix(Path file, NumberArray array, List<String> columns, Optional<String> label) {
        int[] shape = array.shape();
        if (shape.length < 2 || shape.length > 4) {
            throw new IllegalArgumentException(file + ": expected an array of rows and columns, got shape "
                    + Arrays.toString(shape) + ": reshape it to (rows, columns)");
        }
        int width = array.length() / Math.max(1, shape[0]);
        List<String> all =
                IntStream.rangeClosed(1, width).mapToObj(Integer::toString).toList();
        int[] chosen = chosen(file, all, columns, label);
        Raw raw = new Raw();
        raw.height = shape.length == 3 && columns.isEmpty() ? shape[1] : 0;
        raw.names = Arrays.stream(chosen).mapToObj(j -> "x" + (j + 1)).toList();
        raw.x = new double[chosen.length][shape[0]];
        for (int j = 0; j < chosen.length; j++) {
            for (int i = 0; i < shape[0]; i++) {
                raw.x[j][i] = array.at(i * width + chosen[j]);
            }
        }
        label.ifPresent(column -> classes(
                file,
                raw,
                IntStream.range(0, shape[0])
                        .mapToObj(i -> Numbers.brief(array.at(i * width + all.indexOf(column)), 6))
                        .toList()));
        return raw;
    }

    private static Raw arrays(Path file, List<String> columns, Optional<String> label) throws IOException {
        Map<String, NumberArray> arrays = new LinkedHashMap<>(ArrayFile.read(file));
        if (arrays.size() == 1) {
            return matrix(file, arrays.values().iterator().next(), columns, label);
        }
        Optional<NumberArray> classes = label.map(name -> Optional.ofNullable(arrays.remove(name))
                .orElseThrow(() -> NearestNames.unknown("array", name, arrays.keySet(), file + " has these")));
        List<String> left = arrays.keySet().stream()
                .filter(name -> columns.isEmpty() || columns.contains(name))
                .toList();
        if (left.size() != 1) {
            throw new IllegalArgumentException(file + " holds " + arrays.size()
                    + " arrays: choose one with --columns from " + TableFile.named(List.copyOf(arrays.keySet())));
        }
        Raw raw = matrix(file, arrays.get(left.get(0)), List.of(), Optional.empty());
        classes.ifPresent(array -> classes(
                file,
                raw,
                Arrays.stream(array.values())
                        .mapToObj(value -> Numbers.brief(value, 6))
                        .toList()));
        return raw;
    }

    private static Raw idx(Path file, List<String> columns, Optional<String> label) throws IOException {
        Raw raw = matrix(file, Idx.any(FileBytes.read(file)), columns, Optional.empty());
        if (label.isPresent()) {
            classes(
                    file,
                    raw,
                    Arrays.stream(Idx.any(FileBytes.read(Path.of(label.get()))).values())
                            .mapToObj(value -> Numbers.brief(value, 6))
                            .toList());
        }
        return raw;
    }

    private static Raw folder(Path folder, List<Path> pictures, List<String> columns, Optional<String> label)
            throws IOException {
        if (!columns.isEmpty() || label.isPresent() && !label.get().equals("folder")) {
            throw new IllegalArgumentException(folder
                    + " holds pictures: --columns does not apply, and --label must be 'folder' (of each picture)");
        }
        Raw raw = new Raw();
        for (int i = 0; i < pictures.size(); i++) {
            PngFile picture = PngFile.read(pictures.get(i));
            if (i == 0) {
                raw.height = picture.height();
                raw.x = new double[picture.pixels().length][pictures.size()];
            }
            if (picture.height() != raw.height || picture.pixels().length != raw.x.length) {
                throw new IllegalArgumentException(pictures.get(i) + ": expected " + raw.height + " × "
                        + raw.x.length / raw.height + " pixels as in "
                        + pictures.get(0).getFileName() + ", got "
                        + picture.height() + " × " + picture.width() + ": bring all pictures to one size");
            }
            for (int j = 0; j < raw.x.length; j++) {
                raw.x[j][i] = picture.pixels()[j] & 0xFF;
            }
        }
        if (label.isPresent()) {
            classes(
                    folder,
                    raw,
                    pictures.stream()
                            .map(path -> path.getParent().getFileName().toString())
                            .toList());
        }
        return raw;
    }

    private static Raw table(Path file, List<String> columns, Optional<String> label) throws IOException {
        TextTable table = TableFile.read(file, Optional.empty());
        List<String> given = columns;
        Raw raw = new Raw();
        raw.notes.addAll(table.notes());
        if (columns.isEmpty()) {
            List<String> texts = table.names().stream()
                    .filter(name -> !label.equals(Optional.of(name)))
                    .filter(name -> isText(table.text(0, table.column(name))))
                    .toList();
            given = table.names().stream()
                    .filter(name -> !texts.contains(name) && !label.equals(Optional.of(name)))
                    .toList();
            if (given.isEmpty()) {
                throw new IllegalArgumentException(
                        file + ": row 1, column '" + Echo.of(table.names().get(0))
                                + "': expected a number, got '" + Echo.of(table.text(0, 0))
                                + "': a table needs at least one column of numbers, columns separated by commas");
            }
            if (!texts.isEmpty()) {
                raw.notes.add("Left out, since the first row holds text: " + TableFile.named(texts) + ".");
            }
        }
        int[] chosen = chosen(file, table.names(), given, label);
        raw.names = Arrays.stream(chosen).mapToObj(j -> table.names().get(j)).toList();
        raw.x = new double[chosen.length][table.rows()];
        for (int j = 0; j < chosen.length; j++) {
            for (int i = 0; i < table.rows(); i++) {
                double value = table.plain(i, chosen[j]);
                raw.x[j][i] = Double.isNaN(value) ? number(file, table, i, chosen[j]) : value;
            }
        }
        label.ifPresent(column -> {
            TextTable.Coded coded = table.coded(table.column(column), text -> text);
            raw.label = coded.code();
            raw.classNames = coded.names();
        });
        return raw;
    }

    private static boolean isText(String cell) {
        return !cell.isEmpty() && !Numbers.isDecimal(cell) && !cell.matches("(?i)[+-]?(nan|inf|infinity|na|null)");
    }

    private static double number(Path file, TextTable table, int row, int column) {
        String cell = table.text(row, column);
        if (Numbers.isDecimal(cell)) {
            return Double.parseDouble(cell);
        }
        String place = file + ": row " + (row + 1) + ", column '"
                + Echo.of(table.names().get(column)) + "'";
        throw new IllegalArgumentException(
                isText(cell)
                        ? place + ": expected a number, got '" + Echo.of(cell)
                                + "': correct it, or choose other columns with --columns"
                        : place + " is " + (cell.isEmpty() ? "empty" : Echo.of(cell))
                                + ": fill it in, delete the row, or choose other columns with --columns");
    }

    /** The places of chosen columns, all but the label if none is chosen. */
    private static int[] chosen(Path file, List<String> all, List<String> columns, Optional<String> label) {
        List<String> wanted = columns.isEmpty()
                ? all.stream().filter(name -> !label.equals(Optional.of(name))).toList()
                : columns;
        Stream.concat(wanted.stream(), label.stream()).forEach(name -> {
            if (!all.contains(name)) {
                throw new IllegalArgumentException(file + ": "
                        + NearestNames.unknown(
                                        "column", name, all.subList(0, Math.min(all.size(), 20)), "the file has these")
                                .getMessage());
            }
        });
        return wanted.stream().mapToInt(all::indexOf).toArray();
    }

    private static void classes(Path file, Raw raw, List<String> cells) {
        if (cells.size() != raw.x[0].length) {
            throw new IllegalArgumentException(
                    file + ": " + raw.x[0].length + " rows need as many labels, got " + cells.size());
        }
        raw.classNames = cells.stream().distinct().sorted().toList();
        raw.label = cells.stream().mapToInt(raw.classNames::indexOf).toArray();
    }

    private static PointSet standardised(String file, Raw raw) {
        int d = raw.x.length;
        int n = d == 0 ? 0 : raw.x[0].length;
        if (d == 0 || d > MOST_COLUMNS || (long) n * d > MOST_VALUES) {
            throw new IllegalArgumentException(file + ": expected 1 to " + MOST_COLUMNS + " columns and at most "
                    + MOST_VALUES + " numbers, got " + d + " columns of " + n + ": choose columns, or thin out rows");
        }
        if (n < 2) {
            throw new IllegalArgumentException(
                    file + " has " + n + " row" + (n == 1 ? "" : "s") + ": a density needs at least 20, better 1000");
        }
        if (raw.classNames.size() > MOST_CLASSES) {
            throw new IllegalArgumentException(file + ": the label has " + raw.classNames.size()
                    + " different values, at most " + MOST_CLASSES + ": choose a column of classes with --label");
        }
        List<String> names = raw.names.isEmpty()
                ? IntStream.rangeClosed(1, d).mapToObj(j -> "x" + j).toList()
                : raw.names;
        checkFinite(file, raw);
        double[] mean = new double[d];
        double[] stdDev = new double[d];
        float[] z = new float[n * d];
        for (int j = 0; j < d; j++) {
            for (int i = 0; i < n; i++) {
                mean[j] += (raw.x[j][i] - mean[j]) / (i + 1);
            }
            double squares = 0;
            for (double value : raw.x[j]) {
                squares += (value - mean[j]) * (value - mean[j]);
            }
            stdDev[j] = Math.sqrt(squares / n);
            if (raw.height > 0) {
                mean[j] = HALF_GREY;
                stdDev[j] = HALF_GREY;
            } else if (!(stdDev[j] > 1e-12 * Math.abs(mean[j])) || !(1 / stdDev[j] < LARGEST)) {
                throw new IllegalArgumentException(file + ": column '" + names.get(j) + "' is constant, "
                        + Numbers.brief(mean[j], 6) + " in all rows: leave it out with --columns");
            }
            for (int i = 0; i < n; i++) {
                z[i * d + j] = (float) ((raw.x[j][i] - mean[j]) / stdDev[j]);
            }
        }
        byte[] label = new byte[n];
        for (int i = 0; i < raw.label.length; i++) {
            label[i] = (byte) raw.label[i];
        }
        return new PointSet(
                names,
                raw.classNames,
                mean,
                stdDev,
                ClassPoints.own(d, Math.max(1, raw.classNames.size()), z, label),
                raw.height,
                raw.notes);
    }

    /** The rows at these places, with the same standardisation. */
    private PointSet rows(int[] places) {
        int d = dimension();
        float[] z = new float[places.length * d];
        byte[] label = new byte[places.length];
        for (int i = 0; i < places.length; i++) {
            for (int j = 0; j < d; j++) {
                z[i * d + j] = points.x(places[i], j);
            }
            label[i] = (byte) points.label(places[i]);
        }
        return new PointSet(
                names, classNames, mean, stdDev, ClassPoints.own(d, points.classes(), z, label), height, notes);
    }

    /**
     * Training and held-out rows, the latter by a hash of each row, so that equal rows stay on one side.
     *
     * @param heldOut wanted number of held-out rows; equal rows may add a few
     */
    public List<PointSet> split(int heldOut) {
        long[] hash = new long[rows()];
        for (int i = 0; i < hash.length; i++) {
            hash[i] = hash(i);
        }
        long[] sorted = hash.clone();
        Arrays.sort(sorted);
        long last = sorted[Math.min(rows() - 2, Math.max(0, heldOut - 1))];
        int[] train =
                IntStream.range(0, hash.length).filter(i -> hash[i] > last).toArray();
        int[] test =
                IntStream.range(0, hash.length).filter(i -> hash[i] <= last).toArray();
        if (train.length < 2) {
            throw new IllegalArgumentException("nearly all rows are equal: a density needs rows that differ");
        }
        return List.of(rows(train), rows(test));
    }

    /** The number of rows that repeat an earlier one. */
    public int duplicates() {
        long[] sorted =
                IntStream.range(0, rows()).mapToLong(this::hash).sorted().toArray();
        return (int) IntStream.range(1, sorted.length)
                .filter(i -> sorted[i] == sorted[i - 1])
                .count();
    }

    /** SplitMix64's finaliser over the coordinates. */
    private long hash(int row) {
        long state = 0x9E3779B97F4A7C15L;
        for (int j = 0; j < dimension(); j++) {
            state += Float.floatToIntBits(points.x(row, j)) + 0x9E3779B97F4A7C15L;
            state = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
            state = (state ^ state >>> 27) * 0x94D049BB133111EBL;
            state ^= state >>> 31;
        }
        return state;
    }

    public int rows() {
        return points.count();
    }

    public int dimension() {
        return points.dimension();
    }

    /** Names of the coordinates. */
    public List<String> names() {
        return names;
    }

    /** Names of the classes; empty without a label. */
    public List<String> classNames() {
        return classNames;
    }

    /** What a reader should know about how the file was read. */
    public List<String> notes() {
        return notes;
    }

    /** Height of a picture in pixels; 0 if the points are no pictures. */
    public int height() {
        return height;
    }

    /** The standardised points. */
    public ClassPoints points() {
        return points;
    }

    public double[] mean() {
        return mean.clone();
    }

    public double[] stdDev() {
        return stdDev.clone();
    }

    /** The first points in standardised coordinates, x[j][k]. */
    public double[][] standardised(int count) {
        double[][] z = new double[dimension()][Math.min(count, rows())];
        for (int j = 0; j < z.length; j++) {
            for (int k = 0; k < z[j].length; k++) {
                z[j][k] = points.x(k, j);
            }
        }
        return z;
    }

    /** Other points in this set's standardised coordinates. */
    public double[][] standardised(double[][] x) {
        double[][] z = new double[x.length][];
        for (int j = 0; j < x.length; j++) {
            double centre = mean[j];
            double scale = stdDev[j];
            z[j] = Arrays.stream(x[j]).map(value -> (value - centre) / scale).toArray();
        }
        return z;
    }

    /** SHA-256 of the standardised points, their classes and scales. */
    public String sha256() {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows() * (dimension() * Float.BYTES + 1) + 2 * Double.BYTES * mean.length);
        for (int i = 0; i < rows(); i++) {
            for (int j = 0; j < dimension(); j++) {
                bytes.putFloat(points.x(i, j));
            }
            bytes.put((byte) points.label(i));
        }
        for (int j = 0; j < mean.length; j++) {
            bytes.putDouble(mean[j]).putDouble(stdDev[j]);
        }
        return Streams.sha256(bytes.array());
    }
}
