package org.noisebook.kernel;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The five sockets of a kernel and every peer connected to them.
 *
 * <p>A message that is malformed, wrongly signed or a repetition is logged and dropped. A connection that breaks the
 * protocol or a bound of {@link ZmtpConnection} is dropped itself; no other notices. Of too many, the longest silent is dropped.
 */
final class Wire implements AutoCloseable, ZmtpConnection.Listener {
    /** Hears a message; messages of one channel come one after another. */
    @FunctionalInterface
    interface Listener {
        void hear(Channel channel, Message message);
    }

    /** Connections to a channel, each of which needs two threads. */
    private static final int MOST_PEERS = 256;

    private static final int END_MILLIS = 1000;
    private static final int WATCH_MILLIS = 500;
    private static final long MOST_PINGS_BYTES = 1 << 20;

    private final Codec codec;
    private final Listener listener;
    private final Consumer<String> log;
    private final Semaphore budget = ZmtpConnection.budget();
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Channel, ServerSocketChannel> sockets = new EnumMap<>(Channel.class);
    /** All connections, and by what they are addressed by those that have joined. */
    private final Map<Channel, Set<ZmtpConnection>> peers = new EnumMap<>(Channel.class);

    private final Map<Channel, Map<ByteBuffer, ZmtpConnection>> joined = new EnumMap<>(Channel.class);
    private volatile boolean closed;

    /**
     * Binds the sockets; what comes is heard from {@link #start} on.
     *
     * @throws IOException if a port is taken
     */
    Wire(Connection connection, Listener listener, Consumer<String> log) throws IOException {
        this.codec = new Codec(connection::signer);
        this.listener = listener;
        this.log = log;
        rehearseShortage();
        try {
            for (Channel channel : Channel.values()) {
                peers.put(channel, ConcurrentHashMap.newKeySet());
                joined.put(channel, new ConcurrentHashMap<>());
                sockets.put(channel, bind(connection, channel));
            }
        } catch (IOException e) {
            closeSockets();
            throw e;
        }
    }

    /**
     * Goes once through what is done when memory is short: Java looks up the classes of a handler as it is first used, which
     * needs memory itself.
     */
    private static void rehearseShortage() {
        try {
            throw new OutOfMemoryError("rehearsal");
        } catch (OutOfMemoryError e) {
            ZmtpConnection.awaitMemory();
        }
    }

