package org.noisebook.web;

/** Stands for {@link java.util.HexFormat}. */
public final class Hex {
    private static final Hex ONE = new Hex();
    private static final String DIGITS = "0123456789abcdef";

    private Hex() {}

    public static Hex of() {
        return ONE;
    }

    public String formatHex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte one : bytes) {
            out.append(DIGITS.charAt(one >> 4 & 15)).append(DIGITS.charAt(one & 15));
        }
        return out.toString();
    }

    public byte[] parseHex(CharSequence text) {
        byte[] bytes = new byte[text.length() / 2];
        for (int k = 0; k < bytes.length; k++) {
            bytes[k] =
                    (byte) (Character.digit(text.charAt(2 * k), 16) << 4 | Character.digit(text.charAt(2 * k + 1), 16));
        }
        return bytes;
    }
}
