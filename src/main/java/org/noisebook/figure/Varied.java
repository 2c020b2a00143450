package org.noisebook.figure;

/**
 * A setting that can be changed, at which a headline is judged.
 *
 * @param <S> its own type
 */
public interface Varied<S> {
    /** Its config. */
    Record config();

    /** The same with changes such as {@code sigma=0.3, clean=0.1}. */
    S with(String changes);
}
