package org.noisebook.rng;

/**
 * Draws uniform subsets of {0, …, size − 1} without replacement, a new one at each call, as the batches of SGD.
 *
 * <p>A subset of at most half the set is drawn index by index, redrawing repeats; a larger one is the complement of a
 * drawn subset. Drawing the whole set uses no random numbers.
 *
 * <p><b>Shapes</b>: subsets fill the first {@code count} entries of an {@code int[]}; order carries no meaning.
 * <b>Cost</b>: about 3 ns per index, {@code 4 * size} bytes for each sampler; a draw allocates nothing.
 */
public final class SubsetSampler {
    private final int size;
    private final Stream stream;
    private final int[] mark;
    private int round;

    /** A sampler of subsets of a set of {@code size} elements. */
    public SubsetSampler(int size, Stream stream) {
        if (size < 1) {
            throw new IllegalArgumentException("size must be in [1, 2147483647], got " + size);
        }
        this.size = size;
        this.stream = stream;
        this.mark = new int[size];
    }

    /** Fills the first {@code count} entries of {@code subset} with distinct uniform indices. */
    public void draw(int[] subset, int count) {
        if (count < 0 || count > size) {
            throw new IllegalArgumentException("count must be in [0, size=" + size + "], got " + count);
        }
        if (++round == 0) {
            java.util.Arrays.fill(mark, 0);
            round = 1;
        }
        boolean complement = count > size / 2;
        int drawn = complement ? size - count : count;
        for (int k = 0; k < drawn; k++) {
            int index = stream.nextIndex(size);
            while (mark[index] == round) {
                index = stream.nextIndex(size);
            }
            mark[index] = round;
            if (!complement) {
                subset[k] = index;
            }
        }
        if (complement) {
            int k = 0;
            for (int index = 0; index < size; index++) {
                if (mark[index] != round) {
                    subset[k++] = index;
                }
            }
        }
    }
}
