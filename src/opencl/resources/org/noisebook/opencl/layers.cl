// Layers of a network, one group a replica; order of every sum as in DoubleFullyConnected or, with MAPS, as in
// InvertedResidualEngine.

// Rows that one pass over weights serves; units below, and rows times V, that one pass back serves.
#define TILE 8
#if V == 1
#define BELOW 1
#define ACROSS 8
#else
#define BELOW 8
#define ACROSS 1
#endif
#define SPAN (ACROSS * V)

#define HALF_ROOT NUMBER(0x1.6a09e667f3bcdp-1, 0x1.6a09e6p-1)

// As OpenclLayers writes them. A map of `side` is seen through windows at every `step`, which gives one of `out`; `weights` and
// `values` are places, and `skip` is that of the values that are added, or negative.
typedef struct {
    int inputs, outputs, side, step, padding, out, isWindow, isLinear, skip, weights, values;
} Layer;
typedef struct {
    int inputs, activation, room, layers, scratch, lists, readOut, slopes, turned, turnedBelow, patches, means, sums, factors;
} Shape;

// One network and the memory of its group. Slopes become derivatives by sums while an update goes back.
typedef struct {
    int inputs, activation, last;
    global const Layer *layers;
    global const real *scales;
    global real *weights, *readOut, *values, *slopes, *turned, *turnedBelow, *patches, *means, *sums, *factors;
    global int *index, *place, *from, *back;
} Net;

int strideOf(int columns) {
    return (columns + 15) / 16 * 16;
}

Net open(
        global const Shape *shape,
        global const real *scales,
        global real *weights,
        global real *allScratch,
        global int *allLists) {
    Net n;
    long group = get_group_id(0);
    global real *scratch = allScratch + group * shape->scratch;
    n.inputs = shape->inputs;
    n.activation = shape->activation;
    n.last = shape->layers - 1;
    n.layers = (global const Layer *) (shape + 1);
    n.scales = scales;
    n.weights = weights;
    n.readOut = weights + shape->readOut;
    n.values = scratch;
    n.slopes = scratch + shape->slopes;
    n.turned = scratch + shape->turned;
    n.turnedBelow = scratch + shape->turnedBelow;
    n.patches = scratch + shape->patches;
    n.means = scratch + shape->means;
    n.sums = scratch + shape->sums;
    n.factors = scratch + shape->factors;
    n.index = allLists + group * shape->lists;
    n.place = n.index + shape->room;
    n.from = n.place + shape->room;
    n.back = n.from + shape->room;
    return n;
}

// y = s phi(z) and its slope for V sums z of a layer, which y takes the place of.
void finish(const Net *n, const Layer *layer, real scale, int at) {
    global real *out = n->values + layer->values + at;
    vec y = GET(out);
    if (MAPS && layer->isLinear) {
        if (layer->skip >= 0) {
            PUT(out, fma(ofAll(HALF_ROOT), GET(n->values + layer->skip + at), y));
        }
        return;
    }
    vec slope;
    activate(n->activation, scale, y, &y, &slope);
    if (MAPS && n->activation == RELU) {
        slope = y <= ofAll(0) ? ofAll(0) : ofAll(scale);
    }
    PUT(out, y);
    PUT(n->slopes + layer->values + at, slope);
}

// A layer's values from a W for the first rows of a, or rows at[0], at[1], ...
void product(const Net *n, int l, global const real *a, int length, global const int *at, int rows) {
    Layer layer = n->layers[l];
    real scale = n->scales[l];
    int stride = strideOf(layer.outputs);
    int blocks = stride / V;
    int tasks = blocks * ((rows + TILE - 1) / TILE);
    EACH(task, tasks) {
        int j = task % blocks * V;
        int first = task / blocks * TILE;
        global const real *row[TILE];
        vec z[TILE];
#pragma unroll
        for (int t = 0; t < TILE; t++) {
            int r = min(first + t, rows - 1);
            row[t] = a + (at ? at[r] : r) * length;
            z[t] = ofAll(0);
        }
        global const real *column = n->weights + layer.weights + j;
        for (int i = 0; i < layer.inputs; i++) {
            vec weight = GET(column);
            column += stride;
#pragma unroll
            for (int t = 0; t < TILE; t++) {
                z[t] = fma(ofAll(row[t][i]), weight, z[t]);
            }
        }
        // Through memory: a loop that is not unrolled would keep the sums there all the time.
#pragma unroll
        for (int t = 0; t < TILE; t++) {
            if (first + t < rows) {
                PUT(n->values + layer.values + (first + t) * stride + j, z[t]);
            }
        }
        for (int at = first * stride + j; at < min(first + TILE, rows) * stride; at += stride) {
            finish(n, &layer, scale, at);
        }
    }
    SYNC;
}

