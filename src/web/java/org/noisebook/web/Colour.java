package org.noisebook.web;

/** Stands for {@link java.awt.Color}: 0xAARRGGBB. */
public record Colour(int rgb, boolean hasAlpha) {
    public static final Colour WHITE = new Colour(0xFFFFFF);
    public static final Colour BLACK = new Colour(0);
    private static final int OPAQUE = 0xFF000000;

    public Colour(int rgb) {
        this(rgb | OPAQUE, true);
    }

    public Colour(int red, int green, int blue) {
        this(red << 16 | green << 8 | blue);
    }

    public Colour(int red, int green, int blue, int alpha) {
        this(alpha << 24 | red << 16 | green << 8 | blue, true);
    }

    public int getRGB() {
        return rgb;
    }

    public int getRed() {
        return rgb >> 16 & 0xFF;
    }

    public int getGreen() {
        return rgb >> 8 & 0xFF;
    }

    public int getBlue() {
        return rgb & 0xFF;
    }

    public int getAlpha() {
        return rgb >>> 24;
    }
}
