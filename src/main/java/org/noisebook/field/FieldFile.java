package org.noisebook.field;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * The file format of a trained field: a gzipped text that describes it, an empty line, and the numbers.
 *
 * <p>The text consists of {@link #title}, how the training ended, and the SHA-256 of the numbers. The numbers are
 * big-endian: mean and variance of base and target, the loss history, then the weights in float32, first all highest
 * bytes, then all second bytes and so on, which compresses better.
 */
final class FieldFile {
    private static final int LARGEST = 1 << 28;

    private FieldFile() {}

    /** Everything that determines the numbers of a field, one item per line. */
    static String title(FieldConfig config, Streams streams) {
        TreeSet<String> fixed = new TreeSet<>(streams.fixed());
        fixed.retainAll(FieldTraining.STREAMS);
        TreeMap<String, Integer> pinned = new TreeMap<>(streams.pinned());
        pinned.keySet().retainAll(FieldTraining.STREAMS);
        return "noisebook field " + FieldTraining.VERSION
                + "\nconfig: " + Schema.of(config).format(config)
                + "\nseed: " + streams.rootSeed()
                + "\nreplica: " + streams.replica()
                + "\nfixed: " + String.join(" ", fixed)
                + (pinned.isEmpty() ? "" : "\npinned: " + pinned)
                + "\ninputs: " + String.join(", ", config.files())
                + "\n";
    }

    /** The name of a file: the SHA-256 of the title. */
    static String name(String title) {
        return Streams.sha256(title.getBytes(StandardCharsets.UTF_8)) + ".field";
    }

    static byte[] pack(String title, FieldNet net) {
        return pack(title, net, Streams.sha256(numbers(net)));
    }

    static byte[] pack(String title, FieldNet net, String sha256) {
        String text = title + ending(net.stopReason(), sha256) + "\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new BestGzip(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.write(numbers(net));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String ending(StopReason reason, String sha256) {
        return "end: " + reason.name().toLowerCase(Locale.ROOT) + "\nsha256: " + sha256 + "\n";
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /** The numbers of a field, which are the same wherever it is trained; their compressed form may differ. */
    static byte[] numbers(FieldNet net) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, net.start());
            write(out, net.end());
            double[] loss = net.loss();
            out.writeInt(loss.length);
            for (double value : loss) {
                out.writeDouble(value);
            }
            double[] weights = net.weights();
            out.writeInt(weights.length);
            for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                for (double weight : weights) {
                    out.write(Float.floatToIntBits((float) weight) >>> shift);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Scaling.Moments moments) throws IOException {
        double[] mean = moments.mean();
        out.writeInt(mean.length);
        for (double value : mean) {
            out.writeDouble(value);
        }
        out.writeDouble(moments.variance());
    }

    /**
     * Unpacks a field.
     *
     * @param name of the file, for messages
     * @param title that the file must have
     * @throws IOException with a one-line message, if it holds another field or is invalid
     */
    static FieldNet unpack(String name, byte[] packed, FieldConfig config, String title) throws IOException {
        byte[] bytes;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            bytes = in.readNBytes(LARGEST);
        } catch (IOException e) {
            throw new IOException(name + ": expected a sound gzip file, found: " + e.getMessage(), e);
        }
        int end = 1;
        while (end < bytes.length && !(bytes[end - 1] == '\n' && bytes[end] == '\n')) {
            end++;
        }
        String text = new String(bytes, 0, Math.min(end, bytes.length), StandardCharsets.UTF_8);
        if (!text.startsWith(title)) {
            throw new IOException(name + ": expected another field, found "
                    + text.lines().limit(2).reduce((a, b) -> a + ", " + b).orElse("nothing"));
        }
        String rest = text.substring(title.length());
        byte[] numbers = Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length);
        for (StopReason reason : StopReason.values()) {
            if (rest.equals(ending(reason, Streams.sha256(numbers)))) {
                return read(name, numbers, config, reason);
            }
        }
        throw new IOException(name + ": expected the SHA-256 that it names, found " + Streams.sha256(numbers));
    }

    private static FieldNet read(String name, byte[] numbers, FieldConfig config, StopReason reason)
            throws IOException {
        ByteBuffer in = ByteBuffer.wrap(numbers);
        try {
            Scaling.Moments start = moments(in);
            Scaling.Moments end = moments(in);
            double[] loss = doubles(in);
            int count = in.getInt();
            int[] bits = new int[count];
            for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
                for (int i = 0; i < count; i++) {
                    bits[i] |= (in.get() & 0xFF) << shift;
                }
            }
            double[] weights = new double[count];
            for (int i = 0; i < count; i++) {
                weights[i] = Float.intBitsToFloat(bits[i]);
            }
            return new FieldNet(config, start, end, weights, reason, loss);
        } catch (BufferUnderflowException e) {
            throw new IOException(name + ": expected more numbers", e);
        }
    }

    private static Scaling.Moments moments(ByteBuffer in) {
        return new Scaling.Moments(doubles(in), in.getDouble());
    }

    private static double[] doubles(ByteBuffer in) {
        double[] values = new double[in.getInt()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getDouble();
        }
        return values;
    }
}
