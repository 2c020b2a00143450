package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;

/** A batch in CIFAR-10's binary version: records of one label and 3 · 32 · 32 pixels, as red, green and blue planes. */
final class CifarBinary {
    private CifarBinary() {}

    /**
     * Reads all records.
     *
     * @throws IOException if the file does not consist of whole records
     */
    static Images.Part read(FileBytes file, int dimension) throws IOException {
        int record = dimension + 1;
        if (file.length() == 0 || file.length() % record != 0) {
            throw new IOException(file.name() + ": expected whole records of " + record + " bytes, found "
                    + file.length() + " bytes");
        }
        int count = file.length() / record;
        byte[] pixels = new byte[count * dimension];
        byte[] labels = new byte[count];
        try (InputStream in = file.open()) {
            for (int i = 0; i < count; i++) {
                labels[i] = file.next(in, 1, "label")[0];
                System.arraycopy(file.next(in, dimension, "pixels"), 0, pixels, i * dimension, dimension);
            }
        }
        return new Images.Part(file.name(), pixels, labels);
    }
}
