package org.noisebook.regime.twolayer;

/** Copies, sums and products of small arrays in plain order, so that every platform gives the same bits. */
final class SmallMatrix {
    private SmallMatrix() {}

    /** A deep copy, checked to be finite with rows of one length. */
    static double[][] copy(String name, double[][] matrix, int columns) {
        double[][] copy = new double[matrix.length][];
        for (int i = 0; i < matrix.length; i++) {
            if (matrix[i].length != columns) {
                throw new IllegalArgumentException(
                        name + "[" + i + "] must have " + columns + " numbers, got " + matrix[i].length);
            }
            copy[i] = copy(name + "[" + i + "]", matrix[i]);
        }
        return copy;
    }

    /** A copy, checked to be finite. */
    static double[] copy(String name, double[] vector) {
        for (int i = 0; i < vector.length; i++) {
            if (!Double.isFinite(vector[i])) {
                throw new IllegalArgumentException(name + "[" + i + "] must be finite, got " + vector[i]);
            }
        }
        return vector.clone();
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    static double[][] identity(int size) {
        double[][] identity = new double[size][size];
        for (int i = 0; i < size; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    /** a b. */
    static double[][] product(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b[k].length; j++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }

    /** Tr(a b). */
    static double traceOfProduct(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                sum += a[i][j] * b[j][i];
            }
        }
        return sum;
    }

    static double trace(double[][] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i][i];
        }
        return sum;
    }
}
