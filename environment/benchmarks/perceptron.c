/*
 * SGD on the perceptron with hinge loss, the C peer of the speed test (README.md has the rule and the protocol).
 *   perceptron make FILE  writes the rows that all peers read
 *   perceptron FILE       reads them, warms up, and runs one block of steps for every line on standard input
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { P = 10000, D = 128, B = 16, WARM_UP = 20000, BLOCK = 100000 };

static float rows[P][D] __attribute__((aligned(64)));
static float weights[D] __attribute__((aligned(64)));
static uint32_t mark[P];
static uint32_t step = 0;
static long updates = 0;

/* xoshiro256++ (Blackman and Vigna 2021, doi:10.1145/3460772), its state filled by splitmix64. */
static uint64_t s[4];

static inline uint64_t rotl(uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
}

static inline uint64_t next(void) {
    uint64_t result = rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

static void seed(uint64_t x) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = (x += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        s[i] = z ^ (z >> 31);
    }
}

static double uniform(void) {
    return ((next() >> 11) + 0.5) * 0x1p-53;
}

static double gaussian(void) {
    double radius = sqrt(-2 * log(uniform()));
    return radius * cos(2 * 3.14159265358979323846 * uniform());
}

static void make_rows(void) {
    for (int i = 0; i < P; i++) {
        rows[i][0] = (float) fabs(gaussian());
        for (int j = 1; j < D; j++) {
            rows[i][j] = (float) gaussian();
        }
    }
}

/* B distinct indices, each the high half of a 32 by 32 bit product (Lemire 2019, doi:10.1145/3230636). */
static inline void draw(uint32_t *restrict batch) {
    int n = 0;
    step++;
    while (n < B) {
        uint64_t bits = next();
        uint32_t i = (uint32_t) (((bits & 0xffffffffu) * P) >> 32);
        if (mark[i] != step) {
            mark[i] = step;
            batch[n++] = i;
        }
        if (n < B) {
            i = (uint32_t) (((bits >> 32) * P) >> 32);
            if (mark[i] != step) {
                mark[i] = step;
                batch[n++] = i;
            }
        }
    }
}

static inline void prefetch(const uint32_t *restrict batch) {
    for (int b = 0; b < B; b++) {
        const char *row = (const char *) rows[batch[b]];
        for (int byte = 0; byte < (int) (D * sizeof(float)); byte += 64) {
            __builtin_prefetch(row + byte, 0, 3);
        }
    }
}

static inline void compute_margins(const uint32_t *restrict batch, float *restrict margin) {
    for (int b = 0; b < B; b++) {
        const float *restrict z = rows[batch[b]];
        float sum = 0;
        for (int j = 0; j < D; j++) {
            sum += z[j] * weights[j];
        }
        margin[b] = sum;
    }
}

static void run(int steps, float threshold, float c) {
    uint32_t batches[2][B];
    float margin[B];
    draw(batches[0]);
    prefetch(batches[0]);
    for (int t = 0; t < steps; t++) {
        const uint32_t *batch = batches[t & 1];
        if (t + 1 < steps) {
            /* The rows of the next batch travel while this one is worked on. */
            draw(batches[(t + 1) & 1]);
            prefetch(batches[(t + 1) & 1]);
        }
        compute_margins(batch, margin);
        for (int b = 0; b < B; b++) {
            if (margin[b] < threshold) {
                const float *restrict z = rows[batch[b]];
                for (int j = 0; j < D; j++) {
                    weights[j] += c * z[j];
                }
                updates++;
            }
        }
    }
}

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

/* Reads or writes all rows: little-endian float32, a row after the other. */
static int transfer(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    size_t done = 0;
    if (file != NULL) {
        done = *mode == 'r' ? fread(rows, sizeof rows, 1, file) : fwrite(rows, sizeof rows, 1, file);
        if (fclose(file) != 0) {
            done = 0;
        }
    }
    if (done != 1) {
        fprintf(stderr, "perceptron: cannot %s %s\n", *mode == 'r' ? "read" : "write", path);
    }
    return done == 1;
}

int main(int argc, char **argv) {
    const double temperature = 1, learning_rate = B * temperature;
    const float threshold = (float) (0x1p-7 * sqrt(D));
    const float c = (float) (learning_rate / (B * sqrt(D)));
    if (argc == 3 && strcmp(argv[1], "make") == 0) {
        seed(1);
        make_rows();
        return !transfer(argv[2], "wb");
    }
    if (argc != 2 || !transfer(argv[1], "rb")) {
        fputs("usage: perceptron [make] FILE\n", stderr);
        return 2;
    }
    seed(2);
    run(WARM_UP, threshold, c);
    for (int ch; (ch = getchar()) != EOF;) {
        if (ch != '\n') {
            continue;
        }
        double cpu = seconds(CLOCK_THREAD_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
        run(BLOCK, threshold, c);
        cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
        wall = seconds(CLOCK_MONOTONIC) - wall;
        double perp = 0;
        for (int j = 1; j < D; j++) {
            perp += (double) weights[j] * weights[j];
        }
        printf("%.6f %.6f %ld %.5g %.5g %ld\n", cpu, wall, (long) BLOCK * B, weights[0], sqrt(perp), updates);
        fflush(stdout);
    }
    return 0;
}
