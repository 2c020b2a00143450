"""Flows of Gaussian mixtures in NumPy; a peer of interpolant.sh. README.md explains it.

interpolant.py components|products CHUNK: answers a line "NAME THREADS" with CPU seconds, wall seconds and the mean of |x|^2.
"""

import sys
import time

import numpy as np


def ring():
    angle = 2 * np.pi * np.arange(8) / 8
    c, s = np.cos(angle), np.sin(angle)
    means = np.stack([4 * c, 4 * s], axis=1)
    off = (0.09 - 0.25) * c * s
    covariances = np.stack(
        [np.stack([0.09 * c * c + 0.25 * s * s, off], 1), np.stack([off, 0.09 * s * s + 0.25 * c * c], 1)], 1
    )
    return np.full(8, 1 / 8), means, covariances


def large():
    k, j = np.arange(10)[:, None], np.arange(64)[None, :]
    u = np.cos(3.0 * k + j)
    covariances = 0.5 * np.eye(64) + u[:, :, None] * u[:, None, :] / 16
    return np.full(10, 1 / 10), 2 * np.sin(k + 1.0 + 7 * j), covariances


def coefficients(mixture, t):
    """m, R, l, c, G of sum w (c + G (x - m)), w ~ exp(l - |R (x - m)|^2 / 2): x_t = (1 - t) z + t x_1."""
    weights, means, covariances = mixture
    d = means.shape[1]
    c = (1 - t) ** 2 * np.eye(d) + t**2 * covariances
    root = np.linalg.inv(np.linalg.cholesky(c))
    log = np.log(weights) + np.log(np.abs(np.linalg.det(root)))
    half = -(1 - t) * np.eye(d) + t * covariances
    slope = half @ np.linalg.inv(c)
    return t * means, root, log, means, slope


class Plane:
    """Two dimensions, arrays [components, particles], all preallocated."""

    def __init__(self, components, n):
        self.y0, self.y1, self.z, self.q, self.a = np.empty((5, components, n))
        self.top = np.empty(n)

    def prepare(self, mixture, t):
        m, root, log, c, g = coefficients(mixture, t)
        column = lambda v: np.ascontiguousarray(v)[:, None]
        return [
            column(v)
            for v in (m[:, 0], m[:, 1], root[:, 0, 0], root[:, 1, 0], root[:, 1, 1], log, c[:, 0], c[:, 1])
        ] + [column(g[:, i, j]) for i in (0, 1) for j in (0, 1)]

    def velocity(self, prepared, x, out):
        m0, m1, r00, r10, r11, log, c0, c1, g00, g01, g10, g11 = prepared
        y0, y1, z, q, a, top = self.y0, self.y1, self.z, self.q, self.a, self.top
        np.subtract(x[0], m0, out=y0)
        np.subtract(x[1], m1, out=y1)
        np.multiply(r00, y0, out=q)
        np.multiply(q, q, out=q)
        np.multiply(r10, y0, out=z)
        np.multiply(r11, y1, out=a)
        np.add(z, a, out=z)
        np.multiply(z, z, out=z)
        np.add(q, z, out=q)
        np.multiply(q, -0.5, out=q)
        np.add(q, log, out=q)
        np.max(q, axis=0, out=top)
        np.subtract(q, top, out=q)
        np.exp(q, out=q)
        np.sum(q, axis=0, out=top)
        for row, c, g, h in ((out[0], c0, g00, g01), (out[1], c1, g10, g11)):
            np.multiply(g, y0, out=z)
            np.multiply(h, y1, out=a)
            np.add(z, a, out=z)
            np.add(z, c, out=z)
            np.multiply(z, q, out=z)
            np.sum(z, axis=0, out=row)
            np.divide(row, top, out=row)


