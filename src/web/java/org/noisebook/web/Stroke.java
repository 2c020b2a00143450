package org.noisebook.web;

/** Stands for {@link java.awt.BasicStroke}. */
public final class Stroke {
    private final float width;
    private final float[] dash;

    public Stroke(float width, int cap, int join) {
        this(width, cap, join, 0, null, 0);
    }

    public Stroke(float width, int cap, int join, float miter, float[] dash, float phase) {
        this.width = width;
        this.dash = dash;
    }

    public float getLineWidth() {
        return width;
    }

    public float[] getDashArray() {
        return dash == null ? null : dash.clone();
    }
}