    private static ServerSocketChannel bind(Connection connection, Channel channel) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            return socket.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(connection.socketAddress(channel));
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + connection.address(channel) + ": " + e.getMessage(), e);
        }
    }

    /** Starts to hear and to send. */
    void start() {
        sockets.forEach((channel, socket) -> start(() -> accept(channel, socket), "kernel-accept"));
        start(this::watch, "kernel-accept");
    }

    private static void start(Runnable loop, String name) {
        Thread thread = new Thread(loop, name);
        thread.setDaemon(true);
        thread.setPriority(Thread.MAX_PRIORITY);
        thread.start();
    }

    private void accept(Channel channel, ServerSocketChannel socket) {
        long mostQueued = channel == Channel.HEARTBEAT
                ? MOST_PINGS_BYTES
                : Math.max(ZmtpConnection.MOST_BYTES, Runtime.getRuntime().maxMemory() / 8);
        while (!closed) {
            SocketChannel accepted = null;
            try {
                accepted = socket.accept();
                makeRoom(peers.get(channel));
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                byte[] identity = ByteBuffer.allocate(5)
                        .putInt(1, number.incrementAndGet())
                        .array();
                ZmtpConnection peer = new ZmtpConnection(accepted, channel, true, identity, budget, mostQueued, this);
                peers.get(channel).add(peer);
                peer.start();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | OutOfMemoryError e) {
                // Too many files are open, or memory is short: the next may find some.
                rest(accepted);
            }
        }
    }

    /** Connections that nobody uses must not shut out one that somebody will: the longest silent goes. */
    private static void makeRoom(Set<ZmtpConnection> all) {
        long now = System.nanoTime();
        while (all.size() >= MOST_PEERS) {
            ZmtpConnection silent = Collections.max(all, Comparator.comparingLong(peer -> peer.silence(now)));
            all.remove(silent);
            silent.drop("it was silent for longest, and others came");
        }
    }

    private void rest(SocketChannel refused) {
        try {
            if (refused != null) {
                refused.close();
            }
            Thread.sleep(WATCH_MILLIS / 10);
        } catch (IOException | InterruptedException e) {
            Thread.yield();
        }
    }

    /** Drops who takes too long. */
    private void watch() {
        while (!closed) {
            try {
                Thread.sleep(WATCH_MILLIS);
                long now = System.nanoTime();
                peers.values().forEach(all -> all.forEach(peer -> peer.hurry(now)));
            } catch (InterruptedException e) {
                return;
            } catch (OutOfMemoryError e) {
                Thread.yield();
            }
        }
    }

    @Override
    public boolean join(ZmtpConnection peer) {
        // As in ZeroMQ, the first of two with one name stays.
        return joined.get(peer.channel()).putIfAbsent(ByteBuffer.wrap(peer.identity()), peer) == null;
    }

    @Override
    public void leave(ZmtpConnection peer, String reason) {
        peers.get(peer.channel()).remove(peer);
        joined.get(peer.channel()).remove(ByteBuffer.wrap(peer.identity()), peer);
        if (!reason.isEmpty() && !closed) {
            log.accept("dropped a connection to " + name(peer.channel()) + ": " + reason);
        }
    }

    @Override
    public void hear(ZmtpConnection peer, List<byte[]> frames) {
        Channel channel = peer.channel();
        List<byte[]> copy = new ArrayList<>(frames);
        if (channel == Channel.HEARTBEAT) {
            peer.send(copy);
            return;
        }
        copy.add(0, peer.identity());
        try {
            Message message = codec.decode(copy);
            synchronized (sockets.get(channel)) {
                hear(channel, message);
            }
        } catch (Codec.RejectedException e) {
            log.accept("dropped a message on " + name(channel) + ": " + e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            log.accept("dropped a message on " + name(channel) + ": " + e);
        }
    }

    /** Once decoded, it may not be decoded again: it would be taken for a repetition. */
    private void hear(Channel channel, Message message) {
        while (true) {
            try {
                listener.hear(channel, message);
                return;
            } catch (OutOfMemoryError e) {
                ZmtpConnection.awaitMemory();
            }
        }
    }

    private static String name(Channel channel) {
        return channel.name().toLowerCase(Locale.ROOT);
    }

    /** Sends a reply or a request to the sender of a message. */
    void reply(Channel channel, Message to, String type, JsonObject content) {
        List<byte[]> identities = to.identities();
        ZmtpConnection peer = joined.get(channel).get(ByteBuffer.wrap(identities.get(0)));
        if (peer != null) {
            peer.send(codec.encode(identities.subList(1, identities.size()), type, to.header(), content));
        }
    }

    /** Publishes to all front ends. */
    void publish(String type, JsonObject parent, JsonObject content) {
        publish(type, parent, new JsonObject(), content);
    }

    /** Publishes with metadata. */
    void publish(String type, JsonObject parent, JsonObject metadata, JsonObject content) {
        byte[] topic = type.getBytes(StandardCharsets.UTF_8);
        List<byte[]> frames = codec.encode(List.of(topic), type, parent, metadata, content);
        joined.get(Channel.IOPUB).values().forEach(peer -> peer.publish(frames));
    }

    private void closeSockets() throws IOException {
        for (ServerSocketChannel socket : sockets.values()) {
            socket.close();
        }
    }

    /** Hands out what waits, and closes the sockets. */
    @Override
    public void close() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        closed = true;
        try {
            closeSockets();
            List<ZmtpConnection> all = new ArrayList<>();
            peers.values().forEach(all::addAll);
            all.forEach(ZmtpConnection::finish);
            boolean sent = true;
            for (ZmtpConnection peer : all) {
                sent &= peer.awaitEnd(end);
            }
            if (!sent) {
                log.accept("output may be lost: the front end does not read it");
            }
        } catch (IOException e) {
            log.accept("cannot close: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
