package org.noisebook.papers.privatecrowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.papers.privatecrowd.PrivateCrowd.Config;
import org.noisebook.papers.privatecrowd.PrivateCrowd.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.LogPhi;

/** Steps of belief against quadrature, closed forms against independent code, and crowds against agents with signals. */
class PrivateCrowdTest {
    private static final PrivateCrowd STUDY = new PrivateCrowd();

    @ParameterizedTest
    @CsvSource({"smooth, 0.5, 1", "smooth, 2, 3", "smooth, 0.05, 0.3", "constant, 0.7, 1.5", "honest, 1, 0.6"})
    void chancesAreThoseOfQuadrature(String report, double epsilon, double sigma) {
        Config c = STUDY.config("report=" + report, "epsilon=" + epsilon, "sigma=" + sigma);
        for (double m : new double[] {-3, -1, 0, 0.2, 1, 2}) {
            double sum = 0;
            int points = 40_000;
            for (int k = 0; k < points; k++) {
                double z = 10 * ((k + 0.5) / points * 2 - 1);
                sum += c.reportsMinus(m + sigma * z) * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * 20 / points;
            }
            assertThat(Math.exp(c.logMinus(m))).isCloseTo(sum, within(3e-4));
        }
    }

    /** The sums for honest reports and the recursions of right reports were computed by independent code in NumPy. */
    @Test
    void exactNumbersAreThoseOfIndependentCode() {
        Result honest = STUDY.run("report=honest, simulated=10, crowds=1", 1);
        double[] waits = {1.379, 1.564, 1.838, 2.484, 4.456, 11.469};
        for (int k = 1; k <= 6; k++) {
            assertThat(honest.waiting().get(2 * k)).isCloseTo(waits[k - 1], within(6e-4));
        }
        assertThat(honest.power()).isCloseTo(0.488, within(1e-3));
        double[][] known = {{0.3, 71.830}, {0.5, 47.610}, {0.9, 29.885}, {1.5, 20.545}};
        for (double[] one : known) {
            Result smooth = STUDY.run("epsilon=" + one[0] + ", simulated=10, crowds=1", 1);
            assertThat(smooth.belief().last()).isCloseTo(one[1], within(6e-4));
            assertThat(PrivateCrowd.belief(STUDY.config("epsilon=" + one[0]), 1e6))
                    .isCloseTo(one[1], within(1.1e-3));
            assertThat(smooth.slope() * one[0] / 2).isCloseTo(1, within(0.01));
        }
        assertThat(STUDY.run("simulated=10, crowds=1", 1).waiting().last()).isCloseTo(1.586, within(6e-4));
        assertThat(PrivateCrowd.wrongPerLog(STUDY.config())).isCloseTo(5.569, within(5e-4));
        assertThat(PrivateCrowd.wrongPerLog(STUDY.config("epsilon=0.9"))).isCloseTo(0.684, within(5e-4));
        assertThat(PrivateCrowd.meanBelief(STUDY.config(), 1e4)).isCloseTo(26.028438, within(2e-6));
    }

    /** Agents with signals, intentions and flips, whose ℓ is summed from exact log-likelihoods; three combined standard errors. */
    @ParameterizedTest
    @CsvSource({"smooth, 0.7, 1.3", "constant, 1.2, 0.8", "honest, 1, 2"})
    void crowdsAreThoseOfAgentsWithSignals(String report, double epsilon, double sigma) {
        int crowds = 1500;
        String more = ", simulated=100, agents=1000, crowds=";
        Config c = STUDY.config("report=" + report + ", epsilon=" + epsilon + ", sigma=" + sigma + more + 50);
        Stream stream = Streams.of(7).at("reports");
        double[][] own = new double[3][crowds];
        double[][] other = new double[3][crowds / 50];
        for (int k = 0; k < crowds; k++) {
            double belief = 0;
            for (int n = 0; n < 100; n++) {
                double threshold = -sigma * sigma * belief / 2;
                double distance = 1 + sigma * stream.nextGaussian() - threshold;
                boolean minus = stream.nextDouble() < c.reportsMinus(distance);
                own[1][k] += minus ? 1 : 0;
                own[2][k] += distance < 0 ? 1 : 0;
                double right = minus ? c.logMinus(1 - threshold) : c.logMinus(threshold - 1);
                double wrong = minus ? c.logMinus(-1 - threshold) : c.logMinus(threshold + 1);
                belief += right - wrong;
            }
            own[0][k] = belief;
        }
        for (int k = 0; k < crowds / 50; k++) {
            Result one = STUDY.run(c, Streams.of(3).withReplica(k));
            other[0][k] = one.meanBelief().last();
            other[1][k] = one.wrongReports().last();
            other[2][k] = one.wrongIntentions().last();
        }
        for (int k = 0; k < 3; k++) {
            Estimate mine = Estimate.ofMean(own[k]);
            Estimate theirs = Estimate.ofMean(other[k]);
            assertThat(theirs.mean())
                    .as("component %d", k)
                    .isCloseTo(mine.mean(), within(3 * Math.hypot(mine.stdError(), theirs.stdError())));
        }
    }

