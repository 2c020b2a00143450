// Trains fully connected networks by the rule of org.noisebook.model.HingeSgd, one group a replica; order of every sum as in
// DoubleFullyConnected. With WIDE what a point weighs in a step is computed in double, else thresholds in the network's own
// precision say whether it is fitted, and all unfitted points weigh alike.

// Points that one pass over weights serves; units below, and points times V, that one pass back serves.
#define TILE 8
#if V == 1
#define BELOW 1
#define ACROSS 8
#else
#define BELOW 8
#define ACROSS 1
#endif

#define SYNC barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
#define MOST_SUMS 64
#ifdef WIDE
typedef double rule;
#else
typedef real rule;
#endif

// Kinds of ends, and why a replica is not running, in a replica's longs behind its stream's six.
#define RUNNING 0
#define FITTED 1
#define CAPPED 2
#define DIVERGED 3
#define ASKING 4
enum {
    STEPS = 6, UPDATES, LAST_STEP, CLEAN, ALL_SEEN, NEXT_ZERO_CHECK, FITTED_POINTS, END, MOST_STEPS, ROUNDS, NOISE, SQUARED,
    MARGIN, SPREAD, LONGS
};

// In the order of org.noisebook.model.GradientNoise.
enum { MINIBATCH, UNFITTED, GAUSSIAN };

// One network and the memory of its group: rows of `room` points, rounded up to 16.
typedef struct {
    int inputs, width, depth, stride, room, activation;
    real scale, lastScale;
    global real *weights, *hidden, *slopes, *deltas, *turned, *sums, *factors;
    global int *index, *place, *from, *back, *line;
} Net;

Net open(
        int inputs,
        int width,
        int depth,
        int room,
        int activation,
        real scale,
        real lastScale,
        global real *weights,
        global real *scratch,
        global int *lists) {
    Net n;
    n.inputs = inputs;
    n.width = width;
    n.depth = depth;
    n.stride = (width + 15) / 16 * 16;
    n.room = room;
    n.activation = activation;
    n.scale = scale;
    n.lastScale = lastScale;
    n.weights = weights;
    int layer = room * n.stride;
    n.hidden = scratch;
    n.slopes = n.hidden + depth * layer;
    n.deltas = n.slopes + depth * layer;
    n.turned = n.deltas + 2 * layer;
    n.sums = n.turned + 2 * layer;
    n.factors = n.sums + room * MOST_SUMS;
    n.index = lists;
    n.place = n.index + room;
    n.from = n.place + room;
    n.back = n.from + room;
    n.line = n.back + room;
    EACH(k, room) {
        n.line[k] = k * n.stride;
    }
    return n;
}

// out = s phi(a W) and slope = s phi'(a W) for the rows of a that start at `at`.
void layer(
        const Net *n,
        global const real *w,
        int inputs,
        global const real *a,
        global const int *at,
        int count,
        real scale,
        global real *out,
        global real *slope) {
    int stride = n->stride;
    int blocks = stride / V;
    int tasks = blocks * ((count + TILE - 1) / TILE);
    EACH(task, tasks) {
        int j = task % blocks * V;
        int first = task / blocks * TILE;
        global const real *row[TILE];
        vec z[TILE];
#pragma unroll
        for (int t = 0; t < TILE; t++) {
            row[t] = a + at[min(first + t, count - 1)];
            z[t] = ofAll(0);
        }
        global const real *column = w + j;
        for (int i = 0; i < inputs; i++) {
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
            if (first + t < count) {
                PUT(out + (first + t) * stride + j, z[t]);
            }
        }
        for (int at = first * stride + j; at < min(first + TILE, count) * stride; at += stride) {
            vec y;
            vec s;
            activate(n->activation, scale, GET(out + at), &y, &s);
            PUT(out + at, y);
            PUT(slope + at, s);
        }
    }
    SYNC;
}

// sums[MOST_SUMS k] = f(x) for the points of `index`.
void forward(const Net *n, global const real *points, int count) {
    int stride = n->stride;
    int size = n->room * stride;
    EACH(k, count) {
        n->from[k] = n->index[k] * n->inputs;
    }
    SYNC;
    for (int l = 0; l < n->depth; l++) {
        global const real *w = n->weights + (l == 0 ? 0 : (n->inputs + (l - 1) * n->width) * stride);
        layer(
                n,
                w,
                l == 0 ? n->inputs : n->width,
                l == 0 ? points : n->hidden + (l - 1) * size,
                l == 0 ? n->from : n->line,
                count,
                l == n->depth - 1 ? n->lastScale : n->scale,
                n->hidden + l * size,
                n->slopes + l * size);
    }
    global const real *v = n->weights + (n->inputs + (n->depth - 1) * n->width) * stride;
    global const real *last = n->hidden + (n->depth - 1) * size;
    int kept = stride > 32 ? 64 : stride > 16 ? 32 : 16;
    EACH(task, count * (kept / V)) {
        int j = task % (kept / V) * V;
        int k = task / (kept / V);
        vec s = ofAll(0);
        for (int i = j; i < stride; i += kept) {
            s = fma(GET(last + k * stride + i), GET(v + i), s);
        }
        PUT(n->sums + k * MOST_SUMS + j, s);
    }
    SYNC;
    EACH(k, count) {
        global real *s = n->sums + k * MOST_SUMS;
        for (int fold = kept / 2; fold > 0; fold /= 2) {
            for (int j = 0; j < fold; j++) {
                s[j] = s[j] + s[j + fold];
            }
        }
    }
    SYNC;
}

