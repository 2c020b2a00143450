package org.noisebook.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;
import org.noisebook.stats.OrnsteinUhlenbeck;

class OutlierScanTest {
    private static double[] series(double noiseLast, int replica) {
        return new OrnsteinUhlenbeck(1, 0.5, 0.5, 1, noiseLast)
                .sample(200, Streams.of(12).withReplica(replica).at("noise"));
    }

    /** A spike and a lasting shift are one value each, with their error over the spread before; the rest is the series without it. */
    @Test
    void spikesAndShiftsAreOneValue() {
        double[] x = series(1, 4);
        assertThat(OutlierScan.of(x, 0.05).found()).isEmpty();
        double[] spike = x.clone();
        spike[120] += 12;
        OutlierScan found = OutlierScan.of(spike, 0.05);
        assertThat(found.found()).hasSize(1);
        OutlierScan.Lone one = found.found().get(0);
        assertThat(one.index()).isEqualTo(120);
        assertThat(one.away()).isCloseTo((spike[120] - one.expected()) / 0.8, within(5.0));
        assertThat(found.rest()[120]).isEqualTo(one.expected());
        assertThat(found.rest()[121]).isEqualTo(x[121]);
        double[] shift = x.clone();
        for (int k = 120; k < 200; k++) {
            shift[k] += 12;
        }
        assertThat(OutlierScan.of(shift, 0.05).found()).hasSize(1);
    }

    /** Of 400 normal series at most 40 have a far value (level 0.05, false alarms 1e-5), and of 100 whose noise grows eightfold at most 25. */
    @Test
    void theLevelHolds() {
        int plain = 0;
        int growing = 0;
        for (int r = 0; r < 400; r++) {
            plain += OutlierScan.of(series(1, r), 0.05).found().isEmpty() ? 0 : 1;
            growing += r >= 100 || OutlierScan.of(series(8, r), 0.05).found().isEmpty() ? 0 : 1;
        }
        assertThat(plain).isLessThanOrEqualTo(40);
        assertThat(growing).isLessThanOrEqualTo(25);
        assertThatThrownBy(() -> OutlierScan.of(new double[39], 0.05)).hasMessageContaining("at least 40 numbers");
    }
}
