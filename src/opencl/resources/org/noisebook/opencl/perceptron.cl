// Perceptrons, a group each, many steps a launch: what org.noisebook.model.PlainPerceptron.descend and
// org.noisebook.sgd.PerceptronRun do, bit by bit. With ITEMS = 1 a group is one item that works on
// vectors of V; with more, an item owns columns and accumulators.
//
// A launch goes in turns: all items decide alike what to do, which no barrier interrupts; then item 0 draws, then all change the
// weights, compute margins and collect points, with the same barriers in every turn. So no barrier stands in a branch, where
// compilers multiply the code behind it.

#define OVERFLOW NUMBER(DBL_MAX, 0x1.fffffep127)
#define ACCUMULATORS 64
// Steps of a replica after which u is to be kept, as many as a launch knows; behind them stand the steps before which it was.
#define LOOKS 16
// Rows whose accumulators are in local memory at a time.
#define ROWS 8

#if ITEMS == 1
#define LOAD JOIN(vload, V)
#define STORE JOIN(vstore, V)
#define TILE 1
#else
#define TILE (ROWS * ACCUMULATORS)
#endif

// A replica's numbers that are kept between launches; the host knows the order. Behind the slack is what is known of where unfitted
// points can be.
typedef struct {
    long status, step, lastStep, updates, maxSteps, lookCount, moreLooks, copies, clean, checked, round;
    Random random;
    double threshold, stepLength, largestNorm, bound, slack, screenNoise, screenSignal, nearRadius;
    long unfitted, sinceScreen, candidates, nearCount, nearBuilt, nearPays, nearSpent, tracked, valid, rowsKept, kept;
} Replica;

// Statuses. In doubt whether the weights are finite the host looks.
enum { RUNNING, FITTED, CAPPED, DOUBT };

// Tests of `keep`.
enum { MARGIN, SCREEN, NEAR, TRACKER };

typedef struct {
    int size, dimension, stride, batchSize;
    global const real *rows;
    global real *u;
    global real *margins;
    global const double *signals, *noises;
    global double *tracked;
    global int *all, *mark, *batch, *unfitted, *candidates, *near, *rowOf, *keptPoint;
    global long *at;
    global double *seen;
    local real *tile;
    local long *box;
    local int *counts;
    real threshold, stepLength;
    double wideThreshold, wideStep;
    int looks, lookCount, copies;
} Perceptron;

void together() {
#if ITEMS > 1
    SYNC;
#endif
}

// out[k] = row list[k] times v: term i to accumulator i mod 64, then accumulator j and j + 32, j + 16, ... as linalg.Kernels.
void dots(const Perceptron *p, global const int *list, int count, global const real *v, global real *out) {
    int stride = p->stride;
#if ITEMS == 1
    for (int k = 0; k < count; k++) {
        global const real *row = p->rows + (ulong) list[k] * stride;
        vec s[ACCUMULATORS / V];
        for (int a = 0; a < ACCUMULATORS / V; a++) {
            s[a] = 0;
        }
        int block = 0;
        for (; block + ACCUMULATORS <= stride; block += ACCUMULATORS) {
            for (int a = 0; a < ACCUMULATORS / V; a++) {
                s[a] = fma(LOAD(a, row + block), LOAD(a, v + block), s[a]);
            }
        }
        for (int a = 0; a < ACCUMULATORS / V; a++) {
            if (block + a * V < stride) {
                s[a] = fma(LOAD(a, row + block), LOAD(a, v + block), s[a]);
            }
        }
        for (int h = ACCUMULATORS / V / 2; h > 0; h /= 2) {
            if (stride > h * V) {
                for (int a = 0; a < h; a++) {
                    s[a] += s[a + h];
                }
            }
        }
        real t[V];
        STORE(s[0], 0, t);
        for (int h = V / 2; h > 0; h /= 2) {
            for (int a = 0; a < h; a++) {
                t[a] += t[a + h];
            }
        }
        out[k] = t[0];
    }
#else
    local real *tile = p->tile;
    int n = stride > 32 ? 64 : stride > 16 ? 32 : 16;
    for (int first = 0; first < count; first += ROWS) {
        int now = min(ROWS, count - first);
        EACH(t, now * n) {
            global const real *row = p->rows + (ulong) list[first + t / n] * stride;
            real s = 0;
            for (int block = 0, i = t % n; block < stride; block += ACCUMULATORS, i += ACCUMULATORS) {
                s = i < stride ? fma(row[i], v[i], s) : s;
            }
            tile[t] = s;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int h = n / 2; h > 0; h /= 2) {
            EACH(t, now * h) {
                int a = t / h * n + t % h;
                tile[a] += tile[a + h];
            }
            barrier(CLK_LOCAL_MEM_FENCE);
        }
        EACH(k, now) {
            out[first + k] = tile[k * n];
        }
        together();
    }
#endif
}