class PlaneProducts:
    """The same with the exponents as one product with (1, x, x^2) and the values as one with (1, x): less exact far from modes."""

    def __init__(self, components, n):
        self.features = np.ones((6, n))
        self.q = np.empty((components, n))
        self.sums = np.empty((7, n))
        self.top = np.empty(n)
        self.product = np.empty(n)

    def prepare(self, mixture, t):
        m, root, log, c, g = coefficients(mixture, t)
        p = np.transpose(root, (0, 2, 1)) @ root
        linear = np.einsum("kij,kj->ki", p, m)
        constant = log - 0.5 * np.einsum("ki,ki->k", linear, m)
        exponent = np.stack(
            [constant, linear[:, 0], linear[:, 1], -0.5 * p[:, 0, 0], -p[:, 0, 1], -0.5 * p[:, 1, 1]], axis=1
        )
        shift = c - np.einsum("kij,kj->ki", g, m)
        rows = [np.ones(len(c)), shift[:, 0], shift[:, 1], g[:, 0, 0], g[:, 0, 1], g[:, 1, 0], g[:, 1, 1]]
        return np.ascontiguousarray(exponent), np.ascontiguousarray(np.stack(rows))

    def velocity(self, prepared, x, out):
        exponent, rows = prepared
        f, q, s, top, product = self.features, self.q, self.sums, self.top, self.product
        f[1] = x[0]
        f[2] = x[1]
        np.multiply(x[0], x[0], out=f[3])
        np.multiply(x[0], x[1], out=f[4])
        np.multiply(x[1], x[1], out=f[5])
        np.matmul(exponent, f, out=q)
        np.max(q, axis=0, out=top)
        np.subtract(q, top, out=q)
        np.exp(q, out=q)
        np.matmul(rows, q, out=s)
        for j in (0, 1):
            np.multiply(s[3 + 2 * j], x[0], out=product)
            np.add(s[1 + j], product, out=out[j])
            np.multiply(s[4 + 2 * j], x[1], out=product)
            np.add(out[j], product, out=out[j])
            np.divide(out[j], s[0], out=out[j])


class Large:
    """Any dimension, component by component, products by BLAS."""

    def __init__(self, components, d, n):
        self.y = np.empty((components, d, n))
        self.z = np.empty((d, n))
        self.q = np.empty((components, n))
        self.top = np.empty(n)

    def prepare(self, mixture, t):
        return coefficients(mixture, t)

    def velocity(self, prepared, x, out):
        m, root, log, c, g = prepared
        y, z, q, top = self.y, self.z, self.q, self.top
        for k in range(len(m)):
            np.subtract(x, m[k][:, None], out=y[k])
            np.matmul(root[k], y[k], out=z)
            np.einsum("jn,jn->n", z, z, out=q[k])
        np.multiply(q, -0.5, out=q)
        np.add(q, log[:, None], out=q)
        np.max(q, axis=0, out=top)
        np.subtract(q, top, out=q)
        np.exp(q, out=q)
        np.sum(q, axis=0, out=top)
        np.divide(q, top, out=q)
        out[:] = 0
        for k in range(len(m)):
            np.matmul(g[k], y[k], out=z)
            np.add(z, c[k][:, None], out=z)
            np.multiply(z, q[k], out=z)
            np.add(out, z, out=out)


def flow(make, mixture, particles, steps, chunk):
    d = mixture[1].shape[1]
    x = np.random.Generator(np.random.SFC64(1)).standard_normal((d, particles))
    cpu, wall = time.process_time(), time.perf_counter()
    chunk = min(chunk, particles)
    field = make(chunk)
    prepared = [field.prepare(mixture, i / (2 * steps)) for i in range(2 * steps + 1)]
    h = 1 / steps
    slope, place, total, own = np.empty((4, d, chunk))
    for start in range(0, particles, chunk):
        if start + chunk > particles:
            chunk = particles - start
            field = make(chunk)
            slope, place, total, own = np.empty((4, d, chunk))
        own[:] = x[:, start : start + chunk]
        for step in range(steps):
            first, middle, last = prepared[2 * step : 2 * step + 3]
            field.velocity(first, own, total)
            np.multiply(total, h / 2, out=place)
            np.add(place, own, out=place)
            for size in (h / 2, h):
                field.velocity(middle, place, slope)
                np.multiply(slope, size, out=place)
                np.add(place, own, out=place)
                np.add(total, slope, out=total)
                np.add(total, slope, out=total)
            field.velocity(last, place, slope)
            np.add(total, slope, out=total)
            np.multiply(total, h / 6, out=total)
            np.add(own, total, out=own)
        x[:, start : start + chunk] = own
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return cpu, wall, np.sum(x * x) / particles


def main():
    kind, chunk = sys.argv[1], int(sys.argv[2])
    plane = Plane if kind == "components" else PlaneProducts
    for line in sys.stdin:
        words = line.split()
        scale = float(words[2]) if len(words) > 2 else 1
        if words[0] == "plane":
            result = flow(lambda n: plane(8, n), ring(), int(1_000_000 * scale), 100, chunk)
        else:
            result = flow(lambda n: Large(10, 64, n), large(), int(10_000 * scale), 20, chunk)
        print("%.4f %.4f %.6f" % result, flush=True)


if __name__ == "__main__":
    main()
