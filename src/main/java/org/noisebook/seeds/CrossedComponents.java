package org.noisebook.seeds;

import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;

/**
 * Variance components of a balanced table of two or more crossed random factors, such as initialisation × data order × data.
 *
 * <p>Y = μ + Σ_A effect_A over all sets A of factors; V_A = Σ_{B ⊇ A} (−1)^{|B∖A|} MS_B / n_A, n_A observations for
 * each level of A: for three factors V_A = (MS_A − MS_AB − MS_AD + MS_E)/(JK). Tests divide the sum of mean squares
 * with positive sign by that with negative sign (an exact F for two factors; for three, (MS_A + MS_E)/(MS_AB + MS_AD)
 * with the degrees of Satterthwaite 1946, doi:10.2307/3002019).
 *
 * <p>Intervals are generalised (fiducial) ones: each MS is replaced by SS/χ², with χ² drawn for its degrees of freedom
 * (Weerahandi 1993, doi:10.1080/01621459.1993.10476355; Hannig, Iyer and Patterson 2006,
 * doi:10.1198/016214505000000736). The interval of a variance includes negative values; that of a share counts them as
 * 0. The {@code stdError} of a variance is √(Σ 2 MS²/degrees) over its mean squares, divided by n_A.
 *
 * <p><b>Shapes</b>: components are single factors, pairs and so on in the order of the factors; the last is {@code
 * rest} (the highest interaction and everything not determined by a factor), or with replicates {@code error}, which is
 * not part of any total share. <b>Special cases</b>: constant data give variances 0 and NaN shares and tests; a factor
 * without any effect gives exactly 0; fewer than two levels, or a missing or infinite value, throw an exception that
 * names the factor or cell.
 *
 * <p><b>Error</b>: the variance of a source with few levels is poorly determined by any number of runs: its relative
 * error is at least about √(2/(levels − 1)). <b>Cost</b>: 2^factors passes over the table, and 2000 draws.
 *
 * @param mean grand mean
 * @param components one component per source
 * @param total sum of the variances, negative ones counted as 0
 */
public record CrossedComponents(double mean, List<Component> components, double total) {
    static final int DRAWS = 2000;

    public CrossedComponents {
        components = List.copyOf(components);
    }

    /**
     * The components for one observation per cell.
     *
     * @param factors names of the factors
     * @param levels number of levels of each factor
     * @param y row-major, the first factor varying slowest
     * @param stream source of the draws for the intervals
     */
    public static CrossedComponents of(List<String> factors, int[] levels, double[] y, Stream stream) {
        return of(factors, levels, 1, y, stream);
    }

    /**
     * The components for several observations per cell, with replicates varying fastest in y.
     *
     * @param replicates number of observations of each cell
     */
    public static CrossedComponents of(List<String> factors, int[] levels, int replicates, double[] y, Stream stream) {
        BalancedAnova anova = BalancedAnova.of(factors, levels, replicates, y);
        return of(anova, anova.draws(DRAWS, stream));
    }

    static CrossedComponents of(BalancedAnova anova, VarianceDraws draws) {
        return new CrossedComponents(
                anova.mean,
                IntStream.range(0, anova.sources.length)
                        .mapToObj(i -> anova.component(i, draws))
                        .toList(),
                draws.total());
    }

    /**
     * The component of one source.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public Component component(String name) {
        return components.stream()
                .filter(component -> component.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("component must be one of "
                        + components.stream().map(Component::name).toList() + ", got '" + name + "'"));
    }
}
