package org.noisebook.data;

/**
 * A file that belongs to a dataset.
 *
 * @param name its name in the dataset's folder
 * @param bytes its length; 0 if the user supplies the file
 * @param sha256 SHA-256 in hexadecimal; empty if the user supplies the file
 */
public record DataFile(String name, long bytes, String sha256) {
    /** A file that the user supplies: its structure is checked, and its hash enters the cache key. */
    static DataFile own(String name) {
        return new DataFile(name, 0, "");
    }

    /** Whether there is a hash to verify. */
    public boolean isKnown() {
        return !sha256.isEmpty();
    }
}
