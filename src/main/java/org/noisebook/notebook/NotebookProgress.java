package org.noisebook.notebook;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.noisebook.experiment.Progress;

/**
 * Progress as a bar beneath the cell, one for a sweep, rewritten at most four times a second.
 *
 * <p>Sweeps that end within a second show nothing. A sweep runs in one thread, so bars are kept by thread and cells that
 * run two sweeps at a time show two.
 */
final class NotebookProgress implements Progress {
    private static final long PAUSE_NANOS = 250_000_000;
    private static final double QUIET_SECONDS = 1;

    private final Screen screen;
    private final LongSupplier clock;
    private final Map<Thread, Bar> bars = new ConcurrentHashMap<>();

    /** On a screen, by a clock of nanoseconds. */
    NotebookProgress(Screen screen, LongSupplier clock) {
        this.screen = screen;
        this.clock = clock;
    }

    /** What a thread's sweep shows. */
    private static final class Bar {
        private String id = "";
        private boolean shown;
        private long last;
    }

    @Override
    public void update(State state) {
        Bar bar = bars.computeIfAbsent(Thread.currentThread(), thread -> new Bar());
        if (state.done() == state.total()) {
            bars.remove(Thread.currentThread());
            if (bar.shown) {
                draw(bar, state, state.doneText());
            }
            return;
        }
        long now = clock.getAsLong();
        if (state.elapsedSeconds() >= QUIET_SECONDS && (!bar.shown || now - bar.last >= PAUSE_NANOS)) {
            bar.last = now;
            draw(bar, state, state.text());
        }
    }

    @Override
    public void stopped(State state, boolean interrupted) {
        Bar bar = bars.remove(Thread.currentThread());
        if (bar != null && bar.shown) {
            draw(
                    bar,
                    state,
                    (interrupted ? "interrupted at " : "failed at ") + state.countText() + "; finished runs are kept");
        }
    }

    /** An interrupted thread must not take the screen's connection with it, and a broken screen not the sweep. */
    private void draw(Bar bar, State state, String text) {
        boolean interrupted = Thread.interrupted();
        try {
            Map<String, String> bundle = bundle(state, text);
            if (bar.shown) {
                screen.update(bar.id, bundle);
            } else {
                bar.shown = true;
                bar.id = screen.show(bundle);
            }
        } catch (RuntimeException ignored) {
            // What cannot be shown is lost; the runs are not.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Map<String, String> bundle(State state, String text) {
        double percent = 100.0 * state.done() / state.total();
        String done = Html.element(
                "div", String.format(Locale.ROOT, "width:%.1f%%;height:100%%;background:currentColor", percent), "");
        String bar = Html.element(
                "div",
                "max-width:40em;height:.5em;border:1px solid;border-radius:.25em;overflow:hidden;opacity:.6",
                done);
        return Bundle.html(Html.block("progress", bar + Html.element("div", "", Html.escape(text))), text);
    }
}
