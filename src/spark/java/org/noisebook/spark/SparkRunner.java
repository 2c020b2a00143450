package org.noisebook.spark;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.noisebook.experiment.RemoteRun;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Runner;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Executes runs as tasks of Apache Spark, one each, in the order of the list; every result comes back as it ends.
 *
 * <p>Spark retries a task whose executor was lost or that failed, as often as {@code spark.task.maxFailures} says; a run that
 * fails each time is named. Executors check that kit and data are those of the driver.
 *
 * <p><b>Cost</b>: some milliseconds a run beyond its own time, and the start of the executors.
 */
public final class SparkRunner implements Runner {
    private static final long PATIENCE_MILLIS = 250;
    private static final Pattern FAILED = Pattern.compile(
            "Task (\\d+) in stage \\S+ failed (\\d+) times, most recent failure: Lost task [^:]*: (.*?)(\\R|$)",
            Pattern.DOTALL);

    private final JavaSparkContext context;

    /** Runs on this context, which {@link #close} stops. */
    public SparkRunner(JavaSparkContext context) {
        this.context = context;
    }

    @Override
    public int threads() {
        return context.defaultParallelism();
    }

    /** A result as it travels back. */
    private record Outcome(byte[] result, long nanos) implements Serializable {}

    private record Ended(int index, Outcome outcome) {}

    /** What an executor does. */
    private static final class Body extends AbstractFunction1<Iterator<RemoteRun>, Outcome> implements Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Outcome apply(Iterator<RemoteRun> one) {
            long start = System.nanoTime();
            return new Outcome(one.next().execute(), System.nanoTime() - start);
        }
    }

    @Override
    public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException {
        if (runs.isEmpty()) {
            return;
        }
        List<RemoteRun> parcels = runs.stream().map(RemoteRun::of).toList();
        BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
        context.setLocalProperty("spark.job.interruptOnCancel", "true");
        List<Object> indices =
                IntStream.range(0, runs.size()).mapToObj(k -> (Object) k).toList();
        SimpleFutureAction<BoxedUnit> job = context.sc()
                .submitJob(
                        context.parallelize(parcels, parcels.size()).rdd(),
                        new Body(),
                        CollectionConverters.asScala(indices).toSeq(),
                        new AbstractFunction2<Object, Outcome, BoxedUnit>() {
                            @Override
                            public BoxedUnit apply(Object index, Outcome outcome) {
                                ended.add(new Ended((Integer) index, outcome));
                                return BoxedUnit.UNIT;
                            }
                        },
                        () -> BoxedUnit.UNIT);
        boolean finished = false;
        try {
            int done = 0;
            while (done < runs.size()) {
                boolean over = job.isCompleted();
                Ended next = ended.poll(over ? 0 : PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    keep(runs, next, sink);
                    done++;
                } else if (over) {
                    throw new IOException(failure(job, parcels));
                } else {
                    sink.waiting();
                }
            }
            finished = true;
        } catch (InterruptedException e) {
            job.cancel();
            for (Ended next = ended.poll(); next != null; next = ended.poll()) {
                keep(runs, next, sink);
            }
            Thread.currentThread().interrupt();
            throw new CancellationException("sweep interrupted; what had ended is kept");
        } finally {
            if (!finished) {
                job.cancel();
            }
        }
    }

    private static <C extends Record, R extends Record> void keep(List<Run<C, R>> runs, Ended one, Sink<R> sink)
            throws IOException {
        sink.ended(
                one.index(),
                Optional.of(RemoteRun.open(runs.get(one.index()), one.outcome().result())),
                Duration.ofNanos(one.outcome().nanos()));
    }

    /** Names the run that failed, and why. */
    private static String failure(SimpleFutureAction<BoxedUnit> job, List<RemoteRun> parcels) {
        Throwable cause = job.value().get().failed().get();
        Matcher failed = FAILED.matcher(String.valueOf(cause.getMessage()));
        return failed.find()
                ? parcels.get(Integer.parseInt(failed.group(1))).text() + " failed " + failed.group(2)
                        + " times on Spark: " + failed.group(3).strip()
                : "Spark ended the sweep: " + firstLine(cause);
    }

    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /** Ends the executors. */
    @Override
    public void close() {
        context.stop();
    }
}
