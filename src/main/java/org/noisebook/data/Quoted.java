package org.noisebook.data;

/** Quotes a value in a message: at most 200 characters, on one line. */
public final class Quoted {
    private static final int MOST = 200;

    private Quoted() {}

    /** The text, or its beginning and its length; control characters are shown as question marks. */
    public static String of(String value) {
        String text = value.chars().anyMatch(Character::isISOControl) ? value.replaceAll("\\p{Cc}", "?") : value;
        if (text.length() <= MOST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST;
        return text.substring(0, end) + "… (" + text.length() + " characters)";
    }
}
