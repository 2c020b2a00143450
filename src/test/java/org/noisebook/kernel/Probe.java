package org.noisebook.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What cells of tests say, and when they begin; public, since cells are in another package. */
public final class Probe {
    private static final List<String> HEARD = Collections.synchronizedList(new ArrayList<>());
    private static final List<CountDownLatch> STARTED = Collections.synchronizedList(new ArrayList<>());

    private Probe() {}

    /** Called by a cell: notes the word and gives the value. */
    public static <T> T hear(String word, T value) {
        HEARD.add(word);
        STARTED.forEach(CountDownLatch::countDown);
        return value;
    }

    /** Forgets all; the latch opens as a cell next calls. */
    static CountDownLatch reset() {
        HEARD.clear();
        STARTED.clear();
        CountDownLatch latch = new CountDownLatch(1);
        STARTED.add(latch);
        return latch;
    }

    static List<String> heard() {
        return List.copyOf(HEARD);
    }
}
