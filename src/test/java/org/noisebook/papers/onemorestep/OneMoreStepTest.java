package org.noisebook.papers.onemorestep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.Diffusion;

/** The closed forms of the lines. */
class OneMoreStepTest {
    /** From one start of variance 1 nothing shrinks, and the bias is what is left of the mean. */
    @Test
    void theBiasOfTheLine() {
        Diffusion chain = new Diffusion.Ddpm(1000, new Diffusion.ScaledLinearBetas(0.00085, 0.012));
        assertThat(OneMoreStep.shrink(chain, 1)).isCloseTo(1, within(1e-12));
        assertThat(OneMoreStep.bias(chain, -0.6, 1)).isCloseTo(0.6 * chain.meanCoefficient(1), within(1e-12));
        assertThat(OneMoreStep.bias(chain, -0.6, 6.28)).isCloseTo(0.1014, within(1e-4));
        assertThat(OneMoreStep.bias(chain, 2, 3)).isLessThan(OneMoreStep.bias(chain, 1, 3));
    }

    /** Π of √(ᾱ′ᾱ) λ + √((1 − ᾱ′)(1 − ᾱ)) over ᾱ λ + 1 − ᾱ for λ = 6.28, computed apart. */
    @Test
    void whatStepsKeepOfTheSpread() {
        assertThat(OneMoreStep.kept(20)).isCloseTo(0.9488411884, within(1e-9));
        assertThat(OneMoreStep.kept(100)).isCloseTo(0.9893107567, within(1e-9));
    }
}
