package org.noisebook.solver;

/** Methods of fixed steps for dX = b(t, X) dt. */
public enum OdeMethod {
    /** Euler 1768. */
    EULER(1),
    /** Kutta 1901: the classical one. */
    RK4(4);

    private final int order;

    OdeMethod(int order) {
        this.order = order;
    }

    /** p: the error at the end is O(h^p). */
    public int order() {
        return order;
    }

    /** The method along a velocity. */
    public Sampler sampler(VelocityField velocity) {
        return new Sampler() {
            @Override
            public int dimension() {
                return velocity.dimension();
            }

            @Override
            public int noises() {
                return 0;
            }

            @Override
            public Stepper begin(int capacity) {
                return new Steps(velocity, capacity);
            }
        };
    }

    private final class Steps implements Sampler.Stepper {
        private final Field.Evaluator field;
        private final double[][] slope;
        private final double[][] place;
        private final double[][] sum;
        private long evaluations;

        Steps(VelocityField velocity, int capacity) {
            field = velocity.evaluator(capacity);
            slope = new double[velocity.dimension()][capacity];
            place = new double[velocity.dimension()][capacity];
            sum = new double[velocity.dimension()][capacity];
        }

        @Override
        public void step(double from, double to, double[][] x, int count, double[][][] noise) {
            double h = to - from;
            if (OdeMethod.this == EULER) {
                field.at(from, x, count, slope);
                evaluations++;
                add(x, h, slope, x, count);
                return;
            }
            double middle = from + h / 2;
            field.at(from, x, count, sum);
            add(x, h / 2, sum, place, count);
            field.at(middle, place, count, slope);
            add(sum, 2, slope, sum, count);
            add(x, h / 2, slope, place, count);
            field.at(middle, place, count, slope);
            add(sum, 2, slope, sum, count);
            add(x, h, slope, place, count);
            field.at(to, place, count, slope);
            add(sum, 1, slope, sum, count);
            add(x, h / 6, sum, x, count);
            evaluations += 4;
        }

        private static void add(double[][] x, double factor, double[][] y, double[][] out, int count) {
            for (int j = 0; j < x.length; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = Math.fma(factor, y[j][k], x[j][k]);
                }
            }
        }

        @Override
        public long evaluations() {
            return evaluations;
        }
    }
}
