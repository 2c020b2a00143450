package org.noisebook.papers.masked;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.noisebook.data.KitText;
import org.noisebook.experiment.Parameter;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * A stationary Markov chain over a few symbols.
 *
 * <p>In configs: {@code toy(symbols=64, sharpness=1.5, seed=1)}, {@code letters}.
 */
public sealed interface Language permits Language.Toy, Language.Letters {
    /** The transition matrix P, whose rows are the probabilities of the next symbol. */
    double[][] transitions();

    /** File name and SHA-256 of the text it is fitted to. */
    default List<String> files() {
        return List.of();
    }

    private static double[][] shares(double[][] rows) {
        for (double[] row : rows) {
            double sum = Arrays.stream(row).sum();
            Arrays.setAll(row, j -> row[j] / sum);
        }
        return rows;
    }

    /**
     * Random transition probabilities P_ij ∝ exp(s g_ij) with g from N(0, 1), the same for all replicas.
     *
     * @param sharpness s; 0 makes all symbols equally likely
     */
    record Toy(
            @Parameter(standard = "64", range = "[2, 64]", value = "symbols")
            int symbols,

            @Parameter(standard = "1.5", range = "[0, 10]", value = "how different the symbols are")
            double sharpness,

            @Parameter(standard = "1", range = "[0, 1000000]", value = "seed of the probabilities")
            int seed)
            implements Language {
        @Override
        public double[][] transitions() {
            Stream stream = Streams.of(seed).at("language");
            double[][] rows = new double[symbols][symbols];
            for (double[] row : rows) {
                Arrays.setAll(row, j -> StrictMath.exp(sharpness * stream.nextGaussian()));
            }
            return shares(rows);
        }
    }

    /** Transitions between letters in five chapters of Moby-Dick: 26 letters and the space, counts of pairs plus one. */
    record Letters() implements Language {
        private static final int SYMBOLS = 27;

        @Override
        public List<String> files() {
            KitText text = KitText.mobyDick();
            return List.of(text.name() + " " + text.sha256());
        }

        @Override
        public double[][] transitions() {
            double[][] rows = new double[SYMBOLS][SYMBOLS];
            for (double[] row : rows) {
                Arrays.fill(row, 1);
            }
            int last = SYMBOLS - 1;
            for (int c :
                    KitText.mobyDick().text().toLowerCase(Locale.ROOT).chars().toArray()) {
                int symbol = c >= 'a' && c <= 'z' ? c - 'a' : SYMBOLS - 1;
                if (symbol != SYMBOLS - 1 || last != SYMBOLS - 1) {
                    rows[last][symbol]++;
                }
                last = symbol;
            }
            return shares(rows);
        }
    }
}
