package org.noisebook.papers.circuits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.complex.Complex;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Random noisy circuits against density matrices. */
class PauliVectorTest {
    private static final Complex[][][] PAULI = {
        {{c(1, 0), c(0, 0)}, {c(0, 0), c(1, 0)}},
        {{c(0, 0), c(1, 0)}, {c(1, 0), c(0, 0)}},
        {{c(0, 0), c(0, -1)}, {c(0, 1), c(0, 0)}},
        {{c(1, 0), c(0, 0)}, {c(0, 0), c(-1, 0)}}
    };

    private static Complex c(double re, double im) {
        return new Complex(re, im);
    }

    private static Complex[][] kron(Complex[][] a, Complex[][] b) {
        return matrix((i, k) -> a[i / 2][k / 2].multiply(b[i % 2][k % 2]));
    }

    private interface Entry {
        Complex at(int i, int k);
    }

    private static Complex[][] matrix(Entry entry) {
        Complex[][] m = new Complex[4][4];
        for (int i = 0; i < 4; i++) {
            for (int k = 0; k < 4; k++) {
                m[i][k] = entry.at(i, k);
            }
        }
        return m;
    }

    private static Complex[][] times(Complex[][] a, Complex[][] b) {
        return matrix((i, k) -> a[i][0].multiply(b[0][k])
                .add(a[i][1].multiply(b[1][k]))
                .add(a[i][2].multiply(b[2][k]))
                .add(a[i][3].multiply(b[3][k])));
    }

    private static Complex[][] plus(Complex[][] a, Complex[][] b) {
        return matrix((i, k) -> a[i][k].add(b[i][k]));
    }

    private static Complex[][] scaled(Complex[][] a, double factor) {
        return matrix((i, k) -> a[i][k].multiply(factor));
    }

    private static Complex[][] around(Complex[][] u, Complex[][] rho) {
        return times(times(u, rho), matrix((i, k) -> u[k][i].conjugate()));
    }

    private static Complex[][] on(int qubit, Complex[][] one) {
        return qubit == 0 ? kron(one, PAULI[0]) : kron(PAULI[0], one);
    }

    @RepeatedTest(20)
    void agreesWithDensityMatrices(RepetitionInfo repetition) {
        Stream draw =
                Streams.of(3).withReplica(repetition.getCurrentRepetition()).at("noise");
        PauliVector state = PauliVector.zeros();
        Complex[][] rho = matrix((i, k) -> c(i + k == 0 ? 1 : 0, 0));
        for (int gate = 0; gate < 12; gate++) {
            int qubit = draw.nextIndex(2);
            double p = 0.2 * draw.nextDouble();
            if (draw.nextIndex(3) == 0) {
                int control = qubit;
                state.controlledX(control);
                rho = around(
                        matrix((i, k) -> {
                            int on = control == 0 ? i / 2 : i % 2;
                            return c(k == (on == 0 ? i : control == 0 ? i ^ 1 : i ^ 2) ? 1 : 0, 0);
                        }),
                        rho);
                state.depolarise(p);
                rho = plus(scaled(rho, 1 - p), matrix((i, k) -> c(i == k ? p / 4 : 0, 0)));
            } else {
                int axis = 1 + draw.nextIndex(3);
                double angle = 7 * draw.nextDouble();
                state.rotate(qubit, axis, angle);
                Complex[][] sigma = on(qubit, PAULI[axis]);
                rho = around(
                        matrix((i, k) -> c(i == k ? Math.cos(angle / 2) : 0, 0)
                                .add(sigma[i][k].multiply(c(0, -Math.sin(angle / 2))))),
                        rho);
                state.depolarise(qubit, p);
                Complex[][] twirled = scaled(rho, 1 - 0.75 * p);
                for (int a = 1; a < 4; a++) {
                    twirled = plus(twirled, scaled(around(on(qubit, PAULI[a]), rho), p / 4));
                }
                state.damp(qubit, p);
                Complex[][] stays = {{c(1, 0), c(0, 0)}, {c(0, 0), c(Math.sqrt(1 - p), 0)}};
                Complex[][] falls = {{c(0, 0), c(Math.sqrt(p), 0)}, {c(0, 0), c(0, 0)}};
                rho = plus(around(on(qubit, stays), twirled), around(on(qubit, falls), twirled));
            }
        }
        for (int k = 0; k < 16; k++) {
            Complex[][] product = times(kron(PAULI[k / 4], PAULI[k % 4]), rho);
            Complex trace = product[0][0].add(product[1][1]).add(product[2][2]).add(product[3][3]);
            assertThat(state.at(k)).isCloseTo(trace.getReal(), within(1e-12));
        }
        assertThat(state.at(0)).isCloseTo(1, within(1e-13));
    }
}
