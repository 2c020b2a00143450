package org.noisebook.papers.variance;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.CrossedComponents;

/**
 * Shares of initialisation, order, data and their interactions in the variance of a response.
 *
 * <p>Shares and total shares are those of {@link CrossedComponents}, which also gives intervals. The order seed permutes indices, which are
 * unrelated between data sets, so its effect appears in orderData: quote the totals.
 *
 * <p><b>Special cases</b>: all NaN if a response is not finite; shares are NaN if all responses are equal.
 *
 * @param variance the sum of all components, negative ones counted as 0
 * @param initTotal share of the initialisation and of all its interactions
 */
public record SeedShares(
        @Parameter("mean of the response") double mean,
        @Parameter("sum of the variance components") double variance,
        @Parameter("share of the initialisation") double init,
        @Parameter("share of the order") double order,
        @Parameter("share of the data") double data,
        @Parameter("share of initialisation × order") double initOrder,
        @Parameter("share of initialisation × data") double initData,
        @Parameter("share of order × data") double orderData,
        @Parameter("share of the three-way interaction") double rest,
        @Parameter("total share of the initialisation") double initTotal,
        @Parameter("total share of the order") double orderTotal,
        @Parameter("total share of the data") double dataTotal) {
    /** Computes the shares; the stream is used for intervals only and does not affect them. */
    static SeedShares of(SeedLevels levels, double[] response, Stream stream) {
        if (!Arrays.stream(response).allMatch(Double::isFinite)) {
            double none = Double.NaN;
            return new SeedShares(none, none, none, none, none, none, none, none, none, none, none, none);
        }
        CrossedComponents all = levels.components(response, stream);
        double[] share = all.components().stream()
                .mapToDouble(component -> component.share().mean())
                .toArray();
        double[] total = SeedLevels.SOURCES.stream()
                .mapToDouble(source -> all.component(source).totalShare().mean())
                .toArray();
        return new SeedShares(
                all.mean(),
                all.total(),
                share[0],
                share[1],
                share[2],
                share[3],
                share[4],
                share[5],
                share[6],
                total[0],
                total[1],
                total[2]);
    }
}
