package org.noisebook.papers.circuits;

/**
 * The state of two qubits by its 16 Pauli expectations ⟨P ⊗ Q⟩, changed in place by gates and noise: the Pauli transfer picture.
 *
 * <p>A rotation turns two components of a qubit, CX permutes components with signs, depolarising noise ρ → (1 − p)ρ + p I/2ⁿ scales them,
 * amplitude damping shrinks X, Y by √(1 − γ) and takes Z to (1 − γ)Z + γ (Greenbaum 2015, arXiv 1509.02921).
 *
 * <p><b>Shapes</b>: index 4P + Q with 0, 1, 2, 3 for I, X, Y, Z; qubit 0 is the left one. <b>Error</b>: rounding. <b>Cost</b>: 16 products a
 * gate, against 256 for a density matrix.
 */
public final class PauliVector {
    private static final int PAULIS = 4;
    /** Where CX with control 0 and 1 takes each component, and its sign. */
    private static final int[][] IMAGE = {images(0), images(1)};

    private final double[] v = new double[PAULIS * PAULIS];
    private final double[] spare = new double[v.length];

    private PauliVector() {}

    /** |00⟩. */
    public static PauliVector zeros() {
        PauliVector one = new PauliVector();
        one.reset();
        return one;
    }

    /** Back to |00⟩. */
    public void reset() {
        for (int k = 0; k < v.length; k++) {
            v[k] = (k / PAULIS) % 3 == 0 && (k % PAULIS) % 3 == 0 ? 1 : 0;
        }
    }

    private static int index(int qubit, int own, int other) {
        return qubit == 0 ? PAULIS * own + other : PAULIS * other + own;
    }

    /** The rotation e^{−i angle P/2} of a qubit; axis 1, 2, 3 for X, Y, Z. */
    public void rotate(int qubit, int axis, double angle) {
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        int from = axis % 3 + 1;
        int to = from % 3 + 1;
        for (int other = 0; other < PAULIS; other++) {
            int i = index(qubit, from, other);
            int k = index(qubit, to, other);
            double x = v[i];
            v[i] = cos * x - sin * v[k];
            v[k] = sin * x + cos * v[k];
        }
    }

    /** CX from a control to the other qubit. */
    public void controlledX(int control) {
        System.arraycopy(v, 0, spare, 0, v.length);
        for (int k = 0; k < v.length; k++) {
            int image = IMAGE[control][k];
            v[image & 15] = image < v.length ? spare[k] : -spare[k];
        }
    }

    /** X_c → X_c X_t, Z_t → Z_c Z_t; 16 is added for a minus. */
    private static int[] images(int control) {
        int[] image = new int[PAULIS * PAULIS];
        for (int c = 0; c < PAULIS; c++) {
            for (int t = 0; t < PAULIS; t++) {
                int xc = c == 1 || c == 2 ? 1 : 0;
                int zc = c >= 2 ? 1 : 0;
                int xt = t == 1 || t == 2 ? 1 : 0;
                int zt = t >= 2 ? 1 : 0;
                int minus = xc & zt & (xt ^ zc ^ 1);
                int to = index(control, pauli(xc, zc ^ zt), pauli(xt ^ xc, zt));
                image[index(control, c, t)] = to + 16 * minus;
            }
        }
        return image;
    }

    private static int pauli(int x, int z) {
        return x == 0 ? 3 * z : 1 + z;
    }

    /** Depolarising noise on one qubit. */
    public void depolarise(int qubit, double p) {
        for (int own = 1; own < PAULIS; own++) {
            for (int other = 0; other < PAULIS; other++) {
                v[index(qubit, own, other)] *= 1 - p;
            }
        }
    }

    /** Depolarising noise on both qubits. */
    public void depolarise(double p) {
        for (int k = 1; k < v.length; k++) {
            v[k] *= 1 - p;
        }
    }

    /** Amplitude damping of a qubit towards |0⟩. */
    public void damp(int qubit, double gamma) {
        for (int other = 0; other < PAULIS; other++) {
            v[index(qubit, 1, other)] *= Math.sqrt(1 - gamma);
            v[index(qubit, 2, other)] *= Math.sqrt(1 - gamma);
            int z = index(qubit, 3, other);
            v[z] = (1 - gamma) * v[z] + gamma * v[index(qubit, 0, other)];
        }
    }

    /** ⟨P ⊗ Q⟩ at 4P + Q. */
    public double at(int pauli) {
        return v[pauli];
    }
}
