package org.noisebook.papers.richlazy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.noisebook.data.Check;
import org.noisebook.data.MatrixFile;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.rng.Stream;

/**
 * A structure of the initial recurrent weights at a fixed norm.
 *
 * <p>W_0 = (g/√N) c R, where G holds independent N(0, 1), R is made from G by the recipe and c gives R the norm of G. G
 * is drawn first for every recipe, so equal streams share it and recipes can be compared in pairs; {@link Gaussian} has
 * R = G and c = 1. In configs: {@code gaussian}, {@code lowRank(rank=30)},
 * {@code dale(excitatoryShare=0.8, balanced=true)}.
 *
 * <p><b>Source</b>: Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie 2024 (ICLR, arXiv 2310.08513), sections 3, 6
 * and 10 of the project's notes on it. Gain, ranks (1, 30, 100, N; singular values cut) and the matched Frobenius norm are those of the
 * authors' code; Dale's law, blocks, chains, aligned starts and measured matrices are the paper's ideas, their recipes and parameters
 * ours; the matched largest s_1 is from the reviews.
 *
 * <p>At equal Frobenius norm a lower rank has a larger s_1, and a smaller and more variable spectral radius: the
 * dynamics at the start differ (ReLU networks turn unstable near gain √2), a confound. The second norm takes s_1 out of
 * it, not the radius.
 *
 * <p><b>Shapes</b>: row-major N × N, row i the weights into unit i and column j those out of unit j (h ← φ(W h + …)).
 * Products of batches, Z = H Wᵀ, take its transpose.
 *
 * <p><b>Error</b>: rounding; singular vectors and values by Commons Math, relative error of order N times the unit of
 * rounding. The same bits on every machine.
 *
 * <p><b>Cost</b>: 6 ns a weight, and for low rank one, for matched singular values two more singular value
 * decompositions (4 ms at N = 100, 0.2 s at N = 300, 1 s at N = 512).
 */
public sealed interface Connectivity {
    /** The norm that R shares with G. */
    enum Norm {
        /** The Frobenius norm √Σ s². */
        FROBENIUS,
        /** The largest singular value s_1. */
        LARGEST_SINGULAR_VALUE;

        double of(double[] matrix, int size) {
            return this == FROBENIUS
                    ? Matrices.frobenius(matrix)
                    : Matrices.decompose(matrix, size).getSingularValues()[0];
        }
    }

    /**
     * Checks that the recipe can fill a matrix of this size.
     *
     * @param size N
     * @param directions number of directions that {@link #draw} will be given
     * @throws IllegalArgumentException with name, value and bound, if not
     */
    default void check(int size, int directions) {}

    /** File name and SHA-256 of every file the recipe reads, for a study's {@code inputs}. */
    default List<String> inputs() {
        return List.of();
    }

    /**
     * The matrix R before its norm is matched.
     *
     * @param base G, row-major, not modified
     * @param size N
     * @param directions row-major, any number of rows of length N
     * @param stream after G was drawn from it
     */
    double[] shape(double[] base, int size, double[] directions, Stream stream);

    /**
     * Draws one matrix.
     *
     * @param size N
     * @param gain g
     * @param norm the norm that is matched
     * @param directions relevant directions in the space of units, row-major, such as the read-out [classes × N]; only
     *     {@link AlignedLowRank} uses them, and an empty array means none
     * @param stream at its beginning for a paired comparison
     * @throws IllegalArgumentException if the recipe does not fit the size or gives only zeros, which cannot be rescaled
     * @throws UncheckedIOException in one line that names the file, if one is missing or not sound
     */
    default double[] draw(int size, double gain, Norm norm, double[] directions, Stream stream) {
        check(size, directions.length / size);
        double[] base = new double[size * size];
        Arrays.setAll(base, k -> stream.nextGaussian());
        double[] shaped = shape(base, size, directions, stream);
        double scale = gain / StrictMath.sqrt(size);
        if (!Arrays.equals(base, shaped)) {
            // Divided by its largest element first, a matrix of any size has norms that neither overflow nor vanish.
            double largest = Matrices.largestElement(shaped);
            if (largest == 0) {
                throw new IllegalArgumentException("connectivity must not be zero everywhere, got " + this);
            }
            Arrays.setAll(shaped, k -> shaped[k] / largest);
            scale *= norm.of(base, size) / norm.of(shaped, size);
        }
        for (int k = 0; k < shaped.length; k++) {
            shaped[k] *= scale;
        }
        return shaped;
    }