    /** The asymptotic mean and the rate of wrong reports at a setting that no figure uses, within three standard errors. */
    @Test
    void lawsHoldElsewhere() {
        Config c = STUDY.config("epsilon=1.1, sigma=0.9, agents=10000, simulated=10000, crowds=40");
        double[] belief = new double[16];
        double[] reports = new double[16];
        for (int r = 0; r < belief.length; r++) {
            Result one = STUDY.run(c, Streams.of(5).withReplica(r));
            int last = one.meanBelief().size() - 1;
            belief[r] = one.meanBelief().last();
            reports[r] = (one.wrongReports().last() - one.wrongReports().get(last - 2)) / Math.log(10);
        }
        Estimate mean = Estimate.ofMean(belief);
        assertThat(mean.mean()).isCloseTo(PrivateCrowd.meanBelief(c, 1e4), within(3 * mean.stdError() + 0.01));
        Estimate rate = Estimate.ofMean(reports);
        assertThat(rate.mean()).isCloseTo(PrivateCrowd.wrongPerLog(c), within(3 * rate.stdError() + 0.01));
    }

    /** Ruin of a walk between two cascades, and for tossed coins the closed form of Bikhchandani, Hirshleifer and Welch. */
    @Test
    void binaryCascadesAreThoseOfTheory() {
        String binary = "signals=binary, agents=10000, sigma=0.8, report=";
        double p = Math.exp(LogPhi.of(1 / 0.8));
        Config honest = STUDY.config(binary + "honest");
        double right = p * (1 + p) / (2 * (1 - p + p * p));
        assertThat(STUDY.run(honest, Streams.of(1)).lateErrors()).isCloseTo(1 - right, within(1e-12));
        Config told = STUDY.config(binary + "constant, epsilon=0.6");
        Result result = STUDY.run(told, Streams.of(1));
        double report = p + (1 - 2 * p) / (1 + Math.exp(0.6));
        double each = Math.log(report / (1 - report));
        double edge = each * Math.ceil(Math.log(p / (1 - p)) / each);
        assertThat(result.lateErrors()).isCloseTo(1 / (1 + Math.exp(edge)), within(1e-12));
        assertThat(result.belief().last()).isCloseTo(edge, within(1e-12));
        assertThat(result.wrongReports().get(0)).isCloseTo(1 - report, within(1e-12));
        assertThat(result.wrongIntentions().get(0)).isCloseTo(1 - p, within(1e-12));
        assertThat(result.waiting().get(1)).isCloseTo(1 + walk(1 - report, edge / each, 3), within(1e-12));
        assertThatThrownBy(() -> STUDY.config("signals=binary")).hasMessageContaining("honest or constant");
    }

    /** Σ of powers of a chance up to a count, as long as no cascade has begun. */
    private static double walk(double chance, double most, int count) {
        double sum = 0;
        for (int k = 1; k <= count; k++) {
            sum += Math.pow(chance, Math.min(k, most));
        }
        return sum;
    }

    /** 1 for a logarithm, less than 1 for a count that ends, 0 for one that has ended. */
    @Test
    void growthIsThatOfTheLastDecadeOverTheOneBefore() {
        assertThat(PrivateCrowd.growth(0, 1, 2, 3, 4)).isEqualTo(1);
        assertThat(PrivateCrowd.growth(9, 0, 4, 5, 5)).isCloseTo(-0.2, within(1e-12));
        assertThat(PrivateCrowd.growth(7, 7, 7, 7, 7)).isZero();
    }

    @Test
    void guaranteesAreReached() {
        assertThat(STUDY.run("epsilon=1.3, agents=1000, simulated=10, crowds=1", 1)
                        .leak())
                .isCloseTo(0, within(1e-12));
        assertThat(STUDY.run("report=constant, agents=1000, simulated=10, crowds=1", 1)
                        .leak())
                .isCloseTo(0, within(1e-12));
        assertThatThrownBy(() -> STUDY.config("epsilon=0")).hasMessageContaining("epsilon must be in [0.01, 4], got 0");
    }
}
