// Moves particles along affine mixtures, V an item and many steps a launch, step by step as org.noisebook.linalg.MixtureKernels,
// solver.OdeMethod and solver.SdeMethod take them. D is the dimension, STAGES of a method; SDE says that it takes noise.

// Numbers of a component: roots, shifts, cost, offsets, slopes; of a step: shares of slopes before, weights, the last factor.
#define RECORD (2 * D * D + 2 * D + 1)
#define SCALARS 9
#define NOTHING 0x1p-1020
#define TERM(coefficient) p = fma(p, r, (vec) coefficient);

// 2^w for w <= 0.
vec power(vec w) {
    vec v = w < (vec) -1021.0 ? (vec) -1021.0 : w;
    vec n = v + 0x1.8p52;
    vec r = v - (n - 0x1.8p52);
    vec p = 0x1.e9d400f144ca3p-32;
    TERM(0x1.e60642a220885p-28)
    TERM(0x1.b524fae4cb89bp-24)
    TERM(0x1.62bfd475db30ep-20)
    TERM(0x1.ffcbfc670e3f6p-17)
    TERM(0x1.43091309705fdp-13)
    TERM(0x1.5d87fe78a5275p-10)
    TERM(0x1.3b2ab6fba1dd8p-7)
    TERM(0x1.c6b08d704a0c2p-5)
    TERM(0x1.ebfbdff82c598p-3)
    TERM(0x1.62e42fefa39efp-1)
    TERM(1.0)
    return p * AS_VEC((AS_BITS(n) << (ulong) 52) + AS_BITS((vec) 1.0));
}

// Sum over components of their weights times offset + slopes x; `weight` is memory of the item.
void field(global const double *m, int components, global double *weight, int columns, const vec *x, vec *out) {
    vec least = INFINITY;
    for (int k = 0; k < components; k++) {
        global const double *root = m + k * RECORD;
        global const double *shift = root + D * D;
        vec q = shift[D];
        for (int j = 0; j < D; j++) {
#if D > 2
            // The rows of a lower triangle are taken by sixteen, with zeros.
            vec z = 0;
            for (int i = 0; i < min(D, (j / 16 + 1) * 16); i++) {
                z = fma((vec) root[j * D + i], x[i], z);
            }
            z = z + shift[j];
#else
            vec z = shift[j];
            for (int i = 0; i <= j; i++) {
                z = fma((vec) root[j * D + i], x[i], z);
            }
#endif
            q = fma(z, z, q);
        }
        PUT(weight + (long) k * columns, q);
        least = q < least ? q : least;
    }
    vec total = 0;
    for (int j = 0; j < D; j++) {
        out[j] = 0;
    }
    for (int k = 0; k < components; k++) {
        vec w = power(least - GET(weight + (long) k * columns));
        total = total + w;
        global const double *offset = m + k * RECORD + D * D + D + 1;
        global const double *slope = offset + D;
#if D > 2
        w = w <= (vec) NOTHING ? (vec) 0 : w;
#endif
        for (int j = 0; j < D; j++) {
#if D > 2
            vec value = 0;
#else
            vec value = offset[j];
#endif
            for (int i = 0; i < D; i++) {
                value = fma((vec) slope[j * D + i], x[i], value);
            }
#if D > 2
            value = value + offset[j];
#endif
            out[j] = fma(w, value, out[j]);
        }
    }
    vec inverse = 1 / total;
    for (int j = 0; j < D; j++) {
        out[j] = out[j] * inverse;
    }
}

// `steps` of all; `moved` gets by how much less its noise each step moved a particle, [steps][D][columns] as the noise.
kernel void move(
        int columns,
        int components,
        int steps,
        global double *particles,
        global double *weights,
        global const double *mixtures,
        global const double *scalars,
        global const double *noises,
        global double *moved) {
    long p = get_global_id(0) * V;
    vec x[D];
    for (int j = 0; j < D; j++) {
        x[j] = GET(particles + (long) j * columns + p);
    }
    for (int step = 0; step < steps; step++) {
        global const double *scalar = scalars + step * SCALARS;
        global const double *mixture = mixtures + (long) step * STAGES * components * RECORD;
        long at = (long) step * D * columns + p;
        vec before[D];
        vec slope[D];
        vec sum[D];
        vec place[D];
        double weight = 0;
        for (int j = 0; j < D; j++) {
            before[j] = x[j];
            place[j] = x[j];
        }
        for (int stage = 0; stage < STAGES; stage++) {
            if (stage > 0) {
                for (int j = 0; j < D; j++) {
                    place[j] = fma((vec) scalar[stage], slope[j], x[j]);
                }
            }
            field(mixture + (long) stage * components * RECORD, components, weights + p, columns, place, slope);
            for (int j = 0; j < D; j++) {
                sum[j] = weight == 0 ? slope[j] : fma((vec) scalar[4 + stage], slope[j], sum[j]);
#ifdef SDE
                if (stage == 0) {
                    vec z = GET(noises + at + (long) j * columns);
                    before[j] = fma((vec) scalar[3], z, x[j]);
#if STAGES > 1
                    x[j] = before[j];
#endif
                }
#endif
            }
            weight += scalar[4 + stage];
        }
        for (int j = 0; j < D; j++) {
            x[j] = fma((vec) scalar[8], sum[j], x[j]);
#if defined SDE && STAGES == 1
            x[j] = fma((vec) scalar[3], GET(noises + at + (long) j * columns), x[j]);
#endif
            PUT(moved + at + (long) j * columns, x[j] - before[j]);
        }
    }
    for (int j = 0; j < D; j++) {
        PUT(particles + (long) j * columns + p, x[j]);
    }
}

// Sums of squares of what a step moved the particles of a block by, one after the other: an item a block and step.
kernel void squares(
        int dimension,
        int columns,
        int size,
        int steps,
        global const int *counts,
        global const double *moved,
        global double *sums) {
    int item = get_global_id(0);
    int block = item % (columns / size);
    int step = item / (columns / size);
    double sum = 0;
    for (int j = 0; j < dimension; j++) {
        // Items beyond the last step make its turns too: PoCL shares out loops that only some items make.
        global const double *row = moved + ((long) min(step, steps - 1) * dimension + j) * columns + block * size;
        for (int k = 0; k < counts[block]; k++) {
            sum = fma(row[k], row[k], sum);
        }
    }
    if (step < steps) {
        sums[item] = sum;
    }
}
