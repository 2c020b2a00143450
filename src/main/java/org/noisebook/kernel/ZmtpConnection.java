package org.noisebook.kernel;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection to a channel, of either side: ZMTP 3.0 without security (ZeroMQ RFC 23).
 *
 * <p>Who connects is not known before a signature is checked, so all that comes is bounded: bytes and frames of a message,
 * the time it may take, and what the messages of all connections may hold together. A connection that breaks a rule is
 * dropped. One thread reads and one writes; any other only puts messages in a queue, which no interrupt disturbs.
 */
final class ZmtpConnection {
    /** Hears what comes, on the connection's own thread. */
    interface Listener {
        /** Whether it may join, now that its identity is known. */
        boolean join(ZmtpConnection peer);

        /** Hears a message, again if memory was short; the list is used again for the next. */
        void hear(ZmtpConnection peer, List<byte[]> frames);

        /** It has gone; the reason is empty if it left by itself. */
        void leave(ZmtpConnection peer, String reason);
    }

    static final int MOST_BYTES = 64 << 20;
    static final int MOST_FRAMES = 256;
    /** A message up to this length takes no part of the budget, and waits for memory when there is none. */
    static final int SMALL_BYTES = 64 << 10;

    /** How long a handshake or a message may take. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private static final long SHORTAGE_NANOS = 10_000_000;
    private static final int PERMIT_BYTES = 1 << 10;
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int MOST_TOPICS = 64;
    private static final long STACK_BYTES = 1 << 20;
    private static final byte[] GREETING = greeting();
    private static final int VERSION_AT = 10;
    private static final int MECHANISM_AT = 12;
    private static final int MECHANISM_END = 32;
    private static final int SHORT_BYTES = 255;
    private static final int MORE = 1;
    private static final int LONG = 2;
    private static final int COMMAND = 4;
    private static final List<byte[]> LAST = List.of();

    private final SocketChannel socket;
    private final Channel channel;
    private final boolean kernel;
    private final Semaphore budget;
    private final long mostQueued;
    private final Listener listener;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final LinkedBlockingQueue<List<byte[]>> outgoing = new LinkedBlockingQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final Thread reader = thread(this::read, "kernel-read");
    private final Thread writer = thread(this::write, "kernel-write");
    /** Those of the message under way, and room for all it may have. */
    private final List<byte[]> frames = new ArrayList<>(MOST_FRAMES);

    private volatile byte[] identity;
    private volatile List<byte[]> topics = List.of();
    /** When what is under way began; 0 if nothing is. */
    private volatile long begun = System.nanoTime() | 1;

    /** When it last said or was told something. */
    private volatile long active = System.nanoTime();

    private volatile String reason = "";

    /**
     * A connection; {@link #start} begins to read.
     *
     * @param kernel whether this side is the kernel
     * @param identity what it is called if it gives no name
     * @param budget what long messages may hold together
     * @param mostQueued bytes that may wait for it to read
     */
    ZmtpConnection(
            SocketChannel socket,
            Channel channel,
            boolean kernel,
            byte[] identity,
            Semaphore budget,
            long mostQueued,
            Listener listener) {
        this.socket = socket;
        this.channel = channel;
        this.kernel = kernel;
        this.identity = identity;
        this.budget = budget;
        this.mostQueued = mostQueued;
        this.listener = listener;
    }

    private static Thread thread(Runnable loop, String name) {
        Thread thread = new Thread(null, loop, name, STACK_BYTES);
        thread.setDaemon(true);
        // What user code burns must not keep the front end from being answered.
        thread.setPriority(Thread.MAX_PRIORITY);
        return thread;
    }

    private static byte[] greeting() {
        byte[] greeting = new byte[64];
        greeting[0] = (byte) 0xFF;
        greeting[9] = 0x7F;
        greeting[VERSION_AT] = 3;
        byte[] mechanism = "NULL".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(mechanism, 0, greeting, MECHANISM_AT, mechanism.length);
        return greeting;
    }

    /** What long messages may hold together: a quarter of the memory, and one message at least. */
    static Semaphore budget() {
        long bytes = Math.max(MOST_BYTES, Runtime.getRuntime().maxMemory() / 4);
        return new Semaphore((int) Math.min(Integer.MAX_VALUE, bytes / PERMIT_BYTES + 1), true);
    }

    /** Waits for memory: a cell may have left none. What little is asked for is asked for again. */
    static void awaitMemory() {
        LockSupport.parkNanos(SHORTAGE_NANOS);
    }

    void start() {
        reader.start();
    }

    Channel channel() {
        return channel;
    }

    /** What its messages are addressed to. */
    byte[] identity() {
        return identity;
    }

    /** For how long it has neither said nor been told anything. */
    long silence(long now) {
        return now - active;
    }