// w += sum of factor[k] grad f over the points that went forward in the first `count` places, one after the other.
void update(const Net *n, global const real *points, global const rule *pulls, global const rule *factors, int count) {
    int stride = n->stride;
    int size = n->room * stride;
    int blocks = stride / V;
    EACH(k, count) {
        int point = n->index[n->place[k]];
#ifdef WIDE
        n->factors[k] = (real) factors[k];
#else
        n->factors[k] = pulls[point];
#endif
        n->from[k] = point * n->inputs;
        n->back[k] = n->place[k] * stride;
    }
    SYNC;
    int last = n->depth - 1;
    global real *v = n->weights + (n->inputs + last * n->width) * stride;
    EACH(block, blocks) {
        int j = block * V;
        vec w = GET(v + j);
        vec moved = w;
        for (int k = 0; k < count; k++) {
            vec f = ofAll(n->factors[k]);
            int at = last * size + n->back[k] + j;
            PUT(n->deltas + k * stride + j, fma(f, w, ofAll(0)) * GET(n->slopes + at));
            moved = fma(f, GET(n->hidden + at), moved);
        }
        PUT(v + j, moved);
    }
    for (int l = last; l >= 0; l--) {
        global const real *delta = n->deltas + (last - l) % 2 * size;
        global real *below = n->deltas + (last - l + 1) % 2 * size;
        global real *w = n->weights + (l == 0 ? 0 : (n->inputs + (l - 1) * n->width) * stride);
        global const real *turned = n->turned;
        global real *turnedBelow = n->turned + size;
        SYNC;
        if (l > 0) {
            // Rows of units, so that points lie side by side; behind them zeros, for what lay there may be subnormal, which is slow.
            int columns = (count + ACROSS * V - 1) / (ACROSS * V);
            EACH(j, n->width) {
                for (int k = 0; k < columns * ACROSS * V; k++) {
                    n->turned[j * n->room + k] = k < count ? delta[k * stride + j] : 0;
                }
            }
            SYNC;
            int tasks = (n->width + BELOW - 1) / BELOW * columns;
            EACH(task, tasks) {
                int first = task / columns * BELOW;
                int k = task % columns * (ACROSS * V);
                global const real *row[BELOW];
                vec sum[BELOW * ACROSS];
#pragma unroll
                for (int r = 0; r < BELOW; r++) {
                    row[r] = w + min(first + r, n->width - 1) * stride;
                }
#pragma unroll
                for (int c = 0; c < BELOW * ACROSS; c++) {
                    sum[c] = ofAll(0);
                }
                for (int j = 0; j < n->width; j++) {
#pragma unroll
                    for (int c = 0; c < ACROSS; c++) {
                        vec d = GET(turned + j * n->room + k + c * V);
#pragma unroll
                        for (int r = 0; r < BELOW; r++) {
                            sum[r * ACROSS + c] = fma(d, ofAll(row[r][j]), sum[r * ACROSS + c]);
                        }
                    }
                }
#pragma unroll
                for (int r = 0; r < BELOW; r++) {
                    if (first + r < n->width) {
#pragma unroll
                        for (int c = 0; c < ACROSS; c++) {
                            PUT(turnedBelow + (first + r) * n->room + k + c * V, sum[r * ACROSS + c]);
                        }
                    }
                }
            }
            SYNC;
            EACH(i, stride) {
                for (int k = 0; k < count; k++) {
                    real slope = n->slopes[(l - 1) * size + n->back[k] + i];
                    below[k * stride + i] = i < n->width ? turnedBelow[i * n->room + k] * slope : 0;
                }
            }
        }
        int inputs = l == 0 ? n->inputs : n->width;
        global const real *a = l == 0 ? points : n->hidden + (l - 1) * size;
        global const int *at = l == 0 ? n->from : n->back;
        int tasks = (inputs + TILE - 1) / TILE * blocks;
        EACH(task, tasks) {
            int j = task % blocks * V;
            int first = task / blocks * TILE;
            int most = inputs - 1 - first;
            global real *column = w + first * stride + j;
            vec moved[TILE];
#pragma unroll
            for (int t = 0; t < TILE; t++) {
                moved[t] = GET(column + min(t, most) * stride);
            }
            for (int k = 0; k < count; k++) {
                vec d = GET(delta + k * stride + j);
                global const real *x = a + at[k] + first;
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
    SYNC;
}

// f(w, x) of the points from `first` to before `end`, which the groups share out.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void outputs(
        int inputs,
        int width,
        int depth,
        int room,
        int activation,
        real scale,
        real lastScale,
        int scratchLength,
        global real *weights,
        long weightPlace,
        global real *scratch,
        global int *lists,
        global const real *points,
        long pointPlace,
        int count,
        global real *out,
        long outPlace) {
    int group = get_group_id(0);
    Net n = open(inputs, width, depth, room, activation, scale, lastScale, weights + weightPlace,
            scratch + (long) group * scratchLength, lists + (long) group * 5 * room);
    for (int first = group * room; first < count; first += get_num_groups(0) * room) {
        int size = min(room, count - first);
        EACH(k, size) {
            n.index[k] = first + k;
        }
        SYNC;
        forward(&n, points + pointPlace, size);
        EACH(k, size) {
            out[outPlace + first + k] = n.sums[k * MOST_SUMS];
        }
        SYNC;
    }
}

// What an item knows of the run: only the first one's copy counts.
enum { NEXT, BATCH, ALL, PICKED, SURVEY, FINAL };

// A point's mark says under which count of updates it was looked at last, and whether it was fitted.
#define MARK(updates, fitted) (((uint) (updates) + 1u) * 2u + (fitted))

// Steps of one replica a group, at most so many.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void train(
        int inputs,
        int width,
        int depth,
        int room,
        int activation,
        real scale,
        real lastScale,
        int scratchLength,
        int size,
        int batchSize,
        int budget,
        global real *weights,
        long weightLength,
        global real *scratch,
        global int *lists,
        global const real *allPoints,
        global const rule *allPulls,
        global const rule *allThresholds,
        global rule *allFactors,
        global int *allMarks,
        global const ulong *edge,
        global ulong *states) {
    local int shared[3];
    long slot = get_group_id(0);
    global ulong *state = states + slot * LONGS;
    if (state[END] != RUNNING) {
        return;
    }
    Net n = open(inputs, width, depth, room, activation, scale, lastScale, weights + slot * weightLength,
            scratch + slot * scratchLength, lists + slot * 5 * room);
    global const real *points = allPoints + slot * size * inputs;
    global const rule *pulls = allPulls + slot * size;
    global const rule *thresholds = allThresholds + slot * size;
    global rule *factors = allFactors + slot * 2 * room;
    global uint *seen = (global uint *) allMarks + slot * 3 * size;
    global int *drawn = allMarks + slot * 3 * size + size;
    global int *chosen = drawn + size;
    Random random = takeRandom(state);
    Random before = random;
    ulong step = state[STEPS], updates = state[UPDATES], lastStep = state[LAST_STEP], clean = state[CLEAN];
    ulong nextZeroCheck = state[NEXT_ZERO_CHECK], end = RUNNING;
    int fitted = state[FITTED_POINTS], rounds = state[ROUNDS], allSeen = state[ALL_SEEN];
    int mode = NEXT, cursor = 0, unfitted = 0, allZero = 1, kept = 0, noise = state[NOISE];
    while (true) {
        if (ITEM == 0) {
            int count = 0;
            if (mode == NEXT && end == RUNNING && (budget > 0 || step == state[MOST_STEPS])) {
                cursor = 0;
                unfitted = 0;
                allZero = 1;
                if (step == state[MOST_STEPS]) {
                    mode = FINAL;
                } else {
                    budget--;
                    step++;
                    mode = noise == UNFITTED ? ALL : BATCH;
                }
            }
            if (mode == BATCH) {
                before = random;
                if (noise == MINIBATCH) {
                    drawSubset(&random, size, batchSize, drawn, &rounds, chosen);
                }
                for (int k = 0; k < (noise == MINIBATCH ? batchSize : size); k++) {
                    int i = noise == MINIBATCH ? chosen[k] : k;
                    if (seen[i] != MARK(updates, 1)) {
                        n.index[count++] = i;
                    }
                }
            } else if (mode == PICKED) {
                for (count = 0; count < kept; count++) {
                    n.index[count] = chosen[count];
                    n.place[count] = count;
                }
            } else if (mode != NEXT) {
                for (; cursor < size && count < room; cursor++) {
                    if (seen[cursor] != MARK(updates, 1) && (mode == ALL || seen[cursor] != MARK(updates, 0))) {
                        n.index[count++] = cursor;
                    }
                }
            }
            shared[0] = mode != NEXT;
            shared[1] = count;
        }
        SYNC;
        if (!shared[0]) {
            break;
        }
        int count = shared[1];
        if (count > 0) {
            forward(&n, points, count);
        }
        if (ITEM == 0) {
            int moving = 0;
            // PoCL shares out a loop whose bound is the same for all items, though only one makes it.
            for (int k = 0; k < count && mode != NEXT; k++) {
                int i = n.index[k];
                real f = n.sums[k * MOST_SUMS];
#ifdef WIDE
                double value = f - thresholds[i];
                bool diverged = !isfinite(value);
                double gap = as_double(state[MARGIN]) - (signbit(pulls[i]) ? -value : value);
                double pull = state[SQUARED] ? gap : gap > 0;
                bool isFitted = pull == 0;
                factors[mode == BATCH ? unfitted : k] = pulls[i] * pull;
#else
                bool diverged = !isfinite(f) || isnan(thresholds[i]);
                bool isFitted = signbit(pulls[i]) ? f <= thresholds[i] : f >= thresholds[i];
#endif
                allZero &= f == 0;
                if (diverged) {
                    end = DIVERGED;
                    break;
                }
                if (mode == PICKED) {
                    unfitted++;
                } else if (isFitted) {
                    fitted += seen[i] != MARK(updates, 1);
                    seen[i] = MARK(updates, 1);
                } else {
                    seen[i] = MARK(updates, 0);
                    if (mode == BATCH) {
                        n.place[unfitted] = k;
                    } else if (mode == ALL) {
                        chosen[unfitted] = i;
                    }
                    unfitted++;
                }
            }
            if (end == DIVERGED) {
                mode = NEXT;
            } else if (mode == PICKED) {
                moving = count;
            } else if (mode == BATCH || mode == ALL && cursor == size) {
                if (unfitted > 0 && allZero && step >= nextZeroCheck) {
                    // The host looks whether anything can move; the step is made again.
                    nextZeroCheck = 2 * step;
                    step--;
                    if (mode == BATCH) {
                        random = before;
                    }
                    end = ASKING;
                    mode = NEXT;
                } else if (unfitted > 0 && mode == BATCH) {
                    moving = unfitted;
#ifdef WIDE
                    if (noise == GAUSSIAN && batchSize < size) {
                        global double *normals = factors + room;
                        double sum = 0;
                        for (int i = 0; i < size; i++) {
                            normals[i] = nextGaussian(&random, (global const double *) edge);
                            sum += normals[i];
                        }
                        double mean = sum / size;
                        for (int k = 0; k < unfitted; k++) {
                            double part = as_double(state[SPREAD]) * (normals[n.place[k]] - mean);
                            factors[k] *= 1 + part;
                        }
                    }
#endif
                } else if (unfitted > 0) {
                    // Knuth, TAOCP 2, 3.4.2, algorithm S.
                    int wanted = min(batchSize, unfitted);
                    kept = 0;
                    for (int k = 0; kept < wanted; k++) {
                        int left = unfitted - k;
                        int missing = wanted - kept;
                        if (missing == left || nextIndex(&random, left) < missing) {
                            chosen[kept++] = chosen[k];
                        }
                    }
                    mode = PICKED;
                } else {
                    clean += batchSize;
                    mode = NEXT;
                    if (!allSeen && 2 * clean >= size) {
                        allSeen = 1;
                        mode = SURVEY;
                        cursor = 0;
                    } else if (fitted == size) {
                        end = FITTED;
                    }
                }
            } else if (mode == SURVEY && cursor == size) {
                mode = NEXT;
                if (fitted == size) {
                    end = FITTED;
                }
            } else if (mode == FINAL && cursor == size) {
                mode = NEXT;
                end = fitted == size ? FITTED : CAPPED;
            }
            if (moving > 0) {
                updates++;
                fitted = 0;
                lastStep = step;
                clean = 0;
                allSeen = 0;
                mode = NEXT;
            }
            shared[2] = moving;
        }
        SYNC;
        if (shared[2] > 0) {
            update(&n, points, pulls, factors, shared[2]);
        }
    }
    if (ITEM == 0) {
        keepRandom(&random, state);
        state[STEPS] = step;
        state[UPDATES] = updates;
        state[LAST_STEP] = lastStep;
        state[CLEAN] = clean;
        state[ALL_SEEN] = allSeen;
        state[NEXT_ZERO_CHECK] = nextZeroCheck;
        state[FITTED_POINTS] = fitted;
        state[END] = end;
        state[ROUNDS] = rounds;
    }
}
