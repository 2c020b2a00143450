package org.noisebook.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Progress;

class NotebookProgressTest {
    private static final long MILLI = 1_000_000;

    private final AtomicLong clock = new AtomicLong();
    private final Recorder screen = new Recorder();
    private final NotebookProgress progress = new NotebookProgress(screen, clock::get);

    /** Keeps what was shown as {@code show 1: text} and {@code update 1: text}. */
    private static final class Recorder implements Screen {
        private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        private final List<Map<String, String>> bundles = Collections.synchronizedList(new ArrayList<>());
        private final List<Boolean> interrupted = new ArrayList<>();
        private int ids;
        private boolean broken;

        @Override
        public synchronized String show(Map<String, String> bundle) {
            String id = Integer.toString(++ids);
            record("show " + id, bundle);
            return id;
        }

        @Override
        public void update(String id, Map<String, String> bundle) {
            record("update " + id, bundle);
        }

        private void record(String what, Map<String, String> bundle) {
            if (broken) {
                throw new IllegalStateException("no connection");
            }
            calls.add(what + ": " + bundle.get("text/plain"));
            bundles.add(bundle);
            interrupted.add(Thread.currentThread().isInterrupted());
        }
    }

    private static Progress.State state(long done, double seconds) {
        return new Progress.State("toy", done, 2, 10, (done - 2) / 8.0, seconds);
    }

    private void at(long millis, long done) {
        clock.set(millis * MILLI);
        progress.update(state(done, millis / 1e3));
    }

    @Test
    void sweepsWithinASecondShowNothing() {
        at(0, 2);
        at(500, 5);
        at(999, 9);
        at(1000, 10);
        at(5000, 10);
        assertThat(screen.calls).isEmpty();
    }

    @Test
    void atMostFourTimesASecondAndOnceAtTheEnd() {
        at(0, 2);
        for (int millis = 10; millis <= 3000; millis += 10) {
            at(millis, millis < 1500 ? 4 : 6);
        }
        assertThat(screen.calls).hasSize(9);
        assertThat(screen.calls.get(0)).isEqualTo("show 1: toy 4/10 runs (2 from the cache), 2.0/s, 3 s left");
        assertThat(screen.calls.subList(1, 9)).allMatch(call -> call.startsWith("update 1: "));
        at(3001, 10);
        assertThat(screen.calls).hasSize(10);
        assertThat(screen.calls.get(9)).isEqualTo("update 1: toy 10/10 runs (2 from the cache) in 3 s");
    }

    @Test
    void everySweepHasItsOwnBar() {
        at(1000, 3);
        at(2000, 10);
        at(2500, 2);
        at(4000, 5);
        assertThat(screen.calls)
                .extracting(call -> call.substring(0, call.indexOf(':')))
                .containsExactly("show 1", "update 1", "show 2", "update 2");
    }

    @Test
    void twoThreadsHaveTwoBars() throws InterruptedException {
        at(1000, 3);
        Thread other = new Thread(() -> {
            progress.update(state(4, 1.1));
            progress.update(state(10, 1.2));
        });
        other.start();
        other.join();
        at(2000, 10);
        assertThat(screen.calls)
                .extracting(call -> call.substring(0, call.indexOf(':')))
                .containsExactly("show 1", "show 2", "update 2", "update 1");
    }

    @Test
    void anEarlyEndIsTheLastWord() {
        at(1000, 3);
        progress.stopped(state(4, 1.5), true);
        at(2000, 3);
        progress.stopped(state(5, 2.5), false);
        assertThat(screen.calls.get(1))
                .isEqualTo("update 1: interrupted at toy 4/10 runs (2 from the cache); finished runs are kept");
        assertThat(screen.calls.get(3))
                .isEqualTo("update 2: failed at toy 5/10 runs (2 from the cache); finished runs are kept");
    }

    @Test
    void anEarlyEndOfWhatWasNotShownIsSilent() {
        at(0, 2);
        progress.stopped(state(2, 0.2), true);
        progress.stopped(state(2, 5), true);
        assertThat(screen.calls).isEmpty();
    }

    /** A channel that an interrupted thread writes to is closed for good. */
    @Test
    void theScreenIsCalledUninterruptedAndTheInterruptionStays() {
        at(1000, 3);
        Thread.currentThread().interrupt();
        progress.stopped(state(4, 1.5), true);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(screen.interrupted).containsExactly(false, false);
    }

    @Test
    void aBrokenScreenDoesNotEndTheSweep() {
        screen.broken = true;
        at(1000, 3);
        at(2000, 4);
        at(3000, 10);
        assertThat(screen.calls).isEmpty();
    }

    @Test
    void theBarIsAsLongAsTheShareAndHasNoColourOfItsOwn() {
        at(1000, 5);
        assertThat(screen.bundles.get(0).keySet()).containsExactly("text/html", "text/plain");
        assertThat(screen.bundles.get(0).get("text/html"))
                .contains("width:50.0%", "background:currentColor", "toy 5/10 runs")
                .doesNotContain("#", "rgb", "class=\"jp", "<style", "<script");
    }

    @Test
    void theConnectedScreenIsAskedAnew() {
        Notebook.Connected connected = new Notebook.Connected();
        Recorder other = new Recorder();
        Notebook.connect(other);
        assertThat(connected.show(Map.of("text/plain", "a"))).isEqualTo("1");
        Notebook.connect(screen);
        connected.update("1", Map.of("text/plain", "b"));
        assertThat(other.calls).containsExactly("show 1: a");
        assertThat(screen.calls).containsExactly("update 1: b");
        assertThatNullPointerException()
                .isThrownBy(() -> Notebook.connect(null))
                .withMessage("screen");
    }
}
