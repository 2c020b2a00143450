package org.noisebook.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Stands for {@link java.security.MessageDigest}: SHA-256 (FIPS 180-4). */
public final class Sha256 {
    private static final int BLOCK = 64;
    private static final int ROUNDS = 64;
    private static final int[] START = new int[8];
    private static final int[] CONSTANT = new int[ROUNDS];

    static {
        // The fractional parts of the roots of the first primes.
        int count = 0;
        for (int n = 2; count < ROUNDS; n++) {
            boolean prime = true;
            for (int d = 2; d * d <= n; d++) {
                prime &= n % d != 0;
            }
            if (prime) {
                CONSTANT[count] = cubeRoot(n);
                if (count < START.length) {
                    double root = Math.sqrt(n);
                    START[count] = (int) (long) ((root - Math.floor(root)) * 0x1p32);
                }
                count++;
            }
        }
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** The first 32 bits of the fraction of a cube root, by bisection in whole numbers. */
    private static int cubeRoot(int n) {
        java.math.BigInteger of = java.math.BigInteger.valueOf(n).shiftLeft(96);
        long low = 0;
        for (long bit = 1L << 35; bit > 0; bit >>= 1) {
            low += java.math.BigInteger.valueOf(low + bit).pow(3).compareTo(of) <= 0 ? bit : 0;
        }
        return (int) low;
    }

    public static Sha256 getInstance(String none) {
        return new Sha256();
    }

    public void update(byte[] more) {
        bytes.write(more, 0, more.length);
    }

    public byte[] digest(byte[] more) {
        update(more);
        return digest();
    }

    public byte[] digest() {
        long bits = 8L * bytes.size();
        bytes.write(0x80);
        while (bytes.size() % BLOCK != BLOCK - Long.BYTES) {
            bytes.write(0);
        }
        ByteBuffer all = ByteBuffer.wrap(bytes.toByteArray());
        int[] state = START.clone();
        int[] w = new int[ROUNDS];
        int blocks = (all.capacity() + Long.BYTES) / BLOCK;
        for (int block = 0; block < blocks; block++) {
            for (int t = 0; t < 16; t++) {
                int at = block * BLOCK + 4 * t;
                w[t] = at < all.capacity() ? all.getInt(at) : (int) (t == 14 ? bits >>> 32 : bits);
            }
            for (int t = 16; t < ROUNDS; t++) {
                int a = w[t - 15];
                int b = w[t - 2];
                w[t] = w[t - 16]
                        + (Integer.rotateRight(a, 7) ^ Integer.rotateRight(a, 18) ^ a >>> 3)
                        + w[t - 7]
                        + (Integer.rotateRight(b, 17) ^ Integer.rotateRight(b, 19) ^ b >>> 10);
            }
            mix(state, w);
        }
        bytes.reset();
        ByteBuffer out = ByteBuffer.allocate(4 * state.length);
        for (int word : state) {
            out.putInt(word);
        }
        return out.array();
    }

    private static void mix(int[] state, int[] w) {
        int[] s = state.clone();
        for (int t = 0; t < ROUNDS; t++) {
            int one = Integer.rotateRight(s[4], 6) ^ Integer.rotateRight(s[4], 11) ^ Integer.rotateRight(s[4], 25);
            int first = s[7] + one + (s[4] & s[5] ^ ~s[4] & s[6]) + CONSTANT[t] + w[t];
            int zero = Integer.rotateRight(s[0], 2) ^ Integer.rotateRight(s[0], 13) ^ Integer.rotateRight(s[0], 22);
            int second = zero + (s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]);
            System.arraycopy(s, 0, s, 1, 7);
            s[4] += first;
            s[0] = first + second;
        }
        for (int k = 0; k < s.length; k++) {
            state[k] += s[k];
        }
    }
}
