// Moves particles, V an item and many steps a launch, step by step as org.noisebook.solver.OdeMethod and solver.SdeMethod take them, along
// affine mixtures as org.noisebook.linalg.MixtureKernels or NETS trained networks as org.noisebook.model.Mlp. D is the dimension,
// STAGES of a method; SDE says that it takes noise.

typedef OF_V(double) wide;
#define AS_WIDE JOIN(as_, OF_V(double))
#define AS_LONGS JOIN(as_, OF_V(ulong))
#define WIDE JOIN(convert_, OF_V(double))
#define NARROW JOIN(convert_, OF_V(float))
#define GET_WIDE(p) (*(global const wide *) (p))
#define PUT_WIDE(p, x) (*(global wide *) (p) = (x))
// From a number of an item to its next in the memory of its group.
#define NEXT (ITEMS * V)
#define SCALARS 9

#ifdef NETS
// Outputs that one pass over inputs serves.
#define TILE 8

// own x + shift and the terms of networks; `most` numbers of a layer at most; `net` is layers, activation and widths of each.
void field(
        global const double *m,
        int most,
        global double *memory,
        global const int *net,
        global const float *w,
        const wide *x,
        wide *out) {
    for (int j = 0; j < D; j++) {
        out[j] = fma((wide) m[0], x[j], (wide) m[1 + j]);
    }
    m += 1 + D;
    for (int n = 0; n < NETS; n++) {
        int layers = net[0];
        global const int *widths = net + 2;
        global const double *centre = m + 4;
        global const double *offset = centre + D;
        global const double *rest = offset + D;
        global float *a = (global float *) memory + ITEM * V;
        global float *b = a + most * NEXT;
        if (m[0] == 0) {
            layers = 0;
        }
        for (int j = 0; j < D; j++) {
            PUT(a + j * NEXT, NARROW(m[1] * (x[j] - centre[j])));
        }
        for (int i = D; i < widths[0]; i++) {
            PUT(a + i * NEXT, ofAll((float) rest[i - D]));
        }
        global const float *row = w;
        for (int l = 0; l < layers; l++) {
            int stride = STRIDE(widths[l + 1]);
            for (int j = 0; j < widths[l + 1]; j += TILE) {
                global const float *column = row + j;
                vec z[TILE];
#pragma unroll
                for (int t = 0; t < TILE; t++) {
                    z[t] = ofAll(0);
                }
                for (int i = 0; i < widths[l]; i++) {
                    vec y = GET(a + i * NEXT);
#pragma unroll
                    for (int t = 0; t < TILE; t++) {
                        z[t] = fma(y, ofAll(column[t]), z[t]);
                    }
                    column += stride;
                }
#pragma unroll
                for (int t = 0; t < TILE; t++) {
                    if (j + t < widths[l + 1]) {
                        PUT(b + (j + t) * NEXT, z[t] + column[t]);
                    }
                }
            }
            for (int j = 0; j < widths[l + 1] && l < layers - 1; j++) {
                vec y;
                vec slope;
                activate(net[1], 1, GET(b + j * NEXT), &y, &slope);
                PUT(b + j * NEXT, y);
            }
            row += (widths[l] + 1) * stride;
            global float *other = a;
            a = b;
            b = other;
        }
        for (int j = 0; j < D && layers > 0; j++) {
            wide known = fma((wide) m[2], x[j], (wide) offset[j]);
            out[j] = fma((wide) m[0], fma((wide) m[3], WIDE(GET(a + j * NEXT)), known), out[j]);
        }
        for (int l = 0; l < net[0]; l++) {
            w += (widths[l] + 1) * STRIDE(widths[l + 1]);
        }
        m = rest + widths[0] - D;
        net += 3 + net[0];
    }
}
#else
// Numbers of a component: roots, shifts, cost, offsets, slopes.
#define RECORD (2 * D * D + 2 * D + 1)
#define NOTHING 0x1p-1020
#define POWER(coefficient) p = fma(p, r, (wide) coefficient);

// 2^w for w <= 0.
wide power(wide w) {
    wide v = w < (wide) -1021.0 ? (wide) -1021.0 : w;
    wide n = v + 0x1.8p52;
    wide r = v - (n - 0x1.8p52);
    wide p = 0x1.e9d400f144ca3p-32;
    POWER(0x1.e60642a220885p-28)
    POWER(0x1.b524fae4cb89bp-24)
    POWER(0x1.62bfd475db30ep-20)
    POWER(0x1.ffcbfc670e3f6p-17)
    POWER(0x1.43091309705fdp-13)
    POWER(0x1.5d87fe78a5275p-10)
    POWER(0x1.3b2ab6fba1dd8p-7)
    POWER(0x1.c6b08d704a0c2p-5)
    POWER(0x1.ebfbdff82c598p-3)
    POWER(0x1.62e42fefa39efp-1)
    POWER(1.0)
    return p * AS_WIDE((AS_LONGS(n) << (ulong) 52) + AS_LONGS((wide) 1.0));
}

