package org.noisebook.web;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Streams as the JDK has them: sums with compensation, and different elements behind {@code flatMap} too. */
public final class Sums {
    private Sums() {}

    public static double sum(DoubleStream stream) {
        return summaryStatistics(stream).getSum();
    }

    public static OptionalDouble average(DoubleStream stream) {
        DoubleSummaryStatistics all = summaryStatistics(stream);
        return all.getCount() > 0 ? OptionalDouble.of(all.getSum() / all.getCount()) : OptionalDouble.empty();
    }

    public static DoubleSummaryStatistics summaryStatistics(DoubleStream stream) {
        DoubleSummaryStatistics all = new DoubleSummaryStatistics();
        stream.forEach(all::accept);
        return all;
    }

    public static <T> Stream<T> distinct(Stream<T> stream) {
        Set<T> different = new LinkedHashSet<>();
        stream.forEach(different::add);
        return new ArrayList<>(different).stream();
    }

    public static DoubleStream distinct(DoubleStream stream) {
        return distinct(stream.boxed()).mapToDouble(Double::doubleValue);
    }

    public static IntStream distinct(IntStream stream) {
        return distinct(stream.boxed()).mapToInt(Integer::intValue);
    }

    public static LongStream distinct(LongStream stream) {
        return distinct(stream.boxed()).mapToLong(Long::longValue);
    }
}
