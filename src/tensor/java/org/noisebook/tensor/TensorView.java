package org.noisebook.tensor;

import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.noisebook.data.ArrayView;

/**
 * An ND4J array read entry by entry.
 *
 * <p>Without ND4J on the class path there is no such array, and asking for one starts no backend.
 */
public final class TensorView implements ArrayView {
    private static final String ARRAY = "org.nd4j.linalg.api.ndarray.INDArray";

    private final Reader reader;

    private TensorView(Reader reader) {
        this.reader = reader;
    }

    /** Makes ND4J available as an {@link ArrayView.Library}. */
    public static final class Arrays implements ArrayView.Library {
        @Override
        public Optional<Class<?>> type() {
            try {
                return Optional.of(Class.forName(ARRAY, false, TensorView.class.getClassLoader()));
            } catch (ClassNotFoundException | LinkageError e) {
                return Optional.empty();
            }
        }

        @Override
        public ArrayView view(Object array) {
            return new TensorView(new Reader(array));
        }
    }

    @Override
    public boolean hasNumbers() {
        return reader.numbers();
    }

    @Override
    public String kind() {
        return "INDArray " + reader.array.dataType().name();
    }

    @Override
    public long[] shape() {
        long[] shape = reader.array.shape().clone();
        return shape.length == 0 && reader.array.isEmpty() ? new long[1] : shape;
    }

    @Override
    public Object at(long... place) {
        if (!hasNumbers()) {
            throw new IllegalArgumentException(
                    "entries must be numbers, got " + reader.array.dataType().name());
        }
        return reader.at(place);
    }

    /** The only class here that links to ND4J. */
    private static final class Reader {
        private final INDArray array;

        Reader(Object value) {
            array = (INDArray) value;
        }

        boolean numbers() {
            DataType type = array.dataType();
            return type.isFPType() || type.isIntType() || type == DataType.BOOL;
        }

        Object at(long... place) {
            DataType type = array.dataType();
            if (type.isIntType()) {
                return place.length == 0 ? array.getLong(0) : array.getLong(place);
            }
            double entry = place.length == 0 ? array.getDouble(0) : array.getDouble(place);
            if (type == DataType.BOOL) {
                return entry != 0;
            }
            return type == DataType.DOUBLE ? entry : Double.parseDouble(Float.toString((float) entry));
        }
    }
}
