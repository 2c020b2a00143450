package org.noisebook.kernel;

import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;
import org.noisebook.data.Numbers;

/**
 * What cells print and show, published with the cell it belongs to.
 *
 * <p>A thread prints to the cell that started it, also after that cell's end; a thread of no cell, or of the common pool
 * that all cells share, prints to the newest.
 * Text is gathered and published when 16 KiB are there, when the other stream is written, or within 100 ms. Jupyter servers
 * drop output above 1000 messages or 1 MB a second, taken over 3 s: the printing thread is slowed down to stay below. A page
 * cannot hold an endless print: behind 8 MB of a cell the rest goes to a file, and a line says so.
 */
final class Output {
    private static final int CHUNK = 1 << 14;
    private static final long PAUSE_MILLIS = 100;
    private static final double BYTES_PER_SECOND = 7e5;
    private static final double MESSAGE_OVERHEAD = 1000;
    /** What a cell may print on a page. */
    private static final long MOST_PRINTED = 8_000_000;

    /** Where messages go. */
    @FunctionalInterface
    interface Publisher {
        void publish(String type, JsonObject parent, JsonObject content);
    }

    private final Publisher publisher;
    private final InheritableThreadLocal<Cell> current = new InheritableThreadLocal<>();
    private final Set<Cell> pending = ConcurrentHashMap.newKeySet();
    private volatile Cell newest;
    private final long mostPrinted;
    private double allowance = BYTES_PER_SECOND;
    private long allowanceTime = System.nanoTime();

    Output(Publisher publisher) {
        this(publisher, MOST_PRINTED);
    }

    /** The same with another bound for what a cell may print on a page. */
    Output(Publisher publisher, long mostPrinted) {
        this.publisher = publisher;
        this.mostPrinted = mostPrinted;
        Thread flusher = new Thread(this::flushPending, "kernel-flush");
        flusher.setDaemon(true);
        flusher.start();
    }

    /** A stream that prints to the calling thread's cell. */
    PrintStream stream(boolean error) {
        return new PrintStream(new Router(error ? "stderr" : "stdout"), true, StandardCharsets.UTF_8);
    }

    /** Output of the cell that this message asked to run. */
    Cell open(JsonObject header) {
        Cell cell = new Cell(header, publisher);
        newest = cell;
        return cell;
    }

    /** Output that is no cell's, and is not published but heard by somebody else. */
    Cell divert(Publisher to) {
        return new Cell(new JsonObject(), to);
    }

    /** The cell that the calling thread prints to. */
    Cell cell() {
        Cell cell = current.get();
        return cell == null || isShared(Thread.currentThread()) ? newest : cell;
    }

    /** Whether it belongs to the common pool, which is the first cell's by accident only. */
    private static boolean isShared(Thread thread) {
        return thread instanceof ForkJoinWorkerThread worker && worker.getPool() == ForkJoinPool.commonPool();
    }

    /** Makes the calling thread, and those it starts, print to this cell. */
    void enter(Cell cell) {
        current.set(cell);
    }

    private void flushPending() {
        while (true) {
            try {
                Thread.sleep(PAUSE_MILLIS);
                for (Cell cell : pending) {
                    cell.flush();
                }
            } catch (InterruptedException e) {
                return;
            } catch (OutOfMemoryError e) {
                Thread.yield();
            }
        }
    }

    /** Waits until that many bytes may be published; an interrupted thread waits too, and stays interrupted. */
    synchronized void admit(int bytes) {
        boolean interrupted = false;
        while (true) {
            long now = System.nanoTime();
            allowance = Math.min(BYTES_PER_SECOND, allowance + (now - allowanceTime) * 1e-9 * BYTES_PER_SECOND);
            allowanceTime = now;
            if (allowance > 0) {
                break;
            }
            LockSupport.parkNanos((long) (-allowance / BYTES_PER_SECOND * 1e9) + 1_000_000);
            interrupted |= Thread.interrupted();
        }
        allowance -= Math.min(BYTES_PER_SECOND, bytes + MESSAGE_OVERHEAD);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The output of one cell. */
    final class Cell {
        private final JsonObject parent;
        private final Publisher to;
        private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        private String stream = "stdout";
        private boolean muted;
        private long printed;
        private PrintFile rest;

        private Cell(JsonObject parent, Publisher to) {
            this.parent = parent;
            this.to = to;
        }

        /** Publishes a message of this cell, after what was printed before it. */
        synchronized void publish(String type, JsonObject content) {
            if (muted) {
                return;
            }
            flush();
            if (to == publisher) {
                admit(content.toString().length());
            }
            to.publish(type, parent, content);
        }

        /** Publishes what waits. */
        synchronized void flush() {
            pending.remove(this);
            byte[] bytes = buffer.toByteArray();
            int length = wholeCharacters(bytes);
            if (length == 0) {
                return;
            }
            buffer.reset();
            buffer.write(bytes, length, bytes.length - length);
            admit(length);
            publishText(new String(bytes, 0, length, StandardCharsets.UTF_8));
            printed += length;
            if (printed >= mostPrinted && rest == null && to == publisher) {
                rest = PrintFile.open();
                publishText("\nnoisebook: this cell has printed " + Numbers.brief(mostPrinted / 1e6, 2) + " MB: " + rest
                        + "\n");
            }
        }

        private void publishText(String text) {
            to.publish("stream", parent, Message.object("name", stream, "text", text));
        }

        /** Drops what it prints from now on. */
        synchronized void mute() {
            flush();
            muted = true;
        }

        private synchronized void write(String name, byte[] bytes, int start, int length) {
            if (muted) {
                return;
            }
            if (rest != null) {
                rest.write(bytes, start, length);
                return;
            }
            if (!stream.equals(name)) {
                flush();
                stream = name;
            }
            buffer.write(bytes, start, length);
            pending.add(this);
            if (buffer.size() >= CHUNK) {
                flush();
            }
        }
    }

    /** How many of these bytes are whole UTF-8 characters: a multi-byte one at the end may be cut. */
    static int wholeCharacters(byte[] bytes) {
        final int longest = 4;
        for (int back = 1; back <= Math.min(longest, bytes.length); back++) {
            int lead = bytes[bytes.length - back] & 0xFF;
            if (lead >= 0xC0) {
                int size = lead >= 0xF0 ? longest : lead >= 0xE0 ? 3 : 2;
                return size > back ? bytes.length - back : bytes.length;
            }
            if (lead < 0x80) {
                break;
            }
        }
        return bytes.length;
    }

    private final class Router extends OutputStream {
        private final String name;

        Router(String name) {
            this.name = name;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int start, int length) {
            Cell cell = cell();
            if (cell != null) {
                cell.write(name, bytes, start, length);
            }
        }
    }
}
