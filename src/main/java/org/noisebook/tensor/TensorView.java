package org.noisebook.tensor;

import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An ND4J array read entry by entry, for those who must not know ND4J.
 *
 * <p>Without ND4J on the class path there is no such array, and asking for one starts no back end.
 */
public final class TensorView {
    private static final String ARRAY = "org.nd4j.linalg.api.ndarray.INDArray";

    private final Reader reader;

    private TensorView(Reader reader) {
        this.reader = reader;
    }

    /** The class of what can be viewed; empty without ND4J. */
    public static Optional<Class<?>> type() {
        try {
            return Optional.of(Class.forName(ARRAY, false, TensorView.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** The view of an ND4J array; empty for anything else. */
    public static Optional<TensorView> of(Object value) {
        return type().filter(type -> type.isInstance(value)).map(type -> new TensorView(new Reader(value)));
    }

    /** Whether the entries are numbers or truth values. */
    public boolean hasNumbers() {
        return reader.numbers();
    }

    /** The data type as ND4J names it, such as {@code FLOAT}. */
    public String dataType() {
        return reader.array.dataType().name();
    }

    /** Lengths of the axes; {0} for ND4J's array without shape or entries. */
    public long[] shape() {
        long[] shape = reader.array.shape().clone();
        return shape.length == 0 && reader.array.isEmpty() ? new long[1] : shape;
    }

    /**
     * An entry: {@code Long}, {@code Double} or {@code Boolean}; of narrow types the double that prints alike, 0.1 for the
     * float 0.1.
     *
     * @throws IllegalArgumentException if the array holds something else
     */
    public Object at(long... place) {
        if (!hasNumbers()) {
            throw new IllegalArgumentException("entries must be numbers, got " + dataType());
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