    /** Drops it if what is under way takes too long. */
    void hurry(long now) {
        long then = begun;
        if (then != 0 && now - then > PATIENCE_NANOS) {
            drop("it was too slow");
        }
    }

    /** Ends it at once. */
    void drop(String why) {
        if (reason.isEmpty()) {
            reason = why;
        }
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
        finish();
    }

    /** Ends it behind what waits to be sent. */
    void finish() {
        while (true) {
            try {
                outgoing.offer(LAST);
                return;
            } catch (OutOfMemoryError e) {
                awaitMemory();
            }
        }
    }

    /** Waits for its end up to a time; gives whether all that waited was sent. */
    boolean awaitEnd(long untilNanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(writer, untilNanos - System.nanoTime());
        boolean sent = !writer.isAlive();
        TimeUnit.NANOSECONDS.timedJoin(reader, untilNanos - System.nanoTime());
        drop("");
        return sent;
    }

    /** Sends a message behind those that wait; a connection that lets too much wait is dropped. */
    void send(List<byte[]> frames) {
        long bytes = bytes(frames);
        active = System.nanoTime();
        if (queued.addAndGet(bytes) > mostQueued && !outgoing.isEmpty()) {
            drop("it does not read its messages");
        } else {
            outgoing.offer(frames);
        }
    }

    /** Sends a message if it has asked for its topic, the first frame. */
    void publish(List<byte[]> frames) {
        byte[] first = frames.get(0);
        for (byte[] topic : topics) {
            if (topic.length <= first.length && Arrays.equals(topic, 0, topic.length, first, 0, topic.length)) {
                send(frames);
                return;
            }
        }
    }

    private static long bytes(List<byte[]> frames) {
        long bytes = 0;
        for (int k = 0; k < frames.size(); k++) {
            bytes += frames.get(k).length;
        }
        return bytes;
    }

    private void read() {
        try {
            shakeHands();
            if (listener.join(this)) {
                writer.start();
                while (true) {
                    hear();
                }
            }
        } catch (ProtocolException e) {
            drop(String.valueOf(e.getMessage()));
        } catch (IOException | InterruptedException e) {
            // It left, or was dropped.
        } catch (OutOfMemoryError e) {
            drop("no memory for its message");
        } finally {
            drop("");
            listener.leave(this, reason);
        }
    }

    private void shakeHands() throws IOException {
        put(GREETING);
        flush();
        byte[] theirs = new byte[GREETING.length];
        take(theirs);
        if (theirs[0] != GREETING[0]
                || (theirs[9] & 1) == 0
                || theirs[VERSION_AT] < GREETING[VERSION_AT]
                || !Arrays.equals(theirs, MECHANISM_AT, MECHANISM_END, GREETING, MECHANISM_AT, MECHANISM_END)) {
            throw new ProtocolException("it does not speak ZMTP 3 without security");
        }
        // Texts behind their lengths, of one byte but for the last of four.
        String type = channel.type(kernel);
        String ready = "\5READY\13Socket-Type\0\0\0" + (char) type.length() + type;
        putFrame(COMMAND, ready.getBytes(StandardCharsets.ISO_8859_1));
        flush();
        int flags = octet();
        byte[] body = new byte[length(flags, SMALL_BYTES)];
        take(body);
        ByteBuffer command = ByteBuffer.wrap(body);
        if ((flags & COMMAND) == 0 || !"READY".equals(text(command, 1))) {
            throw new ProtocolException("it is not ready");
        }
        Map<String, String> properties = new TreeMap<>();
        while (command.hasRemaining()) {
            properties.put(text(command, 1).toLowerCase(Locale.ROOT), text(command, Integer.BYTES));
        }
        if (!channel.serves(kernel, properties.getOrDefault("socket-type", ""))) {
            throw new ProtocolException("it is not a socket for this channel");
        }
        String name = properties.getOrDefault("identity", "");
        if (!name.isEmpty()) {
            identity = name.getBytes(StandardCharsets.ISO_8859_1);
        }
        begun = 0;
    }

