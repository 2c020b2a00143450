// Convolutions channel by channel with windows of KERNEL pixels a side, and the rows of windows that a stem multiplies; order of
// every sum as in org.noisebook.linalg.DepthwiseKernels.

#define KERNEL 5
// Taps of a row that one pass over a map serves.
#if V == 1
#define TAPS 1
#else
#define TAPS KERNEL
#endif

// Rows of `patches` become the windows of the points of `index`, 0 where they lie outside.
void patch(const Net *n, global const real *points, int count) {
    Layer stem = n->layers[0];
    int channels = n->inputs / (stem.side * stem.side);
    EACH(row, count * stem.out * stem.out) {
        global const real *point = points + n->index[row / (stem.out * stem.out)] * n->inputs;
        global real *to = n->patches + row * strideOf(stem.inputs);
        int top = row / stem.out % stem.out * stem.step - stem.padding;
        int left = row % stem.out * stem.step - stem.padding;
        for (int tap = 0; tap < KERNEL * KERNEL; tap++) {
            int y = top + tap / KERNEL;
            int x = left + tap % KERNEL;
            bool isInside = y >= 0 && y < stem.side && x >= 0 && x < stem.side;
            for (int c = 0; c < channels; c++) {
                to[tap * channels + c] = isInside ? point[(c * stem.side + y) * stem.side + x] : 0;
            }
        }
    }
    SYNC;
}

// A layer's values from those before: pixels outside the map give no term.
void convolve(const Net *n, int l, int count) {
    Layer layer = n->layers[l];
    int stride = strideOf(layer.outputs);
    int blocks = stride / V;
    EACH(task, count * layer.out * blocks) {
        int j = task % blocks * V;
        int row = task / blocks;
        int top = row % layer.out * layer.step - layer.padding;
        global const real *w = n->weights + layer.weights + j;
        global const real *a = n->values + n->layers[l - 1].values + j;
        a += row / layer.out * layer.side * layer.side * stride;
        for (int ox = 0; ox < layer.out; ox++) {
            int left = ox * layer.step - layer.padding;
            vec z = ofAll(0);
            for (int ky = max(0, -top); ky < min(KERNEL, layer.side - top); ky++) {
                for (int kx = max(0, -left); kx < min(KERNEL, layer.side - left); kx++) {
                    z = fma(GET(a + ((top + ky) * layer.side + left + kx) * stride), GET(w + (ky * KERNEL + kx) * stride), z);
                }
            }
            int at = (row * layer.out + ox) * stride + j;
            PUT(n->values + layer.values + at, z);
            finish(n, &layer, n->scales[l], at);
        }
    }
    SYNC;
}

// The first tap through which a pixel is seen; the others differ by steps.
int firstTap(const Layer *layer, int pixel) {
    int last = pixel + layer->padding - (layer->out - 1) * layer->step;
    return last >= 0 ? last : (pixel + layer->padding) % layer->step;
}

// Derivatives by the sums of layer l - 1 from those of layer l, for the points in `place`.
void convolveBack(const Net *n, int l, int count) {
    Layer layer = n->layers[l];
    int stride = strideOf(layer.outputs);
    int blocks = stride / V;
    EACH(task, count * layer.side * blocks) {
        int j = task % blocks * V;
        int y = task / blocks % layer.side;
        int point = n->place[task / blocks / layer.side];
        global const real *w = n->weights + layer.weights + j;
        global const real *d = n->slopes + layer.values + point * layer.out * layer.out * stride + j;
        global real *slope = n->slopes + n->layers[l - 1].values + (point * layer.side + y) * layer.side * stride + j;
        for (int x = 0; x < layer.side; x++) {
            vec e = ofAll(0);
            for (int ky = firstTap(&layer, y); ky < min(KERNEL, y + layer.padding + 1); ky += layer.step) {
                global const real *line = d + (y + layer.padding - ky) / layer.step * layer.out * stride;
                for (int kx = firstTap(&layer, x); kx < min(KERNEL, x + layer.padding + 1); kx += layer.step) {
                    int ox = (x + layer.padding - kx) / layer.step;
                    e = fma(GET(line + ox * stride), GET(w + (ky * KERNEL + kx) * stride), e);
                }
            }
            PUT(slope + x * stride, e * GET(slope + x * stride));
        }
    }
    SYNC;
}

// W += the derivative by the windows over the points in `place`.
void addConvolved(const Net *n, int l, int count) {
    Layer layer = n->layers[l];
    int stride = strideOf(layer.outputs);
    int blocks = stride / V;
    EACH(task, KERNEL * KERNEL / TAPS * blocks) {
        int j = task % blocks * V;
        int tap = task / blocks * TAPS;
        int right = tap % KERNEL - layer.padding;
        global real *w = n->weights + layer.weights + tap * stride + j;
        vec moved[TAPS];
#pragma unroll
        for (int t = 0; t < TAPS; t++) {
            moved[t] = GET(w + t * stride);
        }
        for (int k = 0; k < count; k++) {
            global const real *a = n->values + n->layers[l - 1].values + n->place[k] * layer.side * layer.side * stride + j;
            global const real *d = n->slopes + layer.values + n->place[k] * layer.out * layer.out * stride + j;
            for (int oy = 0; oy < layer.out; oy++) {
                int y = oy * layer.step + tap / KERNEL - layer.padding;
                for (int ox = 0; y >= 0 && y < layer.side && ox < layer.out; ox++) {
                    vec delta = GET(d + (oy * layer.out + ox) * stride);
#pragma unroll
                    for (int t = 0; t < TAPS; t++) {
                        int x = ox * layer.step + right + t;
                        if (x >= 0 && x < layer.side) {
                            moved[t] = fma(GET(a + (y * layer.side + x) * stride), delta, moved[t]);
                        }
                    }
                }
            }
        }
#pragma unroll
        for (int t = 0; t < TAPS; t++) {
            PUT(w + t * stride, moved[t]);
        }
    }
}
