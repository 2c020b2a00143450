// Trains networks of any widths by regression with Adam, one group a replica, step by step as org.noisebook.model.Mlp does: every
// element of a product is one chain in ascending order. Rows are padded to 16 behind a place for the bias.

// Rows of a product that one pass over its right factor serves: six sums of 16 floats stay in the registers of AVX2.
#define TILE 6
// Added and taken away, it makes small numbers 0 before they are subnormal.
#define TINY 0x1p-95f

// Why a replica is not running, and its longs.
#define RUNNING 0
#define ENDED 1
enum { END, STEPS, LONGS };

// c[i][j] becomes, or is multiplied by, the chain over p of a[i][p] b[p][j]; element (i, p) of a lies at i aRow + p aTerm.
void product(
        bool multiplies,
        int rows,
        int terms,
        int columns,
        global const float *a,
        int aRow,
        int aTerm,
        global const float *b,
        int bTerm,
        global float *c,
        int cRow) {
    int blocks = (columns + V - 1) / V;
    EACH(task, blocks * ((rows + TILE - 1) / TILE)) {
        int j = task % blocks * V;
        int first = task / blocks * TILE;
        global const float *row[TILE];
        vec sum[TILE];
#pragma unroll
        for (int t = 0; t < TILE; t++) {
            row[t] = a + min(first + t, rows - 1) * aRow;
            sum[t] = ofAll(0);
        }
        global const float *column = b + j;
        for (int p = 0; p < terms; p++) {
            vec x = GET(column);
            column += bTerm;
#pragma unroll
            for (int t = 0; t < TILE; t++) {
                sum[t] = fma(ofAll(row[t][p * aTerm]), x, sum[t]);
            }
        }
#pragma unroll
        for (int t = 0; t < TILE; t++) {
            if (first + t < rows) {
                global float *to = c + (first + t) * cRow + j;
                PUT(to, multiplies ? sum[t] * GET(to) : sum[t]);
            }
        }
    }
    SYNC;
}

// Steps of one replica a group, as many as it has batches; of each the inputs and the bias's 1, [rows][stride]; known parts of
// the prediction and targets, [outputs][rows], and scales, [rows]; and the step's rate, root and share.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void regress(
        int layers,
        global const int *widths,
        int activation,
        int rows,
        int most,
        global float *allWeights,
        long plane,
        long weightLength,
        global float *allScratch,
        long hiddenLength,
        long scratchLength,
        global const float *allInputs,
        global double *allWanted,
        global double *allLosses,
        global long *states) {
    local int diverged;
    long slot = get_group_id(0);
    global long *state = states + slot * LONGS;
    if (state[END] != RUNNING) {
        return;
    }
    int outputs = widths[layers];
    int inputStride = STRIDE(widths[0]);
    int scoreStride = STRIDE(outputs);
    global float *weights = allWeights + slot * weightLength;
    global float *gradient = weights + plane;
    global float *first = gradient + plane;
    global float *second = first + plane;
    global float *mean = second + plane;
    global float *hidden = allScratch + slot * scratchLength;
    global float *scores = hidden + 2 * hiddenLength;
    int steps = state[STEPS];
    int step = 0;
    if (ITEM == 0) {
        diverged = 0;
    }
    SYNC;
    while (step < steps && !diverged) {
        long number = slot * most + step;
        global const float *inputs = allInputs + number * rows * inputStride;
        global double *known = allWanted + number * (rows * (2 * outputs + 1) + 3);
        global double *target = known + rows * outputs;
        global double *scale = target + rows * outputs;
        global double *rates = scale + rows;
        global const float *a = inputs;
        global float *z = hidden;
        global float *w = weights;
        global float *turned = mean + plane;
        for (int l = 0; l < layers; l++) {
            int in = widths[l];
            int out = widths[l + 1];
            int stride = STRIDE(out);
            int length = l > 0 ? out * STRIDE(in) : 0;
            EACH(q, length) {
                int i = q % STRIDE(in);
                turned[q] = i < in ? w[i * stride + q / STRIDE(in)] : 0;
            }
            turned += length;
            bool isLast = l == layers - 1;
            global float *to = isLast ? scores : z;
            product(false, rows, in + 1, out, a, STRIDE(in), 1, w, stride, to, stride);
            w += (in + 1) * stride;
            if (!isLast) {
                int blocks = (out + V - 1) / V;
                EACH(task, blocks * rows) {
                    int at = task / blocks * stride + task % blocks * V;
                    vec y;
                    vec slope;
                    activate(activation, 1, GET(z + at), &y, &slope);
                    PUT(z + at, y);
                    PUT(z + hiddenLength + at, slope);
                    if (task % blocks == blocks - 1) {
                        z[task / blocks * stride + out] = 1;
                    }
                }
                SYNC;
                a = z;
                z += (long) rows * stride;
            }
        }
        EACH(q, rows * outputs) {
            int k = q % rows;
            global float *score = scores + k * scoreStride + q / rows;
            double prediction = fma(scale[k], (double) *score, known[q]);
            known[q] = prediction;
            *score = (float) (scale[k] * (prediction - target[q]) / rows);
        }
        SYNC;
        if (ITEM == 0) {
            double loss = 0;
            for (int q = 0; q < rows * outputs; q++) {
                loss = fma(known[q], known[q] / 2 - target[q], loss);
            }
            loss = loss / rows;
            allLosses[number] = loss;
            diverged = !isfinite(loss);
        }
        global const float *delta = scores;
        global float *g = gradient + plane;
        for (int l = layers - 1; l >= 0; l--) {
            int in = widths[l];
            int out = widths[l + 1];
            int stride = STRIDE(in);
            g -= (in + 1) * STRIDE(out);
            if (l > 0) {
                z -= (long) rows * stride;
                turned -= out * stride;
                product(true, rows, out, in, delta, STRIDE(out), 1, turned, stride, z + hiddenLength, stride);
            }
            product(false, in + 1, rows, out, l > 0 ? z : inputs, 1, stride, delta, STRIDE(out), g, STRIDE(out));
            delta = z + hiddenLength;
        }
        float rate = (float) rates[0];
        float root = (float) rates[1];
        float share = (float) rates[2];
        EACH(block, (int) (plane / V)) {
            int at = block * V;
            vec d = GET(gradient + at);
            vec keptFirst = 0.9f * GET(first + at);
            vec keptSecond = 0.999f * GET(second + at);
            vec m = fma(ofAll(0.1f), d, keptFirst) + TINY - TINY;
            vec v = fma(0.001f * d, d, keptSecond) + TINY - TINY;
            PUT(first + at, m);
            PUT(second + at, v);
            vec moved = fma(ofAll(-rate), m / fma(ofAll(root), sqrt(v), ofAll(1e-8f)), GET(weights + at));
            PUT(weights + at, moved);
            if (share > 0) {
                vec before = GET(mean + at);
                PUT(mean + at, fma(ofAll(share), moved - before, before));
            }
        }
        SYNC;
        step++;
    }
    SYNC;
    if (ITEM == 0) {
        state[STEPS] = step;
        state[END] = diverged ? ENDED : RUNNING;
    }
}