    /** A text behind its length, which takes one byte or four. */
    private static String text(ByteBuffer from, int size) throws ProtocolException {
        long length = from.remaining() < size ? -1 : size == 1 ? from.get() & 0xFF : from.getInt();
        byte[] text = new byte[check(length, from.remaining())];
        from.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static int check(long length, long most) throws ProtocolException {
        if (length < 0 || length > most) {
            throw new ProtocolException("a length is wrong or above " + most + " bytes");
        }
        return (int) length;
    }

    /** Reads a message and hands it on. */
    private void hear() throws IOException, InterruptedException {
        frames.clear();
        int permits = 0;
        try {
            int total = 0;
            int flags = MORE;
            while ((flags & MORE) != 0) {
                flags = octet();
                begun = begun == 0 ? System.nanoTime() | 1 : begun;
                int length = length(flags, (kernel && !channel.isSigned() ? SMALL_BYTES : MOST_BYTES) - total);
                total += length;
                if (total > SMALL_BYTES) {
                    int more = total / PERMIT_BYTES - permits;
                    begun = 0;
                    if (!budget.tryAcquire(more, PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
                        throw new ProtocolException("too much pending data for such a long message");
                    }
                    permits += more;
                    begun = System.nanoTime() | 1;
                }
                byte[] body = allocate(length, total <= SMALL_BYTES);
                take(body);
                if ((flags & COMMAND) != 0) {
                    // None of ZMTP 3.0 needs an answer; it may stand between frames.
                    flags = frames.isEmpty() ? 0 : MORE;
                    total -= length;
                } else if (frames.size() < MOST_FRAMES) {
                    frames.add(body);
                } else {
                    throw new ProtocolException("a message has more than " + MOST_FRAMES + " frames");
                }
            }
            begun = 0;
            active = System.nanoTime();
            if (kernel && channel == Channel.IOPUB) {
                for (byte[] frame : frames) {
                    subscribe(frame);
                }
            } else if (!frames.isEmpty()) {
                handOn(total <= SMALL_BYTES);
            }
        } finally {
            budget.release(permits);
        }
    }

    private static byte[] allocate(int length, boolean patiently) {
        while (true) {
            try {
                return new byte[length];
            } catch (OutOfMemoryError e) {
                if (!patiently) {
                    throw e;
                }
                awaitMemory();
            }
        }
    }

    private void handOn(boolean patiently) {
        while (true) {
            try {
                listener.hear(this, frames);
                return;
            } catch (OutOfMemoryError e) {
                if (!patiently) {
                    throw e;
                }
                awaitMemory();
            }
        }
    }

    /** The first byte says whether the topic is wanted or no longer. */
    private void subscribe(byte[] frame) throws ProtocolException {
        byte[] topic = Arrays.copyOfRange(frame, Math.min(1, frame.length), frame.length);
        List<byte[]> all = new ArrayList<>(topics);
        if (frame.length > 0 && frame[0] == 1) {
            all.add(topic);
        } else {
            all.stream()
                    .filter(known -> Arrays.equals(known, topic))
                    .findFirst()
                    .ifPresent(all::remove);
        }
        if (all.size() > MOST_TOPICS) {
            throw new ProtocolException("it asks for more than " + MOST_TOPICS + " topics");
        }
        topics = List.copyOf(all);
    }

    private int length(int flags, int most) throws IOException {
        if ((flags & ~(MORE | LONG | COMMAND)) != 0) {
            throw new ProtocolException("it sends something that is not a frame");
        }
        long length = octet();
        for (int k = 1; k < ((flags & LONG) != 0 ? Long.BYTES : 1); k++) {
            length = length << Byte.SIZE | octet();
        }
        return check(length, most);
    }

    private int octet() throws IOException {
        fill();
        return in.get() & 0xFF;
    }

    private void take(byte[] to) throws IOException {
        for (int at = 0; at < to.length; ) {
            fill();
            int part = Math.min(in.remaining(), to.length - at);
            in.get(to, at, part);
            at += part;
        }
    }

    /** Waits until there is a byte at least. */
    private void fill() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            while (true) {
                try {
                    int read = socket.read(in);
                    in.flip();
                    if (read < 0) {
                        throw new EOFException();
                    }
                    return;
                } catch (OutOfMemoryError e) {
                    awaitMemory();
                }
            }
        }
    }

    private void write() {
        try {
            for (List<byte[]> frames = next(); frames != LAST; frames = next()) {
                for (int k = 0; k < frames.size(); k++) {
                    putFrame(k + 1 < frames.size() ? MORE : 0, frames.get(k));
                }
                queued.addAndGet(-bytes(frames));
            }
            socket.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            drop("");
        }
    }

    private List<byte[]> next() throws IOException, InterruptedException {
        if (outgoing.isEmpty()) {
            flush();
        }
        while (true) {
            try {
                List<byte[]> frames = outgoing.take();
                if (frames == LAST) {
                    flush();
                }
                return frames;
            } catch (OutOfMemoryError e) {
                awaitMemory();
            }
        }
    }

    private void putFrame(int flags, byte[] body) throws IOException {
        boolean isShort = body.length <= SHORT_BYTES;
        if (out.remaining() <= Long.BYTES) {
            flush();
        }
        out.put((byte) (isShort ? flags : flags | LONG));
        if (isShort) {
            out.put((byte) body.length);
        } else {
            out.putLong(body.length);
        }
        put(body);
    }

    private void put(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            if (!out.hasRemaining()) {
                flush();
            }
            int part = Math.min(out.remaining(), bytes.length - at);
            out.put(bytes, at, part);
            at += part;
        }
    }

    private void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            try {
                socket.write(out);
            } catch (OutOfMemoryError e) {
                awaitMemory();
            }
        }
        out.clear();
    }
}
