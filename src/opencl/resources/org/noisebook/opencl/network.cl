// Trains networks by the rule of org.noisebook.model.HingeSgd, one group a replica. With WIDE what a point weighs in a step is
// computed in double, else thresholds in the network's own precision say whether it is fitted, and all unfitted points weigh alike.

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

// sums[MOST_SUMS k] = f(x) for the points of `index`.
void forward(const Net *n, global const real *points, int count) {
    if (MAPS) {
        patch(n, points, count);
    }
    for (int l = 0; l <= n->last; l++) {
        Layer layer = n->layers[l];
        if (MAPS && layer.isWindow) {
            convolve(n, l, count);
        } else {
            bool isFirst = l == 0;
            product(
                    n,
                    l,
                    !isFirst ? n->values + n->layers[l - 1].values : MAPS ? n->patches : points,
                    isFirst && !MAPS ? n->inputs : strideOf(layer.inputs),
                    isFirst && !MAPS ? n->index : 0,
                    count * layer.out * layer.out);
        }
    }
    Layer top = n->layers[n->last];
    int stride = strideOf(top.outputs);
    global const real *v = n->readOut;
#if MAPS
    int pixels = top.out * top.out;
    EACH(task, count * (stride / V)) {
        int j = task % (stride / V) * V;
        int k = task / (stride / V);
        global const real *value = n->values + top.values + k * pixels * stride + j;
        vec sum = GET(value);
        for (int p = 1; p < pixels; p++) {
            sum = sum + GET(value + p * stride);
        }
        PUT(n->means + k * stride + j, sum);
    }
    SYNC;
    EACH(k, count) {
        real f = 0;
        for (int j = 0; j < top.outputs; j++) {
            f = fma(n->means[k * stride + j], v[j], f);
        }
        n->sums[k * MOST_SUMS] = f;
    }
#else
    int kept = stride > 32 ? 64 : stride > 16 ? 32 : 16;
    EACH(task, count * (kept / V)) {
        int j = task % (kept / V) * V;
        int k = task / (kept / V);
        vec s = ofAll(0);
        for (int i = j; i < stride; i += kept) {
            s = fma(GET(n->means + k * stride + i), GET(v + i), s);
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
#endif
    SYNC;
}

// w += sum of factor[k] grad f over the points that went forward in the first `count` places, one after the other.
void update(const Net *n, global const real *points, global const rule *pulls, global const rule *factors, int count) {
    Layer top = n->layers[n->last];
    int stride = strideOf(top.outputs);
    int pixels = top.out * top.out;
    EACH(k, count) {
        n->from[k] = n->index[n->place[k]];
#ifdef WIDE
        n->factors[k] = (real) factors[k];
#else
        n->factors[k] = pulls[n->from[k]];
#endif
    }
    SYNC;
    EACH(block, stride / V) {
        int j = block * V;
        vec w = GET(n->readOut + j);
        vec moved = w;
        for (int k = 0; k < count; k++) {
            vec f = ofAll(n->factors[k]);
            global real *slope = n->slopes + top.values + n->place[k] * pixels * stride + j;
            for (int p = 0; p < pixels; p++) {
                PUT(slope + p * stride, fma(f, w, ofAll(0)) * GET(slope + p * stride));
            }
            moved = fma(f, GET(n->means + n->place[k] * stride + j), moved);
        }
        PUT(n->readOut + j, moved);
    }
    for (int l = n->last; l >= 0; l--) {
        Layer layer = n->layers[l];
        SYNC;
        if (MAPS && layer.isWindow) {
            convolveBack(n, l, count);
            addConvolved(n, l, count);
        } else {
            pixels = layer.out * layer.out;
            EACH(k, count) {
                for (int p = 0; p < pixels; p++) {
                    n->back[k * pixels + p] = n->place[k] * pixels + p;
                }
            }
            SYNC;
            if (l > 0) {
                productBack(n, l, count * pixels);
            }
            bool isFirst = l == 0;
            addOuter(
                    n,
                    l,
                    !isFirst ? n->values + n->layers[l - 1].values : MAPS ? n->patches : points,
                    isFirst && !MAPS ? n->inputs : strideOf(layer.inputs),
                    isFirst && !MAPS ? n->from : n->back,
                    count * pixels);
        }
    }
    SYNC;
}

// f(w, x) of the points from `first` to before `end`, which the groups share out.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void outputs(
        global const Shape *shape,
        global const real *scales,
        global real *weights,
        long weightPlace,
        global real *scratch,
        global int *lists,
        global const real *points,
        long pointPlace,
        int count,
        global real *out) {
    int room = shape->room;
    Net n = open(shape, scales, weights + weightPlace, scratch, lists);
    for (int first = get_group_id(0) * room; first < count; first += get_num_groups(0) * room) {
        int size = min(room, count - first);
        EACH(k, size) {
            n.index[k] = first + k;
        }
        SYNC;
        forward(&n, points + pointPlace, size);
        EACH(k, size) {
            out[first + k] = n.sums[k * MOST_SUMS];
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
        global const Shape *shape,
        global const real *scales,
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
    int room = shape->room;
    Net n = open(shape, scales, weights + slot * weightLength, scratch, lists);
    global const real *points = allPoints + slot * size * shape->inputs;
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
