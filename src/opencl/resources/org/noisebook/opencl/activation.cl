// Activations and their derivatives, step by step as org.noisebook.linalg.PlainDoubleActivations and its twin in float32 take
// them; V numbers at once.

// In the order of org.noisebook.linalg.Activation.
#define RELU 0
#define TANH 1
#define GELU 2
#define SILU 3
#define ERF 4
#define LINEAR 5

#define LARGEST NUMBER(708.0, 87.0)
#define DIGITS NUMBER(52, 23.0)
#define PER_LN2 NUMBER(0x1.71547652b82fep0, 0x1.715476p0)
#define ROUND NUMBER(0x1.8p52, 0x1.8p23)
#define LN2_HIGH NUMBER(0x1.62e42fefa2p-1, 0x1.62e4p-1)
#define LN2_LOW NUMBER(0x1.9ef35793c7673p-41, 0x1.7f7d1cp-20)
#define GELU_1 NUMBER(0x1.9884533d43651p0, 0x1.988454p0)
#define GELU_1_LOW NUMBER(-0x1.cbc0d30ebfd15p-54, -0x1.857936p-25)
#define GELU_3 NUMBER(0x1.2444f2a4d8b4bp-4, 0x1.2444f2p-4)
#define GELU_3_LOW NUMBER(-0x1.6c843a29d1c7p-61, 0x1.49b16ap-29)
#define GELU_SLOPE NUMBER(0x1.b6676bf7450fp-3, 0x1.b6676cp-3)
#define GELU_FLAT NUMBER(32.0, 16.0)
#define SILU_FLAT NUMBER(1024.0, 128.0)
#define ERF_1 NUMBER(0x1.20dd750429b6dp0, 0x1.20dd76p0)
#define ERF_1_LOW NUMBER(0x1.1ae3a914fed8p-56, -0x1.f7ac92p-25)

vec ofAll(real x) {
    return (vec) x;
}

// p = p x + a coefficient; MORE is only of doubles.
#define TERM(x, wide, narrow) p = fma(p, x, ofAll(NUMBER(wide, narrow)));
#ifdef REAL64
#define MORE(x, wide) p = fma(p, x, ofAll(wide));
#else
#define MORE(x, wide)
#endif

vec remainderOf(vec w, vec n) {
    return fma(n, ofAll(-LN2_LOW), fma(n, ofAll(-LN2_HIGH), w));
}

// e^r - 1.
vec lessOne(vec r) {
    vec p = ofAll(NUMBER(0x1.1f72fdb6c6443p-29, 0x1.a124e6p-13));
    MORE(r, 0x1.af4ddfbb33a59p-26)
    MORE(r, 0x1.27e4db6718a69p-22)
    MORE(r, 0x1.71de02364614ap-19)
    MORE(r, 0x1.a01a01a6d7b19p-16)
    MORE(r, 0x1.a01a01abe683ap-13)
    TERM(r, 0x1.6c16c16c162d6p-10, 0x1.6d4318p-10)
    TERM(r, 0x1.11111111100dep-7, 0x1.1110ep-7)
    TERM(r, 0x1.5555555555556p-5, 0x1.5554eap-5)
    TERM(r, 0x1.5555555555557p-3, 0x1.555556p-3)
    TERM(r, 0.5, 0.5)
    vec square = r * r;
    return fma(square, p, r);
}

// (erf x - 2x/sqrt(pi))/x^3 of x^2.
vec erfCubic(vec square) {
    vec p = ofAll(NUMBER(-0x1.bd67ad590f0dap-31, 0x1.5f78fp-14));
    MORE(square, 0x1.dd127475842fdp-27)
    MORE(square, -0x1.5ce48fd5a0e67p-23)
    MORE(square, 0x1.b9a3fad2b0dfap-20)
    MORE(square, -0x1.f4cdf3dd33a2ep-17)
    MORE(square, 0x1.f9a2f6f2ebc19p-14)
    TERM(square, -0x1.c02db2b912d6ep-11, -0x1.abec54p-11)
    TERM(square, 0x1.565bcd09536c7p-8, 0x1.551658p-8)
    TERM(square, -0x1.b82ce31273e31p-6, -0x1.b81a22p-6)
    TERM(square, 0x1.ce2f21a0429cep-4, 0x1.ce2ebcp-4)
    TERM(square, -0x1.812746b0379e6p-2, -0x1.812746p-2)
    return p;
}