    /** R = G: independent weights, the authors' start of full rank. */
    record Gaussian() implements Connectivity {
        @Override
        public double[] shape(double[] base, int size, double[] directions, Stream stream) {
            return base.clone();
        }
    }

    /** R = Σ_{i ≤ r} s_i u_i v_iᵀ, the first r singular triplets of G: the authors' low-rank start; rank N is {@link Gaussian} to the bit. */
    record LowRank(
            @Parameter(range = "[1, 16384]", symbol = "r", value = "rank")
            int rank) implements Connectivity {
        @Override
        public void check(int size, int directions) {
            Check.inRange("rank", rank, 1, "size", size);
        }

        @Override
        public double[] shape(double[] base, int size, double[] directions, Stream stream) {
            return rank == size ? base.clone() : Matrices.truncate(base, size, rank);
        }
    }

    /**
     * R_ij = ±|G_ij| with one sign for all weights out of a unit: Dale's law.
     *
     * <p>The first round(excitatoryShare N) units are excitatory. Balance multiplies the inhibitory columns by the
     * ratio of the two numbers of units, so that rows have mean zero. Nothing keeps the signs in training.
     *
     * <p>By its singular values a balanced matrix has nearly rank one; by its eigenvalues it resembles a Gaussian one,
     * because its mean is nilpotent.
     */
    record Dale(
            @Parameter(standard = "0.8", range = "(0, 1)", value = "share of excitatory units")
            double excitatoryShare,

            @Parameter(standard = "true", value = "whether stronger inhibition compensates for fewer inhibitory units")
            boolean balanced)
            implements Connectivity {
        private int excitatory(int size) {
            return (int) Math.rint(excitatoryShare * size);
        }

        @Override
        public void check(int size, int directions) {
            if (excitatory(size) < 1 || excitatory(size) >= size) {
                throw new IllegalArgumentException("excitatoryShare must leave a unit of each kind among size=" + size
                        + ", got " + Numbers.format(excitatoryShare));
            }
        }

        @Override
        public double[] shape(double[] base, int size, double[] directions, Stream stream) {
            int excitatory = excitatory(size);
            double inhibition = balanced ? (double) excitatory / (size - excitatory) : 1;
            double[] shaped = new double[base.length];
            Arrays.setAll(shaped, k -> Math.abs(base[k]) * (k % size < excitatory ? 1 : -inhibition));
            return shaped;
        }
    }

    /**
     * R_ij = S_ab G_ij + M_ab/√N for units i of group a and j of group b: cell types, as in a stochastic block
     * model.
     *
     * <p>Groups are contiguous and as equal in size as N allows. M and S take one value within a group and one between
     * two. Two groups with means ±m and S = 1 add m z zᵀ/√N with z = ±1: one eigenvalue near m g above a disc of radius
     * g. The defaults are the two-block row of the table in {@link EffectiveRanks}.
     */
    record Block(
            @Parameter(standard = "2", range = "[1, 16384]", value = "groups")
            int groups,

            @Parameter(standard = "4", range = "[-1000000, 1000000]", value = "mean within a group")
            double meanWithin,

            @Parameter(standard = "-4", range = "[-1000000, 1000000]", value = "mean between groups")
            double meanBetween,

            @Parameter(standard = "1", range = "[0, 1000000]", value = "standard deviation within a group")
            double stdDevWithin,

            @Parameter(standard = "1", range = "[0, 1000000]", value = "standard deviation between groups")
            double stdDevBetween)
            implements Connectivity {
        @Override
        public void check(int size, int directions) {
            Check.inRange("groups", groups, 1, "size", size);
        }

        @Override
        public double[] shape(double[] base, int size, double[] directions, Stream stream) {
            double root = StrictMath.sqrt(size);
            double[] shaped = new double[base.length];
            Arrays.setAll(shaped, k -> {
                boolean within = (long) (k / size) * groups / size == (long) (k % size) * groups / size;
                double mean = (within ? meanWithin : meanBetween) / root;
                return mean + (within ? stdDevWithin : stdDevBetween) * base[k];
            });
            return shaped;
        }
    }

