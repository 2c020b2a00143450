package org.noisebook.data;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A binary task: which classes are +1, which are −1, and which are omitted.
 *
 * <p>In configs: {@code parity}, {@code animals}, {@code labelSets(plus=0+2+4, minus=1+3)}. Parity and animals are
 * those of Sclocchi, Geiger and Wyart 2023 (arXiv 2301.13703).
 */
public sealed interface Task permits Task.Parity, Task.Animals, Task.LabelSets {
    /** +1, −1, or 0 for an omitted class. */
    int sign(int label);

    /**
     * Checks that the source has the classes of this task.
     *
     * @throws IllegalArgumentException if it does not
     */
    void check(DataSource source);

    /** Even classes are +1, odd ones −1; for generated points class 0 is +1. */
    record Parity() implements Task {
        @Override
        public int sign(int label) {
            return label % 2 == 0 ? 1 : -1;
        }

        @Override
        public void check(DataSource source) {
            // Every source has classes.
        }
    }

    /** CIFAR-10: the six animal classes are +1; aeroplane, car, ship and lorry (0, 1, 8, 9) are −1. */
    record Animals() implements Task {
        private static final int FIRST_ANIMAL = 2;
        private static final int LAST_ANIMAL = 7;

        @Override
        public int sign(int label) {
            return label >= FIRST_ANIMAL && label <= LAST_ANIMAL ? 1 : -1;
        }

        @Override
        public void check(DataSource source) {
            if (source != DataSource.CIFAR10) {
                throw new IllegalArgumentException("task=animals needs dataset=cifar10, got dataset=" + source);
            }
        }
    }

    /**
     * Any two sets of classes against each other; the remaining classes are omitted.
     *
     * @param plus the classes with label +1, such as {@code 0+2+4}; kept sorted
     * @param minus the classes with label −1
     */
    record LabelSets(String plus, String minus) implements Task {
        private static final int LARGEST_LABEL = 255;

        public LabelSets {
            TreeSet<Integer> first = labels("plus", plus);
            TreeSet<Integer> second = labels("minus", minus);
            plus = text(first);
            minus = text(second);
            first.retainAll(second);
            if (!first.isEmpty()) {
                throw new IllegalArgumentException(
                        "plus and minus must have no class in common, got " + plus + " and " + minus);
            }
        }

        private static TreeSet<Integer> labels(String name, String text) {
            TreeSet<Integer> labels = new TreeSet<>();
            for (String part : text.split("\\+", -1)) {
                if (!part.strip().matches("\\d{1,3}") || Integer.parseInt(part.strip()) > LARGEST_LABEL) {
                    throw new IllegalArgumentException(name + " must be classes in [0, " + LARGEST_LABEL
                            + "] such as 0+2+4, got '" + Quoted.of(text) + "'");
                }
                if (!labels.add(Integer.parseInt(part.strip()))) {
                    throw new IllegalArgumentException(
                            name + " must not name a class twice, got '" + Quoted.of(text) + "'");
                }
            }
            return labels;
        }

        private static String text(TreeSet<Integer> labels) {
            return labels.stream().map(String::valueOf).collect(Collectors.joining("+"));
        }

        @Override
        public int sign(int label) {
            return has(plus, label) ? 1 : has(minus, label) ? -1 : 0;
        }

        private static boolean has(String set, int label) {
            return Arrays.asList(set.split("\\+")).contains(String.valueOf(label));
        }

        @Override
        public void check(DataSource source) {
            int largest =
                    Math.max(labels("plus", plus).last(), labels("minus", minus).last());
            if (largest >= source.classes()) {
                throw new IllegalArgumentException("task must name classes in [0, " + (source.classes() - 1)
                        + "] for dataset=" + source + ", got " + largest);
            }
        }
    }
}