// Sum over components of their weights times offset + slopes x; `weight` is memory of the group.
void field(
        global const double *m,
        int components,
        global double *weight,
        global const int *none,
        global const float *noWeights,
        const wide *x,
        wide *out) {
    wide least = INFINITY;
    for (int k = 0; k < components; k++) {
        global const double *root = m + k * RECORD;
        global const double *shift = root + D * D;
        wide q = shift[D];
        for (int j = 0; j < D; j++) {
#if D > 2
            // The rows of a lower triangle are taken by sixteen, with zeros.
            wide z = 0;
            for (int i = 0; i < min(D, (j / 16 + 1) * 16); i++) {
                z = fma((wide) root[j * D + i], x[i], z);
            }
            z = z + shift[j];
#else
            wide z = shift[j];
            for (int i = 0; i <= j; i++) {
                z = fma((wide) root[j * D + i], x[i], z);
            }
#endif
            q = fma(z, z, q);
        }
        PUT_WIDE(weight + k * NEXT + ITEM * V, q);
        least = q < least ? q : least;
    }
    wide total = 0;
    for (int j = 0; j < D; j++) {
        out[j] = 0;
    }
    for (int k = 0; k < components; k++) {
        wide w = power(least - GET_WIDE(weight + k * NEXT + ITEM * V));
        total = total + w;
        global const double *offset = m + k * RECORD + D * D + D + 1;
        global const double *slope = offset + D;
#if D > 2
        w = w <= (wide) NOTHING ? (wide) 0 : w;
#endif
        for (int j = 0; j < D; j++) {
#if D > 2
            wide value = 0;
#else
            wide value = offset[j];
#endif
            for (int i = 0; i < D; i++) {
                value = fma((wide) slope[j * D + i], x[i], value);
            }
#if D > 2
            value = value + offset[j];
#endif
            out[j] = fma(w, value, out[j]);
        }
    }
    wide inverse = 1 / total;
    for (int j = 0; j < D; j++) {
        out[j] = out[j] * inverse;
    }
}
#endif

// `steps` of all, a stage's drift in `record` numbers; `moved` gets by how much less its noise each step moved a particle,
// [steps][D][columns] as the noise.
kernel void move(
        int columns,
        int most,
        long record,
        int steps,
        global double *particles,
        global double *memory,
        global const int *nets,
        global const float *weights,
        global const double *drifts,
        global const double *scalars,
        global const double *noises,
        global double *moved) {
    long p = get_global_id(0) * V;
    global double *own = memory + get_group_id(0) * (long) most * NEXT;
    wide x[D];
    for (int j = 0; j < D; j++) {
        x[j] = GET_WIDE(particles + (long) j * columns + p);
    }
    for (int step = 0; step < steps; step++) {
        global const double *scalar = scalars + step * SCALARS;
        long at = (long) step * D * columns + p;
        wide before[D];
        wide slope[D];
        wide sum[D];
        wide place[D];
        double weight = 0;
        for (int j = 0; j < D; j++) {
            before[j] = x[j];
            place[j] = x[j];
        }
        for (int stage = 0; stage < STAGES; stage++) {
            if (stage > 0) {
                for (int j = 0; j < D; j++) {
                    place[j] = fma((wide) scalar[stage], slope[j], x[j]);
                }
            }
            field(drifts + (step * STAGES + stage) * record, most, own, nets, weights, place, slope);
            for (int j = 0; j < D; j++) {
                sum[j] = weight == 0 ? slope[j] : fma((wide) scalar[4 + stage], slope[j], sum[j]);
#ifdef SDE
                if (stage == 0) {
                    wide z = GET_WIDE(noises + at + (long) j * columns);
                    before[j] = fma((wide) scalar[3], z, x[j]);
#if STAGES > 1
                    x[j] = before[j];
#endif
                }
#endif
            }
            weight += scalar[4 + stage];
        }
        for (int j = 0; j < D; j++) {
            x[j] = fma((wide) scalar[8], sum[j], x[j]);
#if defined SDE && STAGES == 1
            x[j] = fma((wide) scalar[3], GET_WIDE(noises + at + (long) j * columns), x[j]);
#endif
            PUT_WIDE(moved + at + (long) j * columns, x[j] - before[j]);
        }
    }
    for (int j = 0; j < D; j++) {
        PUT_WIDE(particles + (long) j * columns + p, x[j]);
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
