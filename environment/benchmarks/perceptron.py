"""SGD on the perceptron with hinge loss, the NumPy peer of the speed test (README.md has the rule and the protocol).

The first argument picks one of two programs that follow the same rule, the second is the file of rows:
  steps    gathers one batch a step and multiplies it with the weights;
  windows  gathers the batches of many steps at once with the weights of the first of them, which is the same as step by
           step up to the first batch that changes the weights; the rest is done again. Long windows when updates are rare.
"""

import sys
import time

import numpy as np

P, D, B = 10_000, 128, 16
WARM_UP, BLOCK = 20_000, 100_000
CHUNK = 2_000  # steps whose indices are drawn at once
LONGEST_WINDOW = 64  # 1024 rows of 512 bytes stay in the second-level cache

THRESHOLD = float(np.float32(2.0**-7 * np.sqrt(D)))
TEMPERATURE = 1.0
C = np.float32(B * TEMPERATURE / (B * np.sqrt(D)))

rng = np.random.Generator(np.random.SFC64(2))
rows = np.fromfile(sys.argv[2], dtype="<f4").reshape(P, D)
weights = np.zeros(D, dtype=np.float32)
updates = 0


def draw(steps):
    """Distinct indices, a batch a line: batches with an index twice are drawn again."""
    index = rng.integers(0, P, size=(steps, B), dtype=np.intp)
    again = np.arange(steps)
    while again.size:
        ordered = np.sort(index[again], axis=1)
        again = again[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
        index[again] = rng.integers(0, P, size=(again.size, B), dtype=np.intp)
    return index


def update(batch_rows, margins):
    """One step of the weights, in place; gives the number of unfitted rows."""
    unfitted = np.flatnonzero(margins < THRESHOLD)
    np.add(weights, C * batch_rows[unfitted].sum(axis=0), out=weights)
    return unfitted.size


def run_steps(steps):
    global updates
    batch_rows = np.empty((B, D), dtype=np.float32)
    margins = np.empty(B, dtype=np.float32)
    take, dot, as_list = rows.take, batch_rows.dot, margins.tolist
    for _ in range(steps // CHUNK):
        for batch in draw(CHUNK):
            take(batch, 0, batch_rows, "clip")
            dot(weights, margins)
            if min(as_list()) < THRESHOLD:
                updates += update(batch_rows, margins)


def run_windows(steps):
    global updates
    gathered = np.empty((LONGEST_WINDOW * B, D), dtype=np.float32)
    margins = np.empty(LONGEST_WINDOW * B, dtype=np.float32)
    window = 1
    for _ in range(steps // CHUNK):
        index = draw(CHUNK).reshape(-1)
        done = 0
        while done < CHUNK:
            length = min(window, CHUNK - done)
            count = length * B
            rows.take(index[done * B : done * B + count], 0, gathered[:count], "clip")
            np.dot(gathered[:count], weights, out=margins[:count])
            if margins[:count].min() >= THRESHOLD:
                done += length
                window = min(2 * window, LONGEST_WINDOW)
            else:
                first = int(np.argmax(margins[:count] < THRESHOLD)) // B
                batch = slice(first * B, (first + 1) * B)
                updates += update(gathered[batch], margins[batch])
                done += first + 1
                window = max(1, window // 2)


def main():
    run = {"steps": run_steps, "windows": run_windows}[sys.argv[1]]
    run(WARM_UP)
    for _ in sys.stdin:
        cpu, wall = time.thread_time(), time.perf_counter()
        run(BLOCK)
        cpu, wall = time.thread_time() - cpu, time.perf_counter() - wall
        noise = float(np.linalg.norm(weights[1:].astype(np.float64)))
        print(f"{cpu:.6f} {wall:.6f} {BLOCK * B} {weights[0]:.5g} {noise:.5g} {updates}", flush=True)


main()
