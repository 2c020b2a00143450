package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.rng.Streams;

/**
 * A user's points, standardised: z_j = (x_j − mean_j) / stdDev_j, with classes if a column names them.
 *
 * <p>Read from a table (see {@link TableFile}), a headerless CSV or {@code .npy} matrix, an {@code .npz} archive, an IDX
 * file, or a folder of PNG pictures. Pictures are scaled from [least or 0, greatest] to [−1, 1] instead. If log p(z) is a density of
 * z, that of x is log p(z) − Σ log stdDev_j.
 *
 * <p><b>Shapes</b>: arrays are coordinate-major, {@code x[j][k]}; stored as float32. <b>Special cases</b>: text, holes,
 * infinities, a constant column and fewer than 2 rows are refused in one line that says where and what to do.
 *
 * @param names of the coordinates
 * @param classNames of the classes; empty without a label
 * @param mean subtracted from each coordinate
 * @param stdDev by which it was divided then
 * @param points the standardised points
 * @param height of a picture in pixels; 0 if the points are no pictures
 * @param notes on how the file was read
 */
public record PointSet(
        List<String> names,
        List<String> classNames,
        Doubles mean,
        Doubles stdDev,
        ClassPoints points,
        int height,
        List<String> notes) {
    /** Largest number of classes. */
    public static final int MOST_CLASSES = Byte.MAX_VALUE;

    private static final double LARGEST = 1e100;
    private static final int MOST_COLUMNS = 4096;
    private static final long MOST_VALUES = 1L << 29;
    /** Memory that a text file takes while it is read, in multiples of its size. */
    private static final double TEXT_MEMORY = 7;

    private static final int FEW_PIXELS = 49;
    private static final double GIGABYTE = 1e9;
    private static final int FIRST_LINE = 1 << 16;

    /** Copies the lists. */
    public PointSet {
        names = List.copyOf(names);
        classNames = List.copyOf(classNames);
        notes = List.copyOf(notes);
    }

    /** A number of a file. */
    private interface Cell {
        double at(int row, int column);
    }

    /** A file as read; labels are null without classes. */
    private record Raw(
            String file,
            List<String> names,
            int rows,
            int height,
            Cell cell,
            IntFunction<String> labels,
            List<String> notes) {
        double value(int row, int column) {
            double value = cell.at(row, column);
            if (!(Math.abs(value) <= LARGEST)) {
                throw new IllegalArgumentException(place(file, row, names.get(column)) + " is " + value
                        + ": expected a number in [-1e100, 1e100]; delete the row or correct it");
            }
            return value;
        }
    }

    private enum Kind {
        TABLE,
        HEADLESS,
        ARRAYS,
        IDX,
        PICTURES
    }

    /** Points in memory, named x1, x2, …; {@code x[j][k]} is coordinate j of point k. */
    public static PointSet of(double[]... x) {
        int rows = x.length == 0 ? 0 : x[0].length;
        return standardised(new Raw("the points", numbered(x.length), rows, 0, (i, j) -> x[j][i], null, List.of()));
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
        return standardised(raw(file, kind(file), columns, label));
    }

    /** No points of a dimension. */
    public static ClassPoints none(int dimension, int classes) {
        return ClassPoints.own(dimension, Math.max(1, classes), new float[0], new byte[0]);
    }

    /** The numbers of a file with this set's columns, x[j][k], in its own units; any number of rows, also constant. */
    public double[][] values(Path file) throws IOException {
        Kind kind = kind(file);
        Raw raw = raw(file, kind, kind == Kind.TABLE ? names : List.of(), Optional.empty());
        if (raw.names.size() != dimension()) {
            throw new IllegalArgumentException(
                    file + ": expected " + dimension() + " columns, got " + raw.names.size());
        }
        double[][] x = new double[dimension()][raw.rows];
        for (int j = 0; j < x.length; j++) {
            int column = j;
            Arrays.setAll(x[j], i -> raw.value(i, column));
        }
        return x;
    }

    private static List<String> numbered(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(j -> "x" + j).toList();
    }

    private static String place(String file, int row, String column) {
        return file + ": row " + (row + 1) + ", column '" + Quoted.of(column) + "'";
    }

    private static Kind kind(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            if (!pictures(file).isEmpty()) {
                return Kind.PICTURES;
            }
            try (Stream<Path> files = Files.list(file)) {
                if (files.findAny().isEmpty()) {
                    throw new IllegalArgumentException(file + " is empty: give a table, or a folder of PNG pictures");
                }
            }
            return Kind.TABLE;
        }
        byte[] start;
        try (InputStream in = FileBytes.stream(file)) {
            start = in.readNBytes(FIRST_LINE);
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (text.startsWith("\0\0\b") || name.matches(".*idx\\d-ubyte(\\.gz)?")) {
            return Kind.IDX;
        }
        if (text.startsWith("\u0093") || text.startsWith("PK") && name.endsWith(".npz")) {
            return Kind.ARRAYS;
        }
        if (text.startsWith("PK") || text.startsWith("\u0089PNG")) {
            throw new IllegalArgumentException(file
                    + (text.startsWith("P")
                            ? " is a workbook or archive: save it as CSV or .npz"
                            : " is one picture: give the folder of all pictures"));
        }
        String first = text.lines().findFirst().orElse("");
        boolean numbers = Arrays.stream(first.split(",", -1)).allMatch(cell -> Numbers.isDecimal(cell.strip()));
        return numbers ? Kind.HEADLESS : Kind.TABLE;
    }

    private static Raw raw(Path file, Kind kind, List<String> columns, Optional<String> label) throws IOException {
        Map<String, NumberArray> arrays = new LinkedHashMap<>();
        switch (kind) {
            case PICTURES -> {
                return folder(file, columns, label);
            }
            case TABLE -> {
                checkMemory(file);
                return table(file, TableFile.read(file, Optional.empty()), columns, label);
            }
            case HEADLESS -> {
                checkMemory(file);
                MatrixFile matrix = MatrixFile.read(file);
                arrays.put("", NumberArray.of(new int[] {matrix.rows(), matrix.columns()}, matrix.values()));
            }
            case IDX -> {
                arrays.put("", Idx.any(FileBytes.read(file)));
                if (label.isPresent()) {
                    arrays.put(label.get(), Idx.any(FileBytes.read(Path.of(label.get()))));
                }
            }
            case ARRAYS -> arrays.putAll(ArrayFile.read(file));
        }
        if (arrays.size() == 1) {
            return matrix(file, arrays.values().iterator().next(), columns, label);
        }
        Set<String> all = new LinkedHashSet<>(arrays.keySet());
        NumberArray classes = label.map(arrays::remove).orElse(null);
        if (label.isPresent() && classes == null) {
            throw NearestNames.unknown("array", label.get(), all, file + " has " + NearestNames.listed(all));
        }
        if (!columns.isEmpty()) {
            arrays.keySet().retainAll(columns);
        }
        if (arrays.size() != 1) {
            throw new IllegalArgumentException(file + " holds " + all.size()
                    + " arrays: choose one with --columns, and the classes with --label, from "
                    + TableFile.named(List.copyOf(all)));
        }
        Raw raw = matrix(file, arrays.values().iterator().next(), List.of(), Optional.empty());
        if (classes != null && classes.length() != raw.rows) {
            throw new IllegalArgumentException(
                    file + ": " + raw.rows + " rows need as many labels, got " + classes.length());
        }
        return classes == null ? raw : labelled(raw, i -> Numbers.brief(classes.at(i), 6));
    }

    private static Raw labelled(Raw raw, IntFunction<String> labels) {
        return new Raw(raw.file, raw.names, raw.rows, raw.height, raw.cell, labels, raw.notes);
    }

    private static void checkMemory(Path file) throws IOException {
        double needed = TEXT_MEMORY * Files.size(file);
        long present = Runtime.getRuntime().maxMemory();
        if (needed > present) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s needs about %.1f GB of memory as text, more than the %.1f GB there are: save it as .npy"
                            + " (numpy.save), or set NOISEBOOK_JAVA_OPTS=-Xmx%.0fg",
                    file,
                    needed / GIGABYTE,
                    present / GIGABYTE,
                    Math.ceil(1.3 * needed / GIGABYTE)));
        }
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(path -> path.toString().toLowerCase(Locale.ROOT).endsWith(".png"))
                    .sorted()
                    .toList();
        }
    }

    /** Chosen columns of a matrix, by their numbers from 1; arrays of more axes are grey pictures or rows of all they hold. */
    private static Raw matrix(Path file, NumberArray array, List<String> columns, Optional<String> label) {
        int[] shape = array.shape();
        if (shape.length < 2 || shape.length > 4) {
            throw new IllegalArgumentException(file + ": expected an array of rows and columns, got shape "
                    + Arrays.toString(shape) + ": reshape it to (rows, columns)");
        }
        int width = array.columns();
        List<String> all =
                IntStream.rangeClosed(1, width).mapToObj(Integer::toString).toList();
        int[] chosen = chosen(file, all, columns, label);
        boolean grey = shape.length == 3 || shape.length == 4 && (shape[1] == 1 || shape[3] == 1);
        return new Raw(
                file.toString(),
                Arrays.stream(chosen).mapToObj(j -> "x" + (j + 1)).toList(),
                shape[0],
                !grey || !columns.isEmpty() ? 0 : shape.length == 4 && shape[1] == 1 ? shape[2] : shape[1],
                (i, j) -> array.at(i * width + chosen[j]),
                label.<IntFunction<String>>map(name -> {
                            int column = all.indexOf(name);
                            return i -> Numbers.brief(array.at(i * width + column), 6);
                        })
                        .orElse(null),
                List.of());
    }

    private static Raw folder(Path folder, List<String> columns, Optional<String> label) throws IOException {
        if (!columns.isEmpty() || label.isPresent() && !label.get().equals("folder")) {
            throw new IllegalArgumentException(folder
                    + " holds pictures: --columns does not apply, and --label must be 'folder' (of each picture)");
        }
        List<Path> paths = pictures(folder);
        List<PngFile> pictures = new ArrayList<>();
        for (Path path : paths) {
            PngFile picture = PngFile.read(path);
            pictures.add(picture);
            PngFile first = pictures.get(0);
            if (picture.height() != first.height() || picture.width() != first.width()) {
                throw new IllegalArgumentException(path + ": expected " + first.height() + " × " + first.width()
                        + " pixels as in " + paths.get(0).getFileName() + ", got " + picture.height() + " × "
                        + picture.width() + ": bring all pictures to one size");
            }
        }
        PngFile first = pictures.get(0);
        return new Raw(
                folder.toString(),
                numbered(first.pixels().length),
                pictures.size(),
                first.height(),
                (i, j) -> pictures.get(i).pixels()[j] & 0xFF,
                label.isEmpty()
                        ? null
                        : i -> paths.get(i).getParent().getFileName().toString(),
                List.of());
    }

    private static Raw table(Path file, TextTable table, List<String> columns, Optional<String> label) {
        List<String> notes = new ArrayList<>(table.notes());
        List<String> given = columns;
        if (columns.isEmpty()) {
            Map<Boolean, List<String>> isText = table.names().stream()
                    .filter(name -> !label.equals(Optional.of(name)))
                    .collect(Collectors.partitioningBy(name -> isText(cell(table, 0, table.column(name)))));
            given = isText.get(false);
            if (given.isEmpty()) {
                throw new IllegalArgumentException(
                        place(file.toString(), 0, table.names().get(0))
                                + ": expected a number, got '" + Quoted.of(table.text(0, 0))
                                + "': a table needs at least one column of numbers, columns separated by commas");
            }
            if (!isText.get(true).isEmpty()) {
                notes.add("Left out, since the first row holds text: " + TableFile.named(isText.get(true)) + ".");
            }
        }
        int[] chosen = chosen(file, table.names(), given, label);
        double[][] x = new double[chosen.length][table.rows()];
        for (int j = 0; j < chosen.length; j++) {
            for (int i = 0; i < table.rows(); i++) {
                double value = table.plain(i, chosen[j]);
                x[j][i] = Double.isNaN(value) ? number(file, table, i, chosen[j]) : value;
            }
        }
        return new Raw(
                file.toString(),
                given,
                table.rows(),
                0,
                (i, j) -> x[j][i],
                label.<IntFunction<String>>map(name -> i -> table.text(i, table.column(name)))
                        .orElse(null),
                notes);
    }

    private static String cell(TextTable table, int row, int column) {
        String cell = table.text(row, column);
        return table.hasDecimalCommas() ? cell.replace(',', '.') : cell;
    }

    private static boolean isText(String cell) {
        return !cell.isEmpty() && !Numbers.isDecimal(cell) && !cell.matches("(?i)[+-]?(nan|inf|infinity|na|null)");
    }

    private static double number(Path file, TextTable table, int row, int column) {
        String cell = cell(table, row, column);
        if (Numbers.isDecimal(cell)) {
            return Double.parseDouble(cell);
        }
        throw new IllegalArgumentException(
                place(file.toString(), row, table.names().get(column))
                        + (isText(cell)
                                ? ": expected a number, got '" + Quoted.of(cell)
                                        + "': correct it, or choose other columns with --columns"
                                : " is " + (cell.isEmpty() ? "empty" : Quoted.of(cell))
                                        + ": fill it in, delete the row, or choose other columns with --columns"));
    }

    /** The places of chosen columns, all but the label if none is chosen. */
    private static int[] chosen(Path file, List<String> all, List<String> columns, Optional<String> label) {
        Stream.concat(columns.stream(), label.stream()).forEach(name -> {
            if (!all.contains(name)) {
                throw NearestNames.unknown("column", name, all, file + " has " + NearestNames.listed(all));
            }
        });
        return (columns.isEmpty() ? all.stream().filter(name -> !label.equals(Optional.of(name))) : columns.stream())
                .mapToInt(all::indexOf)
                .toArray();
    }

    private static PointSet standardised(Raw raw) {
        String file = raw.file;
        int d = raw.names.size();
        int n = raw.rows;
        if (d == 0 || d > MOST_COLUMNS || (long) n * d > MOST_VALUES) {
            throw new IllegalArgumentException(file + ": expected 1 to " + MOST_COLUMNS + " columns and at most "
                    + MOST_VALUES + " numbers, got " + d + " columns of " + n + ": choose columns, or thin out rows");
        }
        if (n < 2) {
            throw new IllegalArgumentException(
                    file + " has " + n + " row" + (n == 1 ? "" : "s") + ": a density needs at least 20, better 1000");
        }
        byte[] label = new byte[n];
        List<String> classNames = classes(raw, label);
        double[] mean = new double[d];
        double[] stdDev = new double[d];
        double black = 0;
        double white = 0;
        for (int j = 0; j < d; j++) {
            for (int i = 0; i < n; i++) {
                double value = raw.value(i, j);
                mean[j] += (value - mean[j]) / (i + 1);
                black = Math.min(black, value);
                white = Math.max(white, value);
            }
            double squares = 0;
            for (int i = 0; i < n; i++) {
                double off = raw.cell.at(i, j) - mean[j];
                squares += off * off;
            }
            stdDev[j] = Math.sqrt(squares / n);
        }
        if (raw.height > 0) {
            Arrays.fill(mean, (black + white) / 2);
            Arrays.fill(stdDev, (white - black) / 2);
        }
        float[] z = new float[n * d];
        List<String> varying = IntStream.range(0, d)
                .filter(j -> stdDev[j] > 1e-12 * Math.abs(mean[j]))
                .mapToObj(raw.names::get)
                .toList();
        for (int j = 0; j < d; j++) {
            if (!(stdDev[j] > 1e-12 * Math.abs(mean[j])) || !(1 / stdDev[j] < LARGEST)) {
                throw new IllegalArgumentException(file
                        + (raw.height > 0
                                ? ": all pixels of all pictures are equal"
                                : ": column '" + raw.names.get(j) + "' is constant, " + Numbers.brief(mean[j], 6)
                                        + " in all rows: leave it out with --columns"
                                        + (varying.isEmpty() || varying.size() > 20
                                                ? ""
                                                : " " + String.join(",", varying))
                                        + (d < FEW_PIXELS
                                                ? ""
                                                : ", or give pictures the shape (rows, height, width)")));
            }
            for (int i = 0; i < n; i++) {
                z[i * d + j] = (float) ((raw.cell.at(i, j) - mean[j]) / stdDev[j]);
            }
        }
        ClassPoints points = ClassPoints.own(d, Math.max(1, classNames.size()), z, label);
        return new PointSet(raw.names, classNames, Doubles.of(mean), Doubles.of(stdDev), points, raw.height, raw.notes);
    }

    private static List<String> classes(Raw raw, byte[] label) {
        if (raw.labels == null) {
            return List.of();
        }
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < raw.rows; i++) {
            names.add(raw.labels.apply(i));
        }
        if (names.size() > MOST_CLASSES) {
            throw new IllegalArgumentException(raw.file + ": the label has " + names.size()
                    + " different values, at most " + MOST_CLASSES + ": choose a column of classes with --label");
        }
        List<String> sorted = List.copyOf(names);
        for (int i = 0; i < raw.rows; i++) {
            label[i] = (byte) sorted.indexOf(raw.labels.apply(i));
        }
        return sorted;
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

    /** The first points in standardised coordinates, x[j][k]. */
    public double[][] standardised(int count) {
        return points.columns(IntStream.range(0, Math.min(count, rows())).toArray());
    }

    /** Other points in this set's standardised coordinates. */
    public double[][] standardised(double[][] x) {
        return mapped(x, (j, value) -> (value - mean.get(j)) / stdDev.get(j));
    }

    /** Points in the units of the file. */
    public double[][] restored(double[]... z) {
        return mapped(z, (j, value) -> Math.fma(stdDev.get(j), value, mean.get(j)));
    }

    private interface Change {
        double of(int coordinate, double value);
    }

    private double[][] mapped(double[][] x, Change change) {
        if (x.length != dimension()) {
            throw new IllegalArgumentException("points must have dimension=" + dimension() + ", got " + x.length);
        }
        double[][] to = new double[x.length][x[0].length];
        for (int j = 0; j < x.length; j++) {
            for (int k = 0; k < to[j].length; k++) {
                to[j][k] = change.of(j, x[j][k]);
            }
        }
        return to;
    }

    /** SHA-256 of the standardised points, their classes and scales. */
    public String sha256() {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows() * (dimension() * Float.BYTES + 1) + 2 * Double.BYTES * dimension());
        for (int i = 0; i < rows(); i++) {
            for (int j = 0; j < dimension(); j++) {
                bytes.putFloat(points.x(i, j));
            }
            bytes.put((byte) points.label(i));
        }
        for (int j = 0; j < dimension(); j++) {
            bytes.putDouble(mean.get(j)).putDouble(stdDev.get(j));
        }
        return Streams.sha256(bytes.array());
    }
}
