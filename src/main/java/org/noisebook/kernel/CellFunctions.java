package org.noisebook.kernel;

import java.util.concurrent.atomic.AtomicReference;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** Functions that every cell can call without an import, as in IJava. */
public final class CellFunctions {
    // Cells call these without an object to call them on, so the kernel of this process must stand somewhere.
    private static final AtomicReference<Kernel> KERNEL = new AtomicReference<>();

    private CellFunctions() {}

    static void connect(Kernel kernel) {
        KERNEL.set(kernel);
    }

    private static Kernel kernel() {
        Kernel kernel = KERNEL.get();
        if (kernel == null) {
            throw new IllegalStateException("no notebook kernel runs in this process");
        }
        return kernel;
    }

    /**
     * Shows a value in the running cell, in the ways its renderers know.
     *
     * @param value the value
     * @param types MIME types such as {@code text/html}; none for what suits the value
     * @return the id to update it by
     */
    public static String display(Object value, String... types) {
        return kernel().display(value, types);
    }

    /** Replaces what {@link #display} showed under this id. */
    public static void updateDisplay(String id, Object value, String... types) {
        kernel().updateDisplay(id, value, types);
    }

    /** Renders a value without showing it. */
    public static DisplayData render(Object value, String... types) {
        return kernel().render(value, types);
    }

    /** Evaluates Java text and gives its value; null if it has none. */
    public static Object eval(String code) {
        return kernel().evaluate(code);
    }

    /**
     * Removes what the running cell has shown.
     *
     * @param wait whether to wait with it until something new is shown
     */
    public static void clearOutput(boolean wait) {
        kernel().clearOutput(wait);
    }

    /** Prints formatted text. */
    public static void printf(String format, Object... arguments) {
        System.out.printf(format, arguments);
    }
}
