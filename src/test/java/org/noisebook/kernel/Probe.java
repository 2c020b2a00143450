package org.noisebook.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** What cells of tests say, and when they begin; public, since cells are in another package. */
public final class Probe {
    private static final List<String> HEARD = Collections.synchronizedList(new ArrayList<>());
    private static final List<CountDownLatch> STARTED = Collections.synchronizedList(new ArrayList<>());

    private static final int OFTEN = 20_000;
    private static volatile int ticks;

    private Probe() {}

    /** Called by a cell: notes the word and gives the value. */
    public static <T> T hear(String word, T value) {
        HEARD.add(word);
        STARTED.forEach(CountDownLatch::countDown);
        return value;
    }

    /** Called by a cell's loop: it has begun once it has gone round often. */
    public static int tick() {
        ticks++;
        if (ticks == OFTEN) {
            STARTED.forEach(CountDownLatch::countDown);
        }
        return ticks;
    }

    /** Called by a cell: library code that looks at no flag, and comes back once it may. */
    public static void deaf(AtomicBoolean mayGo) {
        while (!mayGo.get()) {
            Thread.onSpinWait();
        }
    }

    /** Forgets all; the latch opens as a cell next calls. */
    static CountDownLatch reset() {
        HEARD.clear();
        ticks = 0;
        STARTED.clear();
        CountDownLatch latch = new CountDownLatch(1);
        STARTED.add(latch);
        return latch;
    }

    static List<String> heard() {
        return List.copyOf(HEARD);
    }
}
