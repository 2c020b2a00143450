// Perceptrons, a group each, many steps a launch: what org.noisebook.model.PlainPerceptron.descend and
// org.noisebook.sgd.PerceptronRun do, bit by bit. REAL64 chooses the precision. With ITEMS = 1 a group is one item that works
// on vectors of WIDTH; with more, an item owns columns and accumulators.
//
// All items know all scalars and compute them alike, so that every branch around a barrier is the same for all; item 0 alone
// draws and swaps, and the others read what it found from local memory.

#define JOIN_NOW(a, b) a##b
#define JOIN(a, b) JOIN_NOW(a, b)
#ifdef REAL64
typedef double real;
#define OVERFLOW DBL_MAX
#else
typedef float real;
#define OVERFLOW FLT_MAX
#endif
#define ACCUMULATORS 64
// Steps of a replica after which u is to be kept, as many as a launch knows; behind them stand the steps before which it was.
#define LOOKS 16
// Rows whose accumulators are in local memory at a time.
#define ROWS 8

#if ITEMS == 1
#ifdef REAL64
typedef JOIN(double, WIDTH) vector;
#else
typedef JOIN(float, WIDTH) vector;
#endif
#define LOAD JOIN(vload, WIDTH)
#define STORE JOIN(vstore, WIDTH)
#define TILE 1
#else
#define TILE (ROWS * ACCUMULATORS)
#endif

// A replica's numbers that are kept between launches, 64 bits each; the host knows the order.
enum {
    STATUS, STEP, LAST_STEP, UPDATES, MAX_STEPS, LOOK_COUNT, MORE_LOOKS, COPIES, CLEAN, CHECKED, ROUND, RANDOM,
    THRESHOLD = RANDOM + 6, STEP_LENGTH, LARGEST_NORM, BOUND, SLACK,
    SCREEN_NOISE, SCREEN_SIGNAL, NEAR_RADIUS, UNFITTED, SINCE_SCREEN, CANDIDATES, NEAR_COUNT, NEAR_BUILT, NEAR_PAYS,
    NEAR_SPENT, TRACKED, VALID, ROWS_KEPT, KEPT, NUMBERS
};

// Statuses. In doubt whether the weights are finite the host looks.
enum { RUNNING, FITTED, CAPPED, DOUBT };

// Tests of `keep`.
enum { MARGIN, SCREEN, NEAR, TRACKER };

typedef struct {
    int item, size, dimension, stride, batchSize;
    global const real *rows;
    global real *u;
    global real *margins;
    global const double *signals, *noises;
    global double *tracked, *reference, *kept;
    global int *all, *mark, *batch, *unfitted, *candidates, *near, *rowOf, *keptPoint;
    global long *at;
    global double *seen;
    local real *tile;
    local long *box;
    local int *counts;
    real threshold, stepLength;
    double wideThreshold, wideStep, largestNorm, bound;
    int looks, lookCount, copies;
    bool moreLooks;
} Perceptron;

void together() {
#if ITEMS > 1
    barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE);
#endif
}