// Derivatives by the sums of layer l - 1 from those of layer l, rows `back` of both.
void productBack(const Net *n, int l, int rows) {
    Layer layer = n->layers[l];
    Layer below = n->layers[l - 1];
    int stride = strideOf(layer.outputs);
    int strideBelow = strideOf(layer.inputs);
    global const real *delta = n->slopes + layer.values;
    global const real *w = n->weights + layer.weights;
    global const real *turned = n->turned;
    global real *turnedBelow = n->turnedBelow;
    // Rows of units, so that rows lie side by side; behind them zeros, for what lay there may be subnormal, which is slow.
    int columns = (rows + SPAN - 1) / SPAN;
    int across = columns * SPAN;
    EACH(task, layer.outputs * columns) {
        int j = task / columns;
        int first = task % columns * SPAN;
        for (int r = first; r < first + SPAN; r++) {
            n->turned[j * across + r] = r < rows ? delta[n->back[r] * stride + j] : 0;
        }
    }
    SYNC;
    int tasks = (layer.inputs + BELOW - 1) / BELOW * columns;
    EACH(task, tasks) {
        int first = task / columns * BELOW;
        int k = task % columns * SPAN;
        global const real *row[BELOW];
        vec sum[BELOW * ACROSS];
#pragma unroll
        for (int r = 0; r < BELOW; r++) {
            row[r] = w + min(first + r, layer.inputs - 1) * stride;
        }
#pragma unroll
        for (int c = 0; c < BELOW * ACROSS; c++) {
            sum[c] = ofAll(0);
        }
        for (int j = 0; j < layer.outputs; j++) {
#pragma unroll
            for (int c = 0; c < ACROSS; c++) {
                vec d = GET(turned + j * across + k + c * V);
#pragma unroll
                for (int r = 0; r < BELOW; r++) {
                    sum[r * ACROSS + c] = fma(d, ofAll(row[r][j]), sum[r * ACROSS + c]);
                }
            }
        }
#pragma unroll
        for (int r = 0; r < BELOW; r++) {
            if (first + r < layer.inputs) {
#pragma unroll
                for (int c = 0; c < ACROSS; c++) {
                    PUT(turnedBelow + (first + r) * across + k + c * V, sum[r * ACROSS + c]);
                }
            }
        }
    }
    SYNC;
    // Where a block adds what it reads, its derivatives come back here.
    bool joins = MAPS && l + 2 <= n->last && n->layers[l + 2].skip >= 0;
    global const real *joined = joins ? n->slopes + n->layers[l + 2].values : delta;
    EACH(task, strideBelow * columns) {
        int i = task / columns;
        int first = task % columns * SPAN;
        for (int r = first; r < min(first + SPAN, rows); r++) {
            int at = n->back[r] * strideBelow + i;
            real e = i < layer.inputs ? turnedBelow[i * across + r] : 0;
            if (joins) {
                e = fma(HALF_ROOT, joined[at], e);
            }
            global real *slope = n->slopes + below.values + at;
            *slope = MAPS && below.isLinear ? e : e * *slope;
        }
    }
}

// W += a^T delta over rows at[r] of a and back[r] of the derivatives.
void addOuter(const Net *n, int l, global const real *a, int length, global const int *at, int rows) {
    Layer layer = n->layers[l];
    int stride = strideOf(layer.outputs);
    int blocks = stride / V;
    global const real *delta = n->slopes + layer.values;
    int tasks = (layer.inputs + TILE - 1) / TILE * blocks;
    EACH(task, tasks) {
        int j = task % blocks * V;
        int first = task / blocks * TILE;
        int most = layer.inputs - 1 - first;
        global real *column = n->weights + layer.weights + first * stride + j;
        vec moved[TILE];
#pragma unroll
        for (int t = 0; t < TILE; t++) {
            moved[t] = GET(column + min(t, most) * stride);
        }
        for (int r = 0; r < rows; r++) {
            vec d = GET(delta + n->back[r] * stride + j);
            global const real *x = a + at[r] * length + first;
#pragma unroll
            for (int t = 0; t < TILE; t++) {
                moved[t] = fma(ofAll(x[min(t, most)]), d, moved[t]);
            }
        }
#pragma unroll
        for (int t = 0; t < TILE; t++) {
            if (t <= most) {
                PUT(column + t * stride, moved[t]);
            }
        }
    }
}