// Whether the k-th of a list, point i, passes a test.
bool passes(const Perceptron *p, int test, int k, int i, double a, double b) {
    if (test == MARGIN) {
        return p->margins[k] < p->threshold;
    }
    if (test == TRACKER) {
        return p->tracked[k] < p->wideThreshold;
    }
    double signal = a * p->signals[i];
    double noise = b * p->noises[i];
    double from = test == NEAR ? (double) p->margins[k] - signal : signal;
    return from - noise < p->wideThreshold;
}

// Collects those of a list that pass a test, in their order; gives their number.
int keep(const Perceptron *p, int test, global const int *list, int count, double a, double b, global int *found) {
#if ITEMS == 1
    int n = 0;
    for (int k = 0; k < count; k++) {
        int i = list[k];
        if (passes(p, test, k, i, a, b)) {
            found[n++] = i;
        }
    }
    return n;
#else
    int share = (count + ITEMS - 1) / ITEMS;
    int from = ITEM * share;
    int n = 0;
    for (int j = 0; j < share; j++) {
        int k = from + j;
        if (k < count && passes(p, test, k, list[k], a, b)) {
            n++;
        }
    }
    p->counts[ITEM] = n;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (ITEM == 0) {
        int sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            int own = p->counts[i];
            p->counts[i] = sum;
            sum += own;
        }
        p->counts[ITEMS] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    n = p->counts[ITEM];
    for (int j = 0; j < share; j++) {
        int k = from + j;
        if (k < count && passes(p, test, k, list[k], a, b)) {
            found[n++] = list[k];
        }
    }
    n = p->counts[ITEMS];
    together();
    return n;
#endif
}

// |w - v| of all components but the first, v = 0 where there is none: PlainPerceptron.noise, PerceptronPoints.displacement.
double remoteness(const Perceptron *p, global const double *v) {
    double even = 0;
    double odd = 0;
    int j = 1;
    for (; j + 1 < p->dimension; j += 2) {
        double a = v ? p->u[j] - v[j] : p->u[j];
        double b = v ? p->u[j + 1] - v[j + 1] : p->u[j + 1];
        even = fma(a, a, even);
        odd = fma(b, b, odd);
    }
    if (j < p->dimension) {
        double a = v ? p->u[j] - v[j] : p->u[j];
        even = fma(a, a, even);
    }
    return sqrt(even + odd);
}

// Keeps a copy of u if one is asked for after a step before this one, then u += stepLength z of the first `count` unfitted, one
// after the other.
void change(Perceptron *p, long step, int count) {
    if (p->looks < p->lookCount && p->at[p->looks] < step) {
        EACH(j, p->dimension) {
            p->seen[(long) p->copies * p->dimension + j] = p->u[j];
        }
        if (ITEM == 0) {
            p->at[LOOKS + p->copies] = step;
        }
        p->copies++;
        while (p->looks < p->lookCount && p->at[p->looks] < step) {
            p->looks++;
        }
    }
#if ITEMS == 1
    for (int k = 0; k < count; k++) {
        global const real *row = p->rows + (ulong) p->unfitted[k] * p->stride;
        for (int j = 0; j < p->stride / V; j++) {
            STORE(fma((vec) p->stepLength, LOAD(j, row), LOAD(j, p->u)), j, p->u);
        }
    }
#else
    EACH(j, p->stride) {
        real u = p->u[j];
        for (int k = 0; k < count; k++) {
            u = fma(p->stepLength, p->rows[(ulong) p->unfitted[k] * p->stride + j], u);
        }
        p->u[j] = u;
    }
#endif
}

