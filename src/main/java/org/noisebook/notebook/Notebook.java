package org.noisebook.notebook;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.noisebook.experiment.Experiment;

/** Functions for notebook cells: an experiment whose progress is shown below the cell. */
public final class Notebook {
    /**
     * The one place in the kit that holds state for the whole process, because a notebook has no other: the kernel's
     * start-up and the cells share nothing but classes. It changes what is shown, never a result.
     */
    private static final AtomicReference<Optional<Screen>> SCREEN = new AtomicReference<>(Optional.empty());

    private Notebook() {}

    /** Tells where to show progress; called once as a kernel starts. */
    public static void connect(Screen screen) {
        SCREEN.set(Optional.of(Objects.requireNonNull(screen, "screen")));
    }

    /**
     * {@link Experiment#standard()} with progress shown in place, silent while no screen is connected; one experiment for
     * the whole notebook, so that its cells share the results in memory.
     */
    public static Experiment experiment() {
        return Shared.EXPERIMENT;
    }

    /** Made when first asked for: listing what can be shown opens no cache. */
    private static final class Shared {
        private static final Experiment EXPERIMENT =
                Experiment.standard().withProgress(new NotebookProgress(new Connected(), System::nanoTime));
    }

    /** The screen of the moment. */
    static final class Connected implements Screen {
        @Override
        public String show(Map<String, String> bundle) {
            return SCREEN.get().map(screen -> screen.show(bundle)).orElse("");
        }

        @Override
        public void update(String id, Map<String, String> bundle) {
            SCREEN.get().ifPresent(screen -> screen.update(id, bundle));
        }
    }
}
