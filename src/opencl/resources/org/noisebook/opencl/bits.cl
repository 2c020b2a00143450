// What OpenclBits compares with Java. The two macros plant faults that it must see.
#ifdef PLANT_CONTRACTION
#pragma OPENCL FP_CONTRACT ON
#endif

// Results of the i-th triple, each in a block of its own: fma, product, product and then sum, both at once, quotient, root.
#define ARITHMETIC(name, real)                                                                                       \
    kernel void name(int count, global const real *x, global const real *y, global const real *z, global real *out) { \
        int i = get_global_id(0);                                                                                     \
        real p = x[i] * y[i];                                                                                         \
        out[i] = fma(x[i], y[i], z[i]);                                                                               \
        out[i + count] = x[i] * y[i];                                                                                 \
        out[i + 2 * count] = p + z[i];                                                                                \
        out[i + 3 * count] = x[i] * y[i] + z[i];                                                                      \
        out[i + 4 * count] = x[i] / y[i];                                                                             \
        out[i + 5 * count] = sqrt(x[i]);                                                                              \
    }

ARITHMETIC(arithmetic32, float)
#ifdef FP64
ARITHMETIC(arithmetic64, double)
#endif

// Every item has a stream of its own and draws `count` numbers: `what` is 0 for 64 bits, 1 for indices below `bound`, 2 for
// subsets of `taken`, 3 and 4 for uniform, 5 for normal numbers; 6 and 7 put e^x and ln x in the place of x.
kernel void draws(
        int what,
        int count,
        int bound,
        int taken,
        global ulong *state,
        global int *mark,
        global int *subset,
        global const ulong *edge,
        global ulong *out) {
    int item = get_global_id(0);
    global ulong *own = state + 6 * item;
    Random random = takeRandom(own);
    out += (long) item * count;
    int round = 0;
    for (int i = 0; i < count; i++) {
        if (what == 0) {
            out[i] = nextLong(&random);
        } else if (what == 1) {
            out[i] = nextIndex(&random, bound);
        } else if (what == 2) {
            int place = i % taken;
            if (place == 0) {
                drawSubset(&random, bound, taken, mark + item * bound, &round, subset + item * bound);
            }
            out[i] = subset[item * bound + place];
        }
#ifdef FP64
        else {
            double x = as_double(out[i]);
            x = what == 3   ? nextDouble(&random)
                : what == 4 ? nextPositive(&random)
                : what == 5 ? nextGaussian(&random, (global const double *) edge)
                : what == 6 ? strictExp(x)
                            : strictLog(x);
            out[i] = isnan(x) ? 0x7ff8000000000000UL : as_ulong(x);
        }
#endif
    }
    keepRandom(&random, own);
}
