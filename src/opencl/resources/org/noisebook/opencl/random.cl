// Random numbers as org.noisebook.rng.Stream draws them: xoshiro256++ (Blackman and Vigna 2021, doi:10.1145/3460772), bounded
// integers by Lemire 2019 (doi:10.1145/3230636), normal numbers by the ziggurat of Doornik 2005. One item draws for its group.

// As Stream.state() gives it; belongs to one item.
typedef struct {
    ulong s0, s1, s2, s3, spare, hasSpare;
} Random;

Random takeRandom(global const ulong *from) {
    Random r = {from[0], from[1], from[2], from[3], from[4], from[5]};
    return r;
}

void keepRandom(const Random *r, global ulong *to) {
    to[0] = r->s0;
    to[1] = r->s1;
    to[2] = r->s2;
    to[3] = r->s3;
    to[4] = r->spare;
    to[5] = r->hasSpare;
}

ulong nextLong(Random *r) {
    ulong sum = r->s0 + r->s3;
    ulong result = rotate(sum, (ulong) 23) + r->s0;
    ulong shifted = r->s1 << 17;
    r->s2 ^= r->s0;
    r->s3 ^= r->s1;
    r->s1 ^= r->s2;
    r->s0 ^= r->s3;
    r->s2 ^= shifted;
    r->s3 = rotate(r->s3, (ulong) 45);
    return result;
}

// The low half of a draw first, the high one kept for the next.
ulong next32(Random *r) {
    if (r->hasSpare) {
        r->hasSpare = 0;
        return r->spare;
    }
    ulong bits = nextLong(r);
    r->spare = bits >> 32;
    r->hasSpare = 1;
    return bits & 0xFFFFFFFFUL;
}

// Uniform on 0 to bound - 1; bound is positive.
int nextIndex(Random *r, int bound) {
    ulong product = next32(r) * (ulong) bound;
    uint low = (uint) product;
    if (low < (uint) bound) {
        // (2^32 - bound) mod bound
        uint reject = (0u - (uint) bound) % (uint) bound;
        while (low < reject) {
            product = next32(r) * (ulong) bound;
            low = (uint) product;
        }
    }
    return (int) (product >> 32);
}

// SubsetSampler.draw: `count` distinct of `size` indices; a mark that is the round's number says that an index was drawn.
void drawSubset(Random *r, int size, int count, global int *mark, int *round, global int *subset) {
    *round += 1;
    if (*round == 0) {
        for (int i = 0; i < size; i++) {
            mark[i] = 0;
        }
        *round = 1;
    }
    bool complement = count > size / 2;
    int drawn = complement ? size - count : count;
    for (int k = 0; k < drawn; k++) {
        int index = nextIndex(r, size);
        while (mark[index] == *round) {
            index = nextIndex(r, size);
        }
        mark[index] = *round;
        if (!complement) {
            subset[k] = index;
        }
    }
    if (complement) {
        for (int i = 0, k = 0; k < count; i++) {
            if (mark[i] != *round) {
                subset[k++] = i;
            }
        }
    }
}

#ifdef FP64
// Uniform on [0, 1).
double nextDouble(Random *r) {
    return (double) (nextLong(r) >> 11) * 0x1.0p-53;
}

// Uniform on (0, 1].
double nextPositive(Random *r) {
    return (double) ((nextLong(r) >> 11) + 1) * 0x1.0p-53;
}

uint highWord(double x) {
    return (uint) (as_ulong(x) >> 32);
}

double addToHigh(double x, int k) {
    return as_double(as_ulong(x) + ((ulong) (long) k << 32));
}

// e^x as StrictMath has it, which is fdlibm's e_exp: x = k ln 2 + r, and e^r by a rational function with five coefficients.
double strictExp(double x) {
    const double ln2High = as_double(0x3fe62e42fee00000UL);
    const double ln2Low = as_double(0x3dea39ef35793c76UL);
    bool negative = highWord(x) >> 31;
    uint size = highWord(x) & 0x7fffffff;
    if (size >= 0x40862e42) {
        if (size >= 0x7ff00000) {
            return isnan(x) ? x + x : negative ? 0.0 : x;
        }
        if (x > as_double(0x40862e42fefa39efUL)) {
            return INFINITY;
        }
        if (x < as_double(0xc0874910d52d3051UL)) {
            return 0.0;
        }
    }
    double high = 0;
    double low = 0;
    int k = 0;
    if (size > 0x3fd62e42) {
        if (size < 0x3ff0a2b2) {
            high = negative ? x + ln2High : x - ln2High;
            low = negative ? -ln2Low : ln2Low;
            k = negative ? -1 : 1;
        } else {
            double turns = as_double(0x3ff71547652b82feUL) * x;
            k = (int) (turns + (negative ? -0.5 : 0.5));
            double product = k * ln2High;
            high = x - product;
            low = k * ln2Low;
        }
        x = high - low;
    } else if (size < 0x3e300000) {
        return 1.0 + x;
    }
    double t = x * x;
    double p = t * as_double(0x3e66376972bea4d0UL);
    p = t * (as_double(0xbebbbd41c5d26bf1UL) + p);
    p = t * (as_double(0x3f11566aaf25de2cUL) + p);
    p = t * (as_double(0xbf66c16c16bebd93UL) + p);
    p = t * (as_double(0x3fc555555555553eUL) + p);
    double c = x - p;
    double xc = x * c;
    if (k == 0) {
        return 1.0 - (xc / (c - 2.0) - x);
    }
    double y = 1.0 - ((low - xc / (2.0 - c)) - high);
    return k >= -1021 ? addToHigh(y, k << 20) : addToHigh(y, (k + 1000) << 20) * 0x1.0p-1000;
}

