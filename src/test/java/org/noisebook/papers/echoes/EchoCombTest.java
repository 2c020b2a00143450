package org.noisebook.papers.echoes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.noisebook.paper.Runs;
import org.noisebook.papers.echoes.EchoComb.Config;
import org.noisebook.papers.echoes.EchoComb.Result;
import org.noisebook.stats.Estimate;
import org.noisebook.timeseries.EchoLine;

/** Quadrature against simulation, at settings that no figure uses. */
class EchoCombTest {
    private static final String OTHER = "snr=1.8, width=5, reach=9, spacing=31, modes=4, search=0, spectra=2000";

    private static Result run(String changes) {
        return new EchoComb().run(changes, 5);
    }

    private static Estimate mean(String changes, ToDoubleFunction<Result> number) {
        return Runs.of(new EchoComb(), 12, OTHER + changes).mean(number);
    }

    private static void agrees(Estimate measured, double law) {
        assertThat(measured.mean()).isCloseTo(law, within(3.5 * measured.stdError()));
        assertThat(measured.stdError()).isLessThan(0.02 * Math.abs(law) + 0.05);
    }

    /** Within 3.5 standard errors of twelve runs: a false alarm in 200 each, with fixed seeds. */
    @Test
    void evidenceFollowsQuadrature() {
        EchoLine line = EchoLine.of(5, 1.8, 9);
        agrees(mean("", Result::mode), 4 * line.meanPerMode(3.24));
        agrees(mean("", Result::bin), 4 * line.meanPerBin());
        agrees(mean(", phases=random", Result::bin), 4 * line.meanPerBin());
        agrees(mean(", phases=noise", Result::mode), 4 * line.meanPerMode(0));
        Config other = new EchoComb().config(OTHER);
        agrees(mean(", phases=mirrored", Result::mode), EchoComb.mirroredLaw(other));
    }

    /** An independent simulation had 13.8 and 51.3 with a phase per bin; a longer line has less of its power in its best bins. */
    @Test
    void evidencePerBinDependsOnTheCut() {
        assertThat(15 * EchoLine.of(3, 2.5, 30).meanPerBin()).isCloseTo(13.8, within(0.4));
        assertThat(15 * EchoLine.of(3, 3.7, 30).meanPerBin()).isCloseTo(51.3, within(1.5));
    }

    /** Of 2,000 spectra of noise 100 ± 14 pass; strong combs all do, at their own spacing. */
    @Test
    void falseAlarmsAreCalibrated() {
        Result noise = run("phases=noise, modes=3, spacing=40, reach=9, search=4, spectra=2000");
        assertThat(noise.modePower()).isBetween(0.028, 0.072);
        assertThat(noise.binPower()).isBetween(0.028, 0.072);
        Result strong = run("snr=6, modes=3, spacing=40, reach=9, search=4, spectra=50");
        assertThat(strong.modePower()).isEqualTo(1);
        assertThat(strong.binFound()).isEqualTo(1);
    }

    @Test
    void crowdedLinesAreRefused() {
        assertThatThrownBy(() -> run("reach=20, spacing=59"))
                .hasMessage("spacing must be in [3 reach=20, 10000], got 59");
    }
}
