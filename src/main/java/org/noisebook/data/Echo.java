package org.noisebook.data;

/** A value as a message repeats it: at most 200 characters of it. */
public final class Echo {
    private static final int MOST = 200;

    private Echo() {}

    /** The text, or its beginning and how long it is. */
    public static String of(String text) {
        if (text.length() <= MOST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST;
        return text.substring(0, end) + "… (" + text.length() + " characters)";
    }
}
