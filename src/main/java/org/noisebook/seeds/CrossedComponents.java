package org.noisebook.seeds;

import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;

/**
 * Variance components of a balanced table of two or more crossed random factors, such as initialisation × data order × data.
 *
 * <p>Y = μ + Σ_A effect_A over all sets A of factors; V_A = Σ_{B ⊇ A} (−1)^{|B∖A|} MS_B / n_A, n_A observations for each level of
 * A: for three factors V_A = (MS_A − MS_AB − MS_AD + MS_E)/(JK). Tests divide the mean squares with plus by those with minus (exact
 * F for two factors; for three (MS_A + MS_E)/(MS_AB + MS_AD) with the degrees of Satterthwaite 1946, doi:10.2307/3002019).
 *
 * <p>Intervals are generalised (fiducial) ones: each MS is replaced by SS/χ² drawn with its degrees (Weerahandi 1993,
 * doi:10.1080/01621459.1993.10476355; Hannig, Iyer and Patterson 2006, doi:10.1198/016214505000000736). The interval of a variance
 * keeps negative values, that of a share counts them as 0. {@code stdError} of a variance is the root of Σ 2 MS²/degrees over its
 * mean squares, divided by n_A.
 *
 * <p><b>Shapes</b>: components are single factors, pairs and so on in the order of the factors; the last is {@code rest} (the
 * highest interaction and all that no factor fixes), or with replicates {@code error}, which no total share holds.
 *
 * <p><b>Special cases</b>: constant data has variances 0 and NaN shares and tests; a factor that changes nothing has exactly 0;
 * fewer than two levels, a missing or an infinite value are errors that name the factor or cell.
 *
 * <p><b>Error</b>: a source with few levels is known badly whatever the runs: the relative error of its variance is at least about
 * √(2/(levels − 1)). <b>Cost</b>: 2^factors passes over the table, and 2000 draws.
 *
 * @param mean grand mean
 * @param components one line a source
 * @param total sum of the variances, negative ones counted as 0
 */
public record CrossedComponents(double mean, List<Component> components, double total) {
    static final int DRAWS = 2000;

    /** Copies. */
    public CrossedComponents {
        components = List.copyOf(components);
    }

    /**
     * For one observation per cell.
     *
     * @param factors names
     * @param levels of each factor
     * @param y row-major, the first factor slowest
     * @param stream of the draws behind the intervals
     */
    public static CrossedComponents of(List<String> factors, int[] levels, double[] y, Stream stream) {
        return of(factors, levels, 1, y, stream);
    }

    /**
     * For several observations per cell, replicates fastest in y.
     *
     * @param replicates observations of each cell
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
     * The line of one source.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public Component component(String name) {
        return components.stream()
                .filter(component -> component.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("component must be one of "
                        + components.stream().map(Component::name).toList() + ", got '" + name + "'"));
    }
}