#ifdef FAST_FORWARD
#define SCREEN_NOISE_FACTOR 1.35
#define SCREEN_GROWTH 1.08
#define SCREEN_PER_MARGIN 8
#define DRAWN_SAMPLE 4
#define FIRST_RADIUS 0.1
#define RADIUS_STEP 1.5
#define NEAR_SHARE 0.7
#define ADDITIONS_PER_DOT 8

// C(P-U, B)/C(P, B), or any number below one half where it is below one half.
double cleanProbability(const Perceptron *p, int unfitted) {
    int few = min(unfitted, p->batchSize);
    int many = max(unfitted, p->batchSize);
    double probability = 1;
    for (int i = 0; i < few && probability >= 0.25; i++) {
        probability *= (double) (p->size - many - i) / (p->size - i);
    }
    return fmax(probability, 0.0);
}

// k >= 1 by the conditional hypergeometric law, by inversion from k = 1.
int conditionalCount(const Perceptron *p, Random *random, int unfitted, double clean) {
    double rest = (1 - clean) * nextDouble(random);
    double target = clean + rest;
    double mass = clean;
    double sum = clean;
    int most = min(unfitted, p->batchSize);
    int k = 0;
    do {
        double factor = (double) (unfitted - k) * (p->batchSize - k);
        factor = factor / ((k + 1.0) * (p->size - unfitted - p->batchSize + k + 1.0));
        mass *= factor;
        k++;
        sum += mass;
    } while (sum <= target && k < most);
    return k;
}

void swap(global int *list, int a, int b) {
    int point = list[a];
    list[a] = list[b];
    list[b] = point;
}

// Which unfitted points a uniform batch holds, by revealing them one after another.
int revealBatch(const Perceptron *p, Random *random, int unfitted) {
    int chosen = 0;
    for (int j = 0; j < unfitted && chosen < p->batchSize; j++) {
        if (nextDouble(random) * (p->size - j) < p->batchSize - chosen) {
            swap(p->unfitted, j, chosen++);
        }
    }
    return chosen;
}

// The step of the next change and how many points it has, 0 if the cap comes first; they move to the front of `unfitted`.
void nextChange(Perceptron *p, Random *random, int unfitted, long step, long maxSteps) {
    double clean = cleanProbability(p, unfitted);
    long skips = 0;
    int chosen = 0;
    if (clean >= 0.5) {
        double draw = strictLog(nextPositive(random)) / strictLog(clean);
        skips = draw >= (double) maxSteps ? maxSteps : (long) draw;
        chosen = conditionalCount(p, random, unfitted, clean);
        for (int k = 0; k < chosen; k++) {
            swap(p->unfitted, k + nextIndex(random, unfitted - k), k);
        }
    } else {
        while (true) {
            chosen = revealBatch(p, random, unfitted);
            if (chosen > 0 || step + skips >= maxSteps) {
                break;
            }
            skips++;
        }
    }
    bool capped = chosen == 0 || skips >= maxSteps - step;
    p->box[0] = capped ? maxSteps : step + skips + 1;
    p->box[1] = capped ? 0 : chosen;
}

// After the candidates were screened.
void screened(Replica *s, int candidates, double noise) {
    s->candidates = candidates;
    if (!s->nearPays || s->nearRadius == 0) {
        s->nearRadius = FIRST_RADIUS * noise;
    }
    s->nearBuilt = false;
    s->nearPays = true;
    s->valid = false;
    s->rowsKept = false;
}
#endif

// What item 0 draws in a turn: nothing, a batch, the next change.
enum { NOTHING, BATCH, NEXT };

// Where the decisions stand.
enum {
    TOP, SCREENED, DRAW, DRAWN, COUNT, COUNT_SCREENED, LOOK, BUILD, BUILT, COUNTED, SEARCHED, LAST_LOOK, CHOOSE, CHOSEN,
    CHANGE, DONE
};