// e^(x^2) (1 - erf x) of (x - 3)/(x + 3).
vec rest(vec t) {
    vec p = ofAll(NUMBER(0x1.57a5fe2b9b75ep-20, 0x1.962586p-10));
    MORE(t, 0x1.0f9a79cee3e31p-19)
    MORE(t, -0x1.0cb4611cc29f6p-17)
    MORE(t, -0x1.af2329d757293p-17)
    MORE(t, 0x1.0cb1db32e0c9fp-14)
    MORE(t, 0x1.7b9fc8eb630e9p-15)
    MORE(t, -0x1.39085a31b18abp-11)
    MORE(t, 0x1.73101ea8fe252p-11)
    TERM(t, 0x1.17c838fea5806p-8, 0x1.31bb4cp-8)
    TERM(t, -0x1.8fa58eb5bd68fp-6, -0x1.8ebf84p-6)
    TERM(t, 0x1.258b13b0139fep-4, 0x1.258256p-4)
    TERM(t, -0x1.336ffbef08cbbp-3, -0x1.33712p-3)
    TERM(t, 0x1.f6ff20410599bp-3, 0x1.f6ff22p-3)
    TERM(t, -0x1.4e102b9cf8512p-2, -0x1.4e102ap-2)
    TERM(t, 0x1.6e9827d229d2dp-3, 0x1.6e9828p-3)
    return p;
}

// 2^n for n in the low bits of n + ROUND.
vec powerOf(vec rounded) {
    return AS_VEC((AS_BITS(rounded) << (WHOLE) DIGITS) + AS_BITS(ofAll(1)));
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

vec atLeast(vec x, real bound) {
    return x < ofAll(bound) ? ofAll(bound) : x;
}

vec atMost(vec x, real bound) {
    return x > ofAll(bound) ? ofAll(bound) : x;
}

// out = scale phi(x), slope = scale phi'(x). NaN passes through ReLU with slope scale.
void activate(int activation, real scale, vec x, vec *out, vec *slope) {
    if (activation == RELU) {
        vec y = scale * x;
        *out = x <= ofAll(0) ? ofAll(0) : y;
        *slope = x <= ofAll(0) ? ofAll(0) : ofAll(scale);
    } else if (activation == TANH) {
        vec size = fabs(x);
        vec w = size > ofAll(LARGEST / 2) ? ofAll(-LARGEST) : -2 * size;
        vec n = fma(w, ofAll(PER_LN2), ofAll(ROUND));
        vec p = lessOne(remainderOf(w, n - ROUND));
        vec power = powerOf(n);
        vec e = size > ofAll(LARGEST / 2) ? ofAll(0) : fma(power, p, power);
        vec less = fma(power, p, power - 1);
        vec d = 2 + less;
        vec t = less / d;
        t = x < ofAll(0) ? t : -t;
        t = x == ofAll(0) ? x : t;
        *out = scale * t;
        vec fall = 4 * e / (d * d);
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
        vec d = 1 + e;
        vec sigma = (y < ofAll(0) ? e : ofAll(1)) / d;
        vec rise = x * fma(ofAll(GELU_SLOPE), square, ofAll(GELU_1));
        vec product = above * sigma;
        *out = scale * product;
        *slope = scale * fma(rise, e / (d * d), sigma);
    } else if (activation == ERF) {
        x = atMost(atLeast(x, -GELU_FLAT), GELU_FLAT);
        vec square = x * x;
        vec e = decay(square, fma(x, x, -square));
        vec size = fabs(x);
        vec product = rest((size - 3) / (size + 3)) * e;
        vec far = 1 - product;
        vec correction = x * fma(square, erfCubic(square), ofAll(ERF_1_LOW));
        vec near = fma(x, ofAll(ERF_1), correction);
        far = x < ofAll(0) ? -far : far;
        *out = scale * (size < ofAll(1) ? near : far);
        vec fall = ERF_1 * e;
        *slope = scale * fall;
    } else if (activation == LINEAR) {
        *out = scale * x;
        *slope = ofAll(scale);
    } else {
        vec above = atLeast(x, -SILU_FLAT);
        x = atMost(above, SILU_FLAT);
        vec e = decay(x, ofAll(0));
        vec d = 1 + e;
        vec sigma = (x < ofAll(0) ? e : ofAll(1)) / d;
        vec product = above * sigma;
        *out = scale * product;
        *slope = scale * fma(x, e / (d * d), sigma);
    }
}

// For OpenclBits: values, and behind them slopes.
kernel void activations(int activation, real scale, int count, global const real *z, global real *out) {
    int i = get_global_id(0) * V;
    vec y;
    vec slope;
    activate(activation, scale, GET(z + i), &y, &slope);
    PUT(out + i, y);
    PUT(out + count + i, slope);
}