// out[k] = row list[k] times v: term i to accumulator i mod 64, then accumulator j and j + 32, j + 16, ... as linalg.Kernels.
void dots(const Perceptron *p, global const int *list, int count, global const real *v, global real *out) {
    int stride = p->stride;
#if ITEMS == 1
    for (int k = 0; k < count; k++) {
        global const real *row = p->rows + (ulong) list[k] * stride;
        vector s[ACCUMULATORS / WIDTH];
        for (int a = 0; a < ACCUMULATORS / WIDTH; a++) {
            s[a] = 0;
        }
        int block = 0;
        for (; block + ACCUMULATORS <= stride; block += ACCUMULATORS) {
            for (int a = 0; a < ACCUMULATORS / WIDTH; a++) {
                s[a] = fma(LOAD(a, row + block), LOAD(a, v + block), s[a]);
            }
        }
        for (int a = 0; a < ACCUMULATORS / WIDTH; a++) {
            if (block + a * WIDTH < stride) {
                s[a] = fma(LOAD(a, row + block), LOAD(a, v + block), s[a]);
            }
        }
        for (int h = ACCUMULATORS / WIDTH / 2; h > 0; h /= 2) {
            if (stride > h * WIDTH) {
                for (int a = 0; a < h; a++) {
                    s[a] += s[a + h];
                }
            }
        }
        real t[WIDTH];
        STORE(s[0], 0, t);
        for (int h = WIDTH / 2; h > 0; h /= 2) {
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
        for (int t = p->item; t < now * n; t += ITEMS) {
            global const real *row = p->rows + (ulong) list[first + t / n] * stride;
            real s = 0;
            for (int i = t % n; i < stride; i += ACCUMULATORS) {
                s = fma(row[i], v[i], s);
            }
            tile[t] = s;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int h = n / 2; h > 0; h /= 2) {
            for (int t = p->item; t < now * h; t += ITEMS) {
                int a = t / h * n + t % h;
                tile[a] += tile[a + h];
            }
            barrier(CLK_LOCAL_MEM_FENCE);
        }
        for (int k = p->item; k < now; k += ITEMS) {
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
    int from = min(p->item * share, count);
    int to = min(from + share, count);
    int n = 0;
    for (int k = from; k < to; k++) {
        n += passes(p, test, k, list[k], a, b) ? 1 : 0;
    }
    p->counts[p->item] = n;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (p->item == 0) {
        int sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            int own = p->counts[i];
            p->counts[i] = sum;
            sum += own;
        }
        p->counts[ITEMS] = sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    n = p->counts[p->item];
    for (int k = from; k < to; k++) {
        if (passes(p, test, k, list[k], a, b)) {
            found[n++] = list[k];
        }
    }
    n = p->counts[ITEMS];
    together();
    return n;
#endif
}

// Collects the unfitted of a list; gives their number.
int collect(const Perceptron *p, global const int *list, int count) {
    dots(p, list, count, p->u, p->margins);
    return keep(p, MARGIN, list, count, 0, 0, p->unfitted);
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
// after the other. Whether all margins are finite beyond doubt.
bool change(Perceptron *p, long step, int count) {
    if (p->looks < p->lookCount && p->at[p->looks] < step) {
        for (int j = p->item; j < p->dimension; j += ITEMS) {
            p->seen[(long) p->copies * p->dimension + j] = p->u[j];
        }
        if (p->item == 0) {
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
        for (int j = 0; j < p->stride / WIDTH; j++) {
            STORE(fma((vector) p->stepLength, LOAD(j, row), LOAD(j, p->u)), j, p->u);
        }
    }
#else
    for (int j = p->item; j < p->stride; j += ITEMS) {
        real u = p->u[j];
        for (int k = 0; k < count; k++) {
            u = fma(p->stepLength, p->rows[(ulong) p->unfitted[k] * p->stride + j], u);
        }
        p->u[j] = u;
    }
    together();
#endif
    double growth = count * p->wideStep;
    growth = growth * p->largestNorm;
    p->bound += growth;
    return p->bound * p->largestNorm < OVERFLOW;
}

// Whether the host must say what to look at next.
bool full(const Perceptron *p) {
    return p->moreLooks && p->looks == p->lookCount;
}

#define ARGUMENTS                                                                                                     \
    long budget, int size, int dimension, int stride, int batchSize, long mostKept, global long *numbers,             \
            global const real *rows, global real *u, global real *margins, global double *doubles,                    \
            global double *kept, global int *ints, global long *at, global double *seen

#define PERCEPTRON                                                                                                    \
    long slot = get_group_id(0);                                                                                      \
    global long *n = numbers + slot * NUMBERS;                                                                        \
    local real tile[TILE];                                                                                            \
    local long box[2];                                                                                                \
    local int counts[ITEMS + 1];                                                                                      \
    if (n[STATUS] != RUNNING) {                                                                                       \
        return;                                                                                                       \
    }                                                                                                                 \
    doubles += slot * (3L * size + stride);                                                                           \
    ints += slot * 8L * size;                                                                                         \
    Perceptron p;                                                                                                     \
    p.item = get_local_id(0);                                                                                         \
    p.size = size;                                                                                                    \
    p.dimension = dimension;                                                                                          \
    p.stride = stride;                                                                                                \
    p.batchSize = batchSize;                                                                                          \
    p.rows = rows + slot * size * stride;                                                                             \
    p.u = u + slot * stride;                                                                                          \
    p.margins = margins + slot * size;                                                                                \
    p.signals = doubles;                                                                                              \
    p.noises = doubles + size;                                                                                        \
    p.tracked = doubles + 2L * size;                                                                                  \
    p.reference = doubles + 3L * size;                                                                                \
    p.kept = kept + slot * mostKept;                                                                                  \
    p.all = ints;                                                                                                     \
    p.mark = ints + size;                                                                                             \
    p.batch = ints + 2L * size;                                                                                       \
    p.unfitted = ints + 3L * size;                                                                                    \
    p.candidates = ints + 4L * size;                                                                                  \
    p.near = ints + 5L * size;                                                                                        \
    p.rowOf = ints + 6L * size;                                                                                       \
    p.keptPoint = ints + 7L * size;                                                                                   \
    p.at = at + slot * 2 * LOOKS;                                                                                     \
    p.seen = seen + slot * LOOKS * dimension;                                                                         \
    p.tile = tile;                                                                                                    \
    p.box = box;                                                                                                      \
    p.counts = counts;                                                                                                \
    p.wideThreshold = as_double(n[THRESHOLD]);                                                                                   \
    p.wideStep = as_double(n[STEP_LENGTH]);                                                                                      \
    p.threshold = (real) p.wideThreshold;                                                                             \
    p.stepLength = (real) p.wideStep;                                                                                 \
    p.largestNorm = as_double(n[LARGEST_NORM]);                                                                                  \
    p.bound = as_double(n[BOUND]);                                                                                               \
    p.looks = 0;                                                                                                      \
    p.copies = 0;                                                                                                     \
    p.lookCount = (int) n[LOOK_COUNT];                                                                                \
    p.moreLooks = n[MORE_LOOKS];                                                                                      \
    Random random = takeRandom((global const ulong *) n + RANDOM);                                                    \
    int round = (int) n[ROUND];                                                                                       \
    long step = n[STEP];                                                                                              \
    long lastStep = n[LAST_STEP];                                                                                     \
    long updates = n[UPDATES];                                                                                        \
    long maxSteps = n[MAX_STEPS];                                                                                     \
    int status = RUNNING;                                                                                             \
    together();

// Items agree here, so that none overwrites what another still reads.
#define END                                                                                                           \
    together();                                                                                                       \
    if (p.item == 0) {                                                                                                \
        n[STATUS] = status;                                                                                           \
        n[STEP] = step;                                                                                               \
        n[LAST_STEP] = lastStep;                                                                                      \
        n[UPDATES] = updates;                                                                                         \
        n[COPIES] = p.copies;                                                                                         \
        n[BOUND] = as_long(p.bound);                                                                                  \
        n[ROUND] = round;                                                                                             \
        keepRandom(&random, (global ulong *) n + RANDOM);                                                             \
    }

void drawBatch(Perceptron *p, Random *random, int *round) {
    if (p->item == 0) {
        drawSubset(random, p->size, p->batchSize, p->mark, round, p->batch);
    }
    together();
}

#ifndef FAST_FORWARD
// Every step is made; a launch ends after about `budget` margins.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void plain(ARGUMENTS) {
    PERCEPTRON
    long clean = n[CLEAN];
    bool checked = n[CHECKED];
    together();
    for (long spent = 0; status == RUNNING && spent < budget && !full(&p);) {
        if (step == maxSteps) {
            status = collect(&p, p.all, size) == 0 ? FITTED : CAPPED;
            break;
        }
        step++;
        drawBatch(&p, &random, &round);
        int count = collect(&p, p.batch, batchSize);
        spent += batchSize;
        if (count > 0) {
            lastStep = step;
            updates++;
            clean = 0;
            checked = false;
            status = change(&p, step, count) ? RUNNING : DOUBT;
            spent += count;
        } else if (!checked) {
            clean += batchSize;
            // One look at all points between two changes: a second would see the same.
            if (2 * clean >= size) {
                checked = true;
                spent += size;
                status = collect(&p, p.all, size) == 0 ? FITTED : RUNNING;
            }
        }
    }
    END
    if (p.item == 0) {
        n[CLEAN] = clean;
        n[CHECKED] = checked;
    }
}
#else
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

// The step of the next change, whose points move to the front of `unfitted`, from item 0 to all; gives their number, 0 if the
// cap comes first.
int nextChange(Perceptron *p, Random *random, int unfitted, long maxSteps, long *step) {
    if (p->item == 0) {
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
                if (chosen > 0 || *step + skips >= maxSteps) {
                    break;
                }
                skips++;
            }
        }
        bool capped = chosen == 0 || skips >= maxSteps - *step;
        p->box[0] = capped ? maxSteps : *step + skips + 1;
        p->box[1] = capped ? 0 : chosen;
    }
    together();
    *step = p->box[0];
    int chosen = (int) p->box[1];
    barrier(CLK_LOCAL_MEM_FENCE);
    return chosen;
}

// What is known of where unfitted points can be.
typedef struct {
    double slack, screenNoise, screenSignal, nearRadius;
    int candidates, nearCount, tracked, kept;
    long nearSpent;
    bool nearBuilt, nearPays, valid, rowsKept;
} Search;

void screen(const Perceptron *p, Search *s, double signal, double noise) {
    s->screenSignal = signal;
    s->screenNoise = SCREEN_NOISE_FACTOR * noise;
    double gain = signal * (1 - s->slack);
    double loss = s->screenNoise * (1 + s->slack);
    s->candidates = keep(p, SCREEN, p->all, p->size, gain, loss, p->candidates);
    if (!s->nearPays || s->nearRadius == 0) {
        s->nearRadius = FIRST_RADIUS * noise;
    }
    s->nearBuilt = false;
    s->nearPays = true;
    s->valid = false;
    s->rowsKept = false;
}

// Keeps the margins of the candidates from now on, by MarginTracker.
void startTracking(const Perceptron *p, Search *s) {
    if (!s->rowsKept) {
        for (int i = p->item; i < s->kept; i += ITEMS) {
            p->rowOf[p->keptPoint[i]] = -1;
        }
        s->kept = 0;
    }
    s->tracked = s->candidates;
    dots(p, p->candidates, s->tracked, p->u, p->margins);
    for (int i = p->item; i < s->tracked; i += ITEMS) {
        p->tracked[i] = p->margins[i];
    }
    together();
    s->valid = true;
    s->rowsKept = true;
}

// The weights have changed by the first `count` unfitted.
void track(const Perceptron *p, Search *s, int count, long mostKept) {
    int missing = 0;
    int point = 0;
    for (int k = 0; k < count && missing < 2; k++) {
        if (p->rowOf[p->unfitted[k]] < 0) {
            missing++;
            point = p->unfitted[k];
        }
    }
    together();
    if (missing > 1 || (missing == 1 && (s->kept + 1L) * s->tracked > mostKept)) {
        s->valid = false;
        return;
    }
    if (missing == 1) {
        dots(p, p->candidates, s->tracked, p->rows + (ulong) point * p->stride, p->margins);
        for (int i = p->item; i < s->tracked; i += ITEMS) {
            p->kept[(long) s->kept * s->tracked + i] = p->margins[i];
        }
        if (p->item == 0) {
            p->rowOf[point] = s->kept;
            p->keptPoint[s->kept] = point;
        }
        s->kept++;
        together();
    }
    for (int i = p->item; i < s->tracked; i += ITEMS) {
        double margin = p->tracked[i];
        for (int k = 0; k < count; k++) {
            margin = fma(p->wideStep, p->kept[(long) p->rowOf[p->unfitted[k]] * s->tracked + i], margin);
        }
        p->tracked[i] = margin;
    }
    together();
}

// Collects all unfitted, looking only where one can be; gives their number.
int countUnfitted(const Perceptron *p, Search *s, bool holds, double signal, double noise) {
    if (!s->nearPays) {
        if (!s->valid) {
            startTracking(p, s);
        }
        return keep(p, TRACKER, p->candidates, s->tracked, 0, 0, p->unfitted);
    }
    if (holds) {
        s->nearSpent += s->nearCount;
        return collect(p, p->near, s->nearCount);
    }
    if (s->nearBuilt) {
        s->nearRadius *= s->nearSpent < s->candidates ? RADIUS_STEP : 1 / RADIUS_STEP;
    }
    int count = collect(p, p->candidates, s->candidates);
    for (int j = p->item; j < p->dimension; j += ITEMS) {
        p->reference[j] = p->u[j];
    }
    double spread = s->nearRadius * (1 + s->slack);
    double room = noise * s->slack;
    s->nearCount = keep(p, NEAR, p->candidates, s->candidates, signal * s->slack, spread + room, p->near);
    s->nearBuilt = true;
    s->nearSpent = 0;
    s->nearPays = s->nearCount <= NEAR_SHARE * s->candidates;
    together();
    return count;
}

// Every step that changes the weights is made, as PerceptronRun.fastForward; a launch ends after about `budget` margins.
kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void fastForward(ARGUMENTS) {
    PERCEPTRON
    int unfitted = (int) n[UNFITTED];
    long sinceScreen = n[SINCE_SCREEN];
    Search s;
    s.slack = as_double(n[SLACK]);
    s.screenNoise = as_double(n[SCREEN_NOISE]);
    s.screenSignal = as_double(n[SCREEN_SIGNAL]);
    s.nearRadius = as_double(n[NEAR_RADIUS]);
    s.candidates = (int) n[CANDIDATES];
    s.nearCount = (int) n[NEAR_COUNT];
    s.nearBuilt = n[NEAR_BUILT];
    s.nearPays = n[NEAR_PAYS];
    s.nearSpent = n[NEAR_SPENT];
    s.tracked = (int) n[TRACKED];
    s.valid = n[VALID];
    s.rowsKept = n[ROWS_KEPT];
    s.kept = (int) n[KEPT];
    together();
    for (long spent = 0; status == RUNNING && spent < budget && !full(&p);) {
        double signal = p.u[0];
        double noise = remoteness(&p, 0);
        bool stale = signal > SCREEN_GROWTH * s.screenSignal || noise > s.screenNoise;
        if (stale && sinceScreen >= size / SCREEN_PER_MARGIN) {
            screen(&p, &s, signal, noise);
            sinceScreen = 0;
            spent += size / SCREEN_PER_MARGIN;
        }
        bool holds = s.nearBuilt && s.nearPays && remoteness(&p, p.reference) <= s.nearRadius && noise <= s.screenNoise;
        int cost = s.valid ? s.tracked / ADDITIONS_PER_DOT + 1 : holds ? s.nearCount : s.candidates;
        int found = 0;
        bool capped = false;
        if (cost > DRAWN_SAMPLE * batchSize / (1 - cleanProbability(&p, unfitted))) {
            long clean = 0;
            while (found == 0 && DRAWN_SAMPLE * clean < cost && !capped) {
                if (step >= maxSteps) {
                    capped = true;
                } else {
                    drawBatch(&p, &random, &round);
                    step++;
                    clean += batchSize;
                    found = collect(&p, p.batch, batchSize);
                }
            }
            sinceScreen += clean;
            spent += clean;
        }
        if (!capped && found == 0) {
            if (noise > s.screenNoise) {
                screen(&p, &s, signal, noise);
                holds = false;
            }
            unfitted = countUnfitted(&p, &s, holds, signal, noise);
            sinceScreen += cost;
            spent += cost;
        }
        if (capped || (found == 0 && unfitted == 0)) {
            unfitted = collect(&p, p.all, size);
            spent += size;
            status = unfitted == 0 ? FITTED : capped ? CAPPED : RUNNING;
        }
        if (status == RUNNING && found == 0) {
            found = nextChange(&p, &random, unfitted, maxSteps, &step);
            status = found == 0 ? CAPPED : RUNNING;
        }
        if (status == RUNNING) {
            lastStep = step;
            updates++;
            status = change(&p, step, found) ? RUNNING : DOUBT;
            spent += found;
            if (s.valid) {
                track(&p, &s, found, mostKept);
            }
        }
    }
    END
    if (p.item == 0) {
        n[UNFITTED] = unfitted;
        n[SINCE_SCREEN] = sinceScreen;
        n[SCREEN_NOISE] = as_long(s.screenNoise);
        n[SCREEN_SIGNAL] = as_long(s.screenSignal);
        n[NEAR_RADIUS] = as_long(s.nearRadius);
        n[CANDIDATES] = s.candidates;
        n[NEAR_COUNT] = s.nearCount;
        n[NEAR_BUILT] = s.nearBuilt;
        n[NEAR_PAYS] = s.nearPays;
        n[NEAR_SPENT] = s.nearSpent;
        n[TRACKED] = s.tracked;
        n[VALID] = s.valid;
        n[ROWS_KEPT] = s.rowsKept;
        n[KEPT] = s.kept;
    }
}
#endif