// A look at all of a list: margins, then the unfitted of them.
#define COLLECT(points, number)                                                                                       \
    list = kept = points;                                                                                             \
    dotCount = keepCount = number;                                                                                    \
    spent += number;

#define SCREEN_NOW                                                                                                    \
    s.screenSignal = signal;                                                                                          \
    s.screenNoise = SCREEN_NOISE_FACTOR * noise;                                                                      \
    test = SCREEN;                                                                                                    \
    kept = p.all;                                                                                                     \
    keepCount = size;                                                                                                 \
    gain = signal * (1 - s.slack);                                                                                    \
    loss = s.screenNoise * (1 + s.slack);                                                                             \
    found = p.candidates;                                                                                             \
    spent += size / SCREEN_PER_MARGIN;

// Steps of the replica of each group: all of them, or with FAST_FORWARD those that change the weights, as
// PerceptronRun.fastForward; a launch ends after about `budget` margins.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void descend(
        long budget,
        int size,
        int dimension,
        int stride,
        int batchSize,
        long mostKept,
        global Replica *replicas,
        global const real *rows,
        global real *u,
        global real *margins,
        global double *doubles,
        global double *keptRows,
        global int *ints,
        global long *at,
        global double *seen) {
    local real tile[TILE];
    local long box[2];
    local int counts[ITEMS + 1];
    long slot = get_group_id(0);
    Replica s = replicas[slot];
    if (s.status != RUNNING) {
        return;
    }
    doubles += slot * (3L * size + stride);
    ints += slot * 8L * size;
    keptRows += slot * mostKept;
    Perceptron p;
    p.size = size;
    p.dimension = dimension;
    p.stride = stride;
    p.batchSize = batchSize;
    p.rows = rows + slot * size * stride;
    p.u = u + slot * stride;
    p.margins = margins + slot * size;
    p.signals = doubles;
    p.noises = doubles + size;
    p.tracked = doubles + 2L * size;
    global double *reference = doubles + 3L * size;
    p.all = ints;
    p.mark = ints + size;
    p.batch = ints + 2L * size;
    p.unfitted = ints + 3L * size;
    p.candidates = ints + 4L * size;
    p.near = ints + 5L * size;
    p.rowOf = ints + 6L * size;
    p.keptPoint = ints + 7L * size;
    p.at = at + slot * 2 * LOOKS;
    p.seen = seen + slot * LOOKS * dimension;
    p.tile = tile;
    p.box = box;
    p.counts = counts;
    p.wideThreshold = s.threshold;
    p.wideStep = s.stepLength;
    p.threshold = (real) p.wideThreshold;
    p.stepLength = (real) p.wideStep;
    p.looks = 0;
    p.copies = 0;
    p.lookCount = (int) s.lookCount;
    int round = (int) s.round;
    bool capped = false;
#ifdef FAST_FORWARD
    double signal = 0;
    double noise = 0;
    bool holds = false;
    int cost = 0;
#endif
    int phase = TOP;
    int got = 0;
    long spent = 0;
    together();
    while (phase != DONE) {
        int draws = NOTHING;
        int changes = 0;
        global const int *list = p.all;
        global const int *kept = p.all;
        global int *found = p.unfitted;
        global const real *times = p.u;
        int dotCount = 0;
        int keepCount = 0;
        int test = MARGIN;
        double gain = 0;
        double loss = 0;
        bool refers = false;
        bool starts = false;
        bool tracks = false;
        int missing = 0;
        int point = 0;
        for (bool decided = false; !decided;) {
            switch (phase) {
                case TOP:
                    decided = true;
                    // The host must say what to look at next, or there is nothing more to do.
                    if (s.status != RUNNING || spent >= budget || (s.moreLooks && p.looks == p.lookCount)) {
                        phase = DONE;
                        break;
                    }
#ifdef FAST_FORWARD
                    signal = p.u[0];
                    noise = remoteness(&p, 0);
                    s.clean = 0;
                    if ((signal > SCREEN_GROWTH * s.screenSignal || noise > s.screenNoise)
                            && s.sinceScreen >= size / SCREEN_PER_MARGIN) {
                        SCREEN_NOW
                        s.sinceScreen = 0;
                        phase = SCREENED;
                    } else {
                        decided = false;
                        phase = DRAW;
                        holds = s.nearBuilt && s.nearPays && remoteness(&p, reference) <= s.nearRadius
                                && noise <= s.screenNoise;
                    }
                    break;
                case SCREENED:
                    screened(&s, got, noise);
                    holds = false;
                    phase = DRAW;
                    break;
                case DRAW:
                    if (s.clean == 0) {
                        cost = s.valid ? s.tracked / ADDITIONS_PER_DOT + 1 : holds ? s.nearCount : s.candidates;
                    }
                    if ((s.clean > 0 || cost > DRAWN_SAMPLE * batchSize / (1 - cleanProbability(&p, s.unfitted)))
                            && DRAWN_SAMPLE * s.clean < cost) {
                        decided = true;
                        if (s.step >= s.maxSteps) {
                            capped = true;
                            phase = LAST_LOOK;
                            COLLECT(p.all, size)
                        } else {
                            draws = BATCH;
                            s.step++;
                            s.clean += batchSize;
                            phase = DRAWN;
                            COLLECT(p.batch, batchSize)
                        }
                    } else {
                        s.sinceScreen += s.clean;
                        phase = COUNT;
                    }
                    break;
                case DRAWN:
                    if (got > 0) {
                        s.sinceScreen += s.clean;
                    }
                    phase = got > 0 ? CHANGE : DRAW;
                    break;
                case COUNT:
                    phase = LOOK;
                    if (noise > s.screenNoise) {
                        SCREEN_NOW
                        decided = true;
                        phase = COUNT_SCREENED;
                    }
                    break;
                case COUNT_SCREENED:
                    screened(&s, got, noise);
                    holds = false;
                    phase = LOOK;
                    break;
                case LOOK:
                    decided = true;
                    phase = COUNTED;
                    if (!s.nearPays) {
                        if (!s.valid) {
                            starts = true;
                            s.tracked = s.candidates;
                            list = p.candidates;
                            dotCount = s.tracked;
                        }
                        test = TRACKER;
                        kept = p.candidates;
                        keepCount = s.tracked;
                        spent += s.tracked / ADDITIONS_PER_DOT + dotCount;
                    } else if (holds) {
                        s.nearSpent += s.nearCount;
                        COLLECT(p.near, s.nearCount)
                    } else {
                        if (s.nearBuilt) {
                            s.nearRadius *= s.nearSpent < s.candidates ? RADIUS_STEP : 1 / RADIUS_STEP;
                        }
                        refers = true;
                        phase = BUILD;
                        COLLECT(p.candidates, s.candidates)
                    }
                    break;
                case BUILD:
                    decided = true;
                    s.unfitted = got;
                    test = NEAR;
                    kept = p.candidates;
                    keepCount = s.candidates;
                    gain = signal * s.slack;
                    loss = s.nearRadius * (1 + s.slack);
                    loss = loss + noise * s.slack;
                    found = p.near;
                    phase = BUILT;
                    break;
                case BUILT:
                    s.nearCount = got;
                    s.nearBuilt = true;
                    s.nearSpent = 0;
                    s.nearPays = got <= NEAR_SHARE * s.candidates;
                    phase = SEARCHED;
                    break;
                case COUNTED:
                    s.unfitted = got;
                    phase = SEARCHED;
                    break;
                case SEARCHED:
                    s.sinceScreen += cost;
                    phase = CHOOSE;
                    if (s.unfitted == 0) {
                        decided = true;
                        phase = LAST_LOOK;
                        COLLECT(p.all, size)
                    }
                    break;
                case LAST_LOOK:
                    s.unfitted = got;
                    s.status = got == 0 ? FITTED : capped ? CAPPED : RUNNING;
                    phase = s.status == RUNNING ? CHOOSE : TOP;
                    break;
                case CHOOSE:
                    decided = true;
                    draws = NEXT;
                    phase = CHOSEN;
                    break;
                case CHOSEN:
                    s.step = box[0];
                    got = (int) box[1];
                    s.status = got == 0 ? CAPPED : RUNNING;
                    phase = got == 0 ? TOP : CHANGE;
                    break;
                case CHANGE:
                    decided = true;
                    changes = got;
                    // The margins of the candidates follow, if at most one new row of the Gram matrix is needed.
                    for (int k = 0; k < got && s.valid && missing < 2; k++) {
                        if (p.rowOf[p.unfitted[k]] < 0) {
                            missing++;
                            point = p.unfitted[k];
                        }
                    }
                    if (missing > 1 || (missing == 1 && (s.kept + 1L) * s.tracked > mostKept)) {
                        missing = 0;
                        s.valid = false;
                    }
                    tracks = s.valid;
                    if (missing == 1) {
                        list = p.candidates;
                        dotCount = s.tracked;
                        times = p.rows + (ulong) point * stride;
                    }
                    phase = TOP;
                    break;
#else
                    if (s.step == s.maxSteps) {
                        capped = true;
                        phase = LAST_LOOK;
                        COLLECT(p.all, size)
                    } else {
                        draws = BATCH;
                        s.step++;
                        phase = DRAWN;
                        COLLECT(p.batch, batchSize)
                    }
                    break;
                case DRAWN:
                    phase = TOP;
                    changes = got;
                    if (got > 0) {
                        decided = true;
                        s.clean = 0;
                        s.checked = false;
                    } else if (!s.checked) {
                        s.clean += batchSize;
                        // One look at all points between two changes: a second would see the same.
                        if (2 * s.clean >= size) {
                            decided = true;
                            s.checked = true;
                            phase = LAST_LOOK;
                            COLLECT(p.all, size)
                        }
                    }
                    break;
                case LAST_LOOK:
                    s.status = got == 0 ? FITTED : capped ? CAPPED : RUNNING;
                    phase = TOP;
                    break;
#endif
                default:
                    decided = true;
                    phase = DONE;
            }
        }
        if (changes > 0) {
            s.lastStep = s.step;
            s.updates++;
            spent += changes;
            double growth = changes * p.wideStep;
            growth = growth * s.largestNorm;
            s.bound += growth;
            if (!(s.bound * s.largestNorm < OVERFLOW)) {
                s.status = DOUBT;
            }
        }
        if (ITEM == 0) {
            if (draws == BATCH) {
                drawSubset(&s.random, size, batchSize, p.mark, &round, p.batch);
            }
#ifdef FAST_FORWARD
            if (draws == NEXT) {
                nextChange(&p, &s.random, s.unfitted, s.step, s.maxSteps);
            }
#endif
        }
        together();
        if (changes > 0) {
            change(&p, s.step, changes);
        }
#ifdef FAST_FORWARD
        EACH(j, refers ? dimension : 0) {
            reference[j] = p.u[j];
        }
        if (starts && !s.rowsKept) {
            EACH(i, s.kept) {
                p.rowOf[p.keptPoint[i]] = -1;
            }
            s.kept = 0;
        }
#endif
        together();
        dots(&p, list, dotCount, times, p.margins);
#ifdef FAST_FORWARD
        if (starts) {
            EACH(i, s.tracked) {
                p.tracked[i] = p.margins[i];
            }
            s.valid = true;
            s.rowsKept = true;
        }
        if (missing == 1) {
            EACH(i, s.tracked) {
                keptRows[(long) s.kept * s.tracked + i] = p.margins[i];
            }
            if (ITEM == 0) {
                p.rowOf[point] = s.kept;
                p.keptPoint[s.kept] = point;
            }
        }
        EACH(i, tracks ? s.tracked : 0) {
            double margin = p.tracked[i];
            for (int k = 0; k < changes; k++) {
                // Item 0 may not yet have said where the new row is.
                int row = missing == 1 && p.unfitted[k] == point ? s.kept : p.rowOf[p.unfitted[k]];
                margin = fma(p.wideStep, keptRows[(long) row * s.tracked + i], margin);
            }
            p.tracked[i] = margin;
        }
        s.kept += missing;
#endif
        together();
        got = keep(&p, test, kept, keepCount, gain, loss, found);
    }
    if (ITEM == 0) {
        s.copies = p.copies;
        s.round = round;
        replicas[slot] = s;
    }
}