// ln x as StrictMath has it, which is fdlibm's e_log: x = 2^k (1 + f), s = f/(2 + f), and a polynomial of s^2 with seven terms.
double strictLog(double x) {
    const double ln2High = as_double(0x3fe62e42fee00000UL);
    const double ln2Low = as_double(0x3dea39ef35793c76UL);
    int hx = (int) highWord(x);
    int k = 0;
    if (hx < 0x00100000) {
        if ((as_ulong(x) << 1) == 0) {
            return -INFINITY;
        }
        if (hx < 0) {
            return NAN;
        }
        k = -54;
        x *= 0x1.0p54;
        hx = (int) highWord(x);
    }
    if (hx >= 0x7ff00000) {
        return x + x;
    }
    k += (hx >> 20) - 1023;
    hx &= 0xfffff;
    int up = (hx + 0x95f64) & 0x100000;
    x = as_double((as_ulong(x) & 0xffffffffUL) | ((ulong) (uint) (hx | (up ^ 0x3ff00000)) << 32));
    k += up >> 20;
    double f = x - 1.0;
    double kHigh = k * ln2High;
    double kLow = k * ln2Low;
    if ((0xfffff & (2 + hx)) < 3) {
        if (f == 0) {
            return k == 0 ? 0.0 : kHigh + kLow;
        }
        double third = as_double(0x3fd5555555555555UL) * f;
        double R = f * f;
        R = R * (0.5 - third);
        return k == 0 ? f - R : kHigh - ((R - kLow) - f);
    }
    double s = f / (2.0 + f);
    double z = s * s;
    double w = z * z;
    double even = w * as_double(0x3fc39a09d078c69fUL);
    even = w * (as_double(0x3fcc71c51d8e78afUL) + even);
    even = w * (as_double(0x3fd999999997fa04UL) + even);
    double odd = w * as_double(0x3fc2f112df3e5244UL);
    odd = w * (as_double(0x3fc7466496cb03deUL) + odd);
    odd = w * (as_double(0x3fd2492494229359UL) + odd);
    odd = z * (as_double(0x3fe5555555555593UL) + odd);
    double R = odd + even;
    if (((hx - 0x6147a) | (0x6b851 - hx)) > 0) {
        double square = 0.5 * f;
        square = square * f;
        double inner = s * (square + R);
        return k == 0 ? f - (square - inner) : kHigh - ((square - (inner + kLow)) - f);
    }
    double inner = s * (f - R);
    return k == 0 ? f - inner : kHigh - ((inner - kLow) - f);
}

// A standard normal number; edge is Stream.layerEdges().
double nextGaussian(Random *r, global const double *edge) {
    while (true) {
        long bits = (long) nextLong(r);
        int layer = (int) bits & 127;
        double u = (double) (bits >> 11) * 0x1.0p-52;
        double x = u * edge[layer];
        if (fabs(u) < edge[layer + 1] / edge[layer]) {
            return x;
        }
        if (layer == 0) {
            double out;
            double level;
            do {
                out = strictLog(nextPositive(r)) / edge[1];
                level = strictLog(nextPositive(r));
            } while (-2 * level < out * out);
            return u < 0 ? out - edge[1] : edge[1] - out;
        }
        double square = x * x;
        double upperSquare = edge[layer] * edge[layer];
        double lowerSquare = edge[layer + 1] * edge[layer + 1];
        double upper = strictExp(-0.5 * (upperSquare - square));
        double lower = strictExp(-0.5 * (lowerSquare - square));
        double rise = nextDouble(r) * (upper - lower);
        if (lower + rise < 1) {
            return x;
        }
    }
}
#endif
