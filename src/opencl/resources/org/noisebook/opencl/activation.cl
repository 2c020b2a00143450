// Activations and their derivatives, step by step as org.noisebook.linalg.PlainFloatActivations takes them; V numbers at once.
#if V == 1
typedef float vec;
typedef uint bits;
#define AS_VEC as_float
#define AS_BITS as_uint
#else
#define PASTED(a, b) a##b
#define OF_WIDTH(name, width) PASTED(name, width)
typedef OF_WIDTH(float, V) vec;
typedef OF_WIDTH(uint, V) bits;
#define AS_VEC OF_WIDTH(as_float, V)
#define AS_BITS OF_WIDTH(as_uint, V)
#endif

// In the order of org.noisebook.linalg.Activation.
#define RELU 0
#define TANH 1
#define GELU 2
#define SILU 3
#define LINEAR 5

#define LARGEST 87.0f
#define PER_LN2 0x1.715476p0f
#define ROUND 0x1.8p23f
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define GELU_1 0x1.988454p0f
#define GELU_1_LOW -0x1.857936p-25f
#define GELU_3 0x1.2444f2p-4f
#define GELU_3_LOW 0x1.49b16ap-29f
#define GELU_SLOPE 0x1.b6676cp-3f
#define GELU_FLAT 16.0f
#define SILU_FLAT 128.0f

vec ofAll(float x) {
    return (vec) x;
}

vec remainderOf(vec w, vec n) {
    return fma(n, ofAll(-LN2_LOW), fma(n, ofAll(-LN2_HIGH), w));
}

// e^r - 1.
vec lessOne(vec r) {
    vec p = ofAll(0x1.a124e6p-13f);
    p = fma(p, r, ofAll(0x1.6d4318p-10f));
    p = fma(p, r, ofAll(0x1.1110ep-7f));
    p = fma(p, r, ofAll(0x1.5554eap-5f));
    p = fma(p, r, ofAll(0x1.555556p-3f));
    p = fma(p, r, ofAll(0.5f));
    vec square = r * r;
    return fma(square, p, r);
}

// 2^n for n in the low bits of n + ROUND.
vec powerOf(vec rounded) {
    return AS_VEC((AS_BITS(rounded) << 23) + (127u << 23));
}

// e^-|y + low|.
vec decay(vec y, vec low) {
    vec size = fabs(y);
    vec w = size > ofAll(LARGEST) ? ofAll(-LARGEST) : -size;
    vec n = fma(w, ofAll(PER_LN2), ofAll(ROUND));
    vec r = remainderOf(w, n - ROUND);
    r = r + (y < ofAll(0) ? low : -low);
    vec power = powerOf(n);
    return size > ofAll(LARGEST) ? ofAll(0) : fma(power, lessOne(r), power);
}

vec atLeast(vec x, float bound) {
    return x < ofAll(bound) ? ofAll(bound) : x;
}

vec atMost(vec x, float bound) {
    return x > ofAll(bound) ? ofAll(bound) : x;
}

// out = scale phi(x), slope = scale phi'(x). NaN passes through ReLU with slope scale.
void activate(int activation, float scale, vec x, vec *out, vec *slope) {
    if (activation == RELU) {
        vec y = scale * x;
        *out = x <= ofAll(0) ? ofAll(0) : y;
        *slope = x <= ofAll(0) ? ofAll(0) : ofAll(scale);
    } else if (activation == TANH) {
        vec size = fabs(x);
        vec w = size > ofAll(LARGEST / 2) ? ofAll(-LARGEST) : -2.0f * size;
        vec n = fma(w, ofAll(PER_LN2), ofAll(ROUND));
        vec p = lessOne(remainderOf(w, n - ROUND));
        vec power = powerOf(n);
        vec e = size > ofAll(LARGEST / 2) ? ofAll(0) : fma(power, p, power);
        vec less = fma(power, p, power - 1.0f);
        vec d = 2.0f + less;
        vec t = less / d;
        t = x < ofAll(0) ? t : -t;
        t = x == ofAll(0) ? x : t;
        *out = scale * t;
        vec fall = 4.0f * e / (d * d);
        *slope = scale * fall;
    } else if (activation == GELU) {
        vec above = atLeast(x, -GELU_FLAT);
        x = atMost(above, GELU_FLAT);
        vec square = x * x;
        vec squareLow = fma(x, x, -square);
        vec cubic = GELU_3 * square;
        vec cubicLow = fma(ofAll(GELU_3), square, -cubic);
        cubicLow = fma(ofAll(GELU_3_LOW), square, fma(ofAll(GELU_3), squareLow, cubicLow));
        vec factor = GELU_1 + cubic;
        vec part = factor - GELU_1;
        vec factorLow = (GELU_1 - (factor - part)) + (cubic - part);
        factorLow = factorLow + (GELU_1_LOW + cubicLow);
        vec y = x * factor;
        vec low = fma(x, factorLow, fma(x, factor, -y));
        vec e = decay(y, low);
        vec d = 1.0f + e;
        vec sigma = (y < ofAll(0) ? e : ofAll(1)) / d;
        vec rise = x * fma(ofAll(GELU_SLOPE), square, ofAll(GELU_1));
        vec product = above * sigma;
        *out = scale * product;
        *slope = scale * fma(rise, e / (d * d), sigma);
    } else if (activation == LINEAR) {
        *out = scale * x;
        *slope = ofAll(scale);
    } else {
        vec above = atLeast(x, -SILU_FLAT);
        x = atMost(above, SILU_FLAT);
        vec e = decay(x, ofAll(0));
        vec d = 1.0f + e;
        vec sigma = (x < ofAll(0) ? e : ofAll(1)) / d;
        vec product = above * sigma;
        *out = scale * product;
        *slope = scale * fma(x, e / (d * d), sigma);
    }
}
