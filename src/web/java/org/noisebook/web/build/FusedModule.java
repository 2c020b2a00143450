package org.noisebook.web.build;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A module whose bodies of fma are one instruction: {@code relaxed_madd} of the first lane. */
final class FusedModule {
    private static final int CODE = 10;
    private static final int F64_CONST = 0x44;
    private static final int MOST = 1200;
    private static final byte[] DOUBLE = body(0x14, 0x87, 0x21);
    private static final byte[] FLOAT = body(0x13, 0x85, 0x1f);

    private final ByteBuffer in;

    private FusedModule(byte[] module) {
        in = ByteBuffer.wrap(module);
    }

    /** The module with both bodies replaced. */
    static byte[] of(byte[] module) {
        return new FusedModule(module).fused();
    }

    /** Three parameters splat, multiplied and added, first lane. */
    private static byte[] body(int splat, int madd, int lane) {
        int[] code = {
            0, 0x20, 0, 0xfd, splat, 0x20, 1, 0xfd, splat, 0x20, 2, 0xfd, splat, 0xfd, madd, 0x02, 0xfd, lane, 0, 0x0b
        };
        byte[] body = new byte[code.length];
        for (int k = 0; k < code.length; k++) {
            body[k] = (byte) code[k];
        }
        return body;
    }

    private byte[] fused() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes(8));
        int replaced = 0;
        while (in.hasRemaining()) {
            int id = in.get();
            byte[] section = bytes(number());
            if (id == CODE) {
                FusedModule code = new FusedModule(section);
                ByteArrayOutputStream bodies = new ByteArrayOutputStream();
                int count = code.number();
                write(bodies, count);
                for (int k = 0; k < count; k++) {
                    byte[] body = code.bytes(code.number());
                    byte[] fitting = body.length > MOST
                            ? body
                            : contains(body, 1.234567e290) ? DOUBLE : contains(body, 9.8765e-301) ? FLOAT : body;
                    replaced += fitting == body ? 0 : 1;
                    write(bodies, fitting.length);
                    bodies.writeBytes(fitting);
                }
                section = bodies.toByteArray();
            }
            out.write(id);
            write(out, section.length);
            out.writeBytes(section);
        }
        if (replaced != 2) {
            throw new IllegalStateException("there must be two bodies of fma, got " + replaced);
        }
        return out.toByteArray();
    }

    private static boolean contains(byte[] body, double constant) {
        byte[] sought = ByteBuffer.allocate(9)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) F64_CONST)
                .putDouble(constant)
                .array();
        for (int k = 0; k + sought.length <= body.length; k++) {
            if (Arrays.equals(body, k, k + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }

    private byte[] bytes(int count) {
        byte[] some = new byte[count];
        in.get(some);
        return some;
    }

    /** An unsigned number in LEB128. */
    private int number() {
        int number = 0;
        int shift = 0;
        int next;
        do {
            next = in.get();
            number |= (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return number;
    }

    private static void write(ByteArrayOutputStream out, int number) {
        int left = number;
        while (left >= 0x80) {
            out.write(left & 0x7f | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }
}
