package org.noisebook.papers.wgan;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Longitudinal waves in a bar of unit density and section, ü = (E u′)′ + f, free at its right end.
 *
 * <p>Linear elements with lumped mass; Newmark's average acceleration (β = ¼, γ = ½), which conserves the energy of free vibration:
 * (K + 4M/dt²) u⁺ = f⁺ + M(4u/dt² + 4v/dt + a). Source: Newmark 1959, J. Eng. Mech. 85, 67; Hughes 2000, The Finite Element Method,
 * sections 7.3 and 9.1.
 *
 * <p><b>Shapes</b>: E per element, u per node, one more. <b>Range</b>: E, length, dt positive. <b>Error</b>: frequencies low by (kh)²/24, times
 * by (ω dt)²/12. <b>Cost</b>: linear in nodes a step. Not for shocks: the scheme does not damp.
 */
public final class ElasticBar {
    private final double[] stiffness;
    private final double[] mass;
    private final double dt;

    private ElasticBar(double[] stiffness, double[] mass, double dt) {
        this.stiffness = stiffness;
        this.mass = mass;
        this.dt = dt;
    }

    /** A bar of equal elements of moduli E. */
    public static ElasticBar of(double length, double dt, double... moduli) {
        if (!(length > 0 && dt > 0 && moduli.length > 0 && Arrays.stream(moduli).allMatch(e -> e > 0))) {
            throw new IllegalArgumentException("length, dt and moduli must be positive, at least one, got " + length
                    + ", " + dt + " and " + Arrays.toString(moduli));
        }
        double h = length / moduli.length;
        double[] mass = new double[moduli.length + 1];
        for (int i = 0; i < moduli.length; i++) {
            mass[i] += h / 2;
            mass[i + 1] += h / 2;
        }
        return new ElasticBar(Arrays.stream(moduli).map(e -> e / h).toArray(), mass, dt);
    }

    /** K u. */
    private double[] forces(double... u) {
        double[] out = new double[u.length];
        for (int i = 0; i < stiffness.length; i++) {
            double pull = stiffness[i] * (u[i + 1] - u[i]);
            out[i] -= pull;
            out[i + 1] += pull;
        }
        return out;
    }

    /** uᵀKu/uᵀMu with the left end held: the square of a frequency if u is a mode. */
    public double rayleigh(double... u) {
        double[] force = forces(u);
        double above = 0;
        double below = 0;
        for (int i = 1; i < u.length; i++) {
            above += u[i] * force[i];
            below += mass[i] * u[i] * u[i];
        }
        return above / below;
    }

    /** Displacements [steps + 1][node] from rest at u, with a force on a node and the left end free. */
    public double[][] loose(double[] start, int steps, int node, DoubleUnaryOperator force) {
        return run(start, steps, node, force, new double[0]);
    }

    /** The same with the displacement of the left end prescribed at each step, the start included. */
    public double[][] driven(double[] start, int node, DoubleUnaryOperator force, double... left) {
        return run(start, left.length - 1, node, force, left);
    }

    private double[][] run(double[] start, int steps, int node, DoubleUnaryOperator force, double... left) {
        int n = mass.length;
        int first = left.length == 0 ? 0 : 1;
        double scale = 4 / (dt * dt);
        double[] inverse = new double[n];
        double[] behind = new double[n];
        for (int i = first; i < n; i++) {
            double on = scale * mass[i] + (i > 0 ? stiffness[i - 1] : 0) + (i + 1 < n ? stiffness[i] : 0);
            behind[i] = i > first ? stiffness[i - 1] * inverse[i - 1] : 0;
            inverse[i] = 1 / (on - (i > first ? stiffness[i - 1] * behind[i] : 0));
        }
        double[][] u = new double[steps + 1][];
        u[0] = start.clone();
        double[] v = new double[n];
        double[] a = forces(start);
        for (int i = 0; i < n; i++) {
            a[i] = ((i == node ? force.applyAsDouble(0) : 0) - a[i]) / mass[i];
        }
        for (int k = 1; k <= steps; k++) {
            double[] before = u[k - 1];
            double[] next = new double[n];
            for (int i = first; i < n; i++) {
                next[i] = mass[i] * (scale * before[i] + 4 / dt * v[i] + a[i]);
            }
            next[node] += node < first ? 0 : force.applyAsDouble(k * dt);
            if (first == 1) {
                next[0] = left[k];
                next[1] += stiffness[0] * left[k];
            }
            for (int i = first + 1; i < n; i++) {
                next[i] += behind[i] * next[i - 1];
            }
            next[n - 1] *= inverse[n - 1];
            for (int i = n - 2; i >= first; i--) {
                next[i] = (next[i] + stiffness[i] * next[i + 1]) * inverse[i];
            }
            for (int i = first; i < n; i++) {
                double now = scale * (next[i] - before[i] - dt * v[i]) - a[i];
                v[i] += dt / 2 * (a[i] + now);
                a[i] = now;
            }
            u[k] = next;
        }
        return u;
    }

    /** The largest relative change of the energy of free vibration from a start at rest, left end held, by steps of displacements. */
    public double drift(double[] start, int steps) {
        double[][] u = driven(start, 0, t -> 0, new double[steps + 1]);
        double[] v = new double[start.length];
        double first = energy(u[0], v);
        double worst = 0;
        for (int k = 1; k <= steps; k++) {
            for (int i = 0; i < v.length; i++) {
                v[i] = 2 / dt * (u[k][i] - u[k - 1][i]) - v[i];
            }
            worst = Math.max(worst, Math.abs(energy(u[k], v) / first - 1));
        }
        return worst;
    }

    private double energy(double[] u, double... v) {
        double[] force = forces(u);
        double sum = 0;
        for (int i = 0; i < u.length; i++) {
            sum += (u[i] * force[i] + mass[i] * v[i] * v[i]) / 2;
        }
        return sum;
    }
}