    /**
     * R = G + k u vᵀ/√N with normal u and v of correlation ρ: an excess of chains i → j → k.
     *
     * <p>A unit that receives much (u) also sends much (v). The expected number of two-step chains exceeds a Gaussian
     * matrix's, and one eigenvalue lies near k ρ g, above a disc of radius g where k ρ &gt; 1. The default is the chain row of the
     * table in {@link EffectiveRanks}.
     */
    record Chain(
            @Parameter(standard = "3", range = "[0, 1000000]", symbol = "k", value = "strength")
            double strength,

            @Parameter(
                    standard = "0.8",
                    range = "[-1, 1]",
                    symbol = "ρ",
                    value = "correlation of a unit's in-strength and out-strength, above 0 for more chains")
            double correlation)
            implements Connectivity {
        @Override
        public double[] shape(double[] base, int size, double[] directions, Stream stream) {
            double rest = StrictMath.sqrt((1 - correlation) * (1 + correlation));
            double[] in = new double[size];
            double[] out = new double[size];
            for (int i = 0; i < size; i++) {
                in[i] = stream.nextGaussian();
                out[i] = correlation * in[i] + rest * stream.nextGaussian();
            }
            double factor = strength / StrictMath.sqrt(size);
            double[] shaped = new double[base.length];
            Arrays.setAll(shaped, k -> base[k] + factor * in[k / size] * out[k % size]);
            return shaped;
        }
    }

    /**
     * R = G V Vᵀ with r orthonormal columns v_j = √q d_j + √(1−q) e_j: a low rank whose row space is the relevant one.
     *
     * <p>d_1 … d_r are the leading right singular vectors of the directions given to {@link #draw}, such as the
     * read-out's rows; e_j are random, orthonormal and orthogonal to all directions. At q = 1 the row space is
     * relevant only: the aligned low-rank start that may be lazy (the paper's Proposition 1 and Figure 3). At q = 0
     * none of it is. If a common shift of all classes does not matter, there is one relevant direction fewer than
     * classes: pass rows with their mean removed. For q &lt; 1 there must be r more dimensions than directions.
     */
    record AlignedLowRank(
            @Parameter(range = "[1, 16384]", symbol = "r", value = "rank")
            int rank,

            @Parameter(
                    range = "[0, 1]",
                    symbol = "q",
                    value = "share of each row-space direction inside the relevant ones")
            double alignment)
            implements Connectivity {
        @Override
        public void check(int size, int directions) {
            Check.inRange("rank", rank, 1, "size", size);
            Check.inRange("rank", rank, 1, "directions", directions);
            if (alignment < 1) {
                Check.inRange("rank", rank, 1, "size - directions", size - (long) directions);
            }
        }

        @Override
        public double[] shape(double[] base, int size, double[] directions, Stream stream) {
            double[][] relevant = Matrices.rowSpace(directions, size);
            Check.inRange("rank", rank, 1, "independent directions", relevant.length);
            double[][] rows = Arrays.copyOf(relevant, rank);
            if (alignment < 1) {
                double[][] other = Matrices.orthogonalTo(relevant, rank, size, stream);
                double inside = StrictMath.sqrt(alignment);
                double outside = StrictMath.sqrt(1 - alignment);
                for (int j = 0; j < rank; j++) {
                    double[] d = rows[j];
                    double[] e = other[j];
                    rows[j] = new double[size];
                    Arrays.setAll(rows[j], i -> inside * d[i] + outside * e[i]);
                }
            }
            return Matrices.projectRows(base, size, rows);
        }
    }

    /** The matrix R from a file, N × N as {@link MatrixFile} reads it: measured connectivity, of which only the norm is changed. */
    record FromFile(
            @Parameter("a .npy or CSV file, relative to the working folder")
            String path) implements Connectivity {
        /** Rejects an empty name. */
        public FromFile {
            if (path.isBlank()) {
                throw new IllegalArgumentException("path must name a file, got '" + path + "'");
            }
        }

        @Override
        public List<String> inputs() {
            try {
                Path file = Path.of(path);
                return List.of(file.getFileName() + " " + MatrixFile.sha256(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }

        @Override
        public double[] shape(double[] base, int size, double[] directions, Stream stream) {
            MatrixFile matrix;
            try {
                matrix = MatrixFile.read(Path.of(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
            if (matrix.rows() != size || matrix.columns() != size) {
                throw new IllegalArgumentException("path must name a matrix of size × size with size=" + size + ", got "
                        + matrix.rows() + " × " + matrix.columns() + " in " + path);
            }
            return matrix.values();
        }
    }
}
