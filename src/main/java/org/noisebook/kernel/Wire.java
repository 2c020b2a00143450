package org.noisebook.kernel;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The five sockets of a kernel.
 *
 * <p>A ZeroMQ socket belongs to one thread, and an interrupted thread that touches one breaks it. So one thread reads and
 * answers, one publishes, and every other thread only puts messages in a queue, which never blocks and no interrupt
 * disturbs. A message that is malformed or wrongly signed is logged and dropped.
 */
final class Wire implements AutoCloseable {
    /** Hears a message. */
    @FunctionalInterface
    interface Listener {
        void hear(Channel channel, Message message);
    }

    /** Behind it nothing is sent. */
    private static final Outgoing LAST = new Outgoing(Channel.IOPUB, List.of());

    private static final String END = "END";
    private static final int END_MILLIS = 1000;
    private static final String RELAY = "inproc://relay";
    private static final long MAX_MESSAGE_BYTES = 64L << 20;
    private static final long SHORTAGE_NANOS = 10_000_000;
    private static final int LINGER_MILLIS = 500;

    private final Codec codec;
    private final Listener listener;
    private final Consumer<String> log;
    private final ZContext context = new ZContext();
    private final LinkedBlockingQueue<Outgoing> outgoing = new LinkedBlockingQueue<>();
    private final Map<Channel, ZMQ.Socket> sockets = new EnumMap<>(Channel.class);
    private final ZMQ.Socket relayIn;
    private final ZMQ.Socket relayOut;
    private final Thread reader = new Thread(this::read, "kernel-read");
    private final Thread writer = new Thread(this::write, "kernel-write");

    private volatile boolean closed;

    private record Outgoing(Channel channel, List<byte[]> frames) {}

    /**
     * Binds the sockets; what comes is heard from {@link #start} on.
     *
     * @throws IOException if a port is taken
     */
    Wire(Connection connection, Listener listener, Consumer<String> log) throws IOException {
        this.codec = new Codec(connection.signer());
        this.listener = listener;
        this.log = log;
        context.setLinger(LINGER_MILLIS);
        context.setThreadFactor(Wire::lastingThread);
        rehearseShortage();
        try {
            for (Channel channel : Channel.values()) {
                sockets.put(channel, bind(channel, connection));
            }
            relayIn = context.createSocket(SocketType.PAIR);
            relayIn.bind(RELAY);
            relayOut = context.createSocket(SocketType.PAIR);
            relayOut.connect(RELAY);
        } catch (ZMQException e) {
            context.close();
            throw new IOException(e.getMessage(), e);
        }
        reader.setDaemon(true);
        writer.setDaemon(true);
        // What user code burns must not keep the front end from being answered.
        reader.setPriority(Thread.MAX_PRIORITY);
        writer.setPriority(Thread.MAX_PRIORITY);
    }

    /**
     * Goes once through what is done when memory is short: Java looks up the classes of a handler as it is first used, which
     * needs memory itself.
     */
    private static void rehearseShortage() {
        try {
            throw new OutOfMemoryError("rehearsal");
        } catch (OutOfMemoryError e) {
            LockSupport.parkNanos(1);
            Thread.yield();
        }
    }

    /** A thread of JeroMQ that goes on when a cell has left it no memory: it would end, and the kernel fall silent. */
    private static Thread lastingThread(Runnable loop, String name) {
        Thread thread = new Thread(
                () -> {
                    boolean ended = false;
                    while (!ended) {
                        try {
                            loop.run();
                            ended = true;
                        } catch (OutOfMemoryError e) {
                            LockSupport.parkNanos(SHORTAGE_NANOS);
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        return thread;
    }

    /** Starts to hear and to send. */
    void start() {
        reader.start();
        writer.start();
    }

    private ZMQ.Socket bind(Channel channel, Connection connection) {
        String address = connection.address(channel);
        ZMQ.Socket socket = context.createSocket(
                switch (channel) {
                    case SHELL, CONTROL, STDIN -> SocketType.ROUTER;
                    case IOPUB -> SocketType.PUB;
                    case HEARTBEAT -> SocketType.REP;
                });
        // No limit: a full queue would drop output. The rate is limited where output is made.
        socket.setSndHWM(0);
        socket.setIPv6(connection.isIpv6());
        socket.setMaxMsgSize(MAX_MESSAGE_BYTES);
        try {
            socket.bind(address);
        } catch (ZMQException e) {
            throw new ZMQException("cannot listen on " + address + ": " + e.getMessage(), e.getErrorCode(), e);
        }
        return socket;
    }

    /** Sends a reply or a request to the sender of a message. */
    void reply(Channel channel, Message to, String type, JsonObject content) {
        outgoing.offer(new Outgoing(channel, codec.encode(to.identities(), type, to.header(), content)));
    }

    /** Publishes to all front ends. */
    void publish(String type, JsonObject parent, JsonObject content) {
        byte[] topic = type.getBytes(StandardCharsets.UTF_8);
        outgoing.offer(new Outgoing(Channel.IOPUB, codec.encode(List.of(topic), type, parent, content)));
    }

    /** Hands out what waits, ends the threads that own the sockets, and closes these. */
    @Override
    public void close() {
        if (!closed) {
            outgoing.offer(LAST);
        }
        try {
            writer.join(END_MILLIS);
            reader.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (reader.isAlive() || writer.isAlive()) {
            log.accept("output may be lost: the sockets do not take it");
        }
        closed = true;
        context.close();
    }

    private void write() {
        while (true) {
            try {
                Outgoing message = outgoing.take();
                if (message == LAST) {
                    relayOut.send(END);
                    return;
                }
                if (message.channel() == Channel.IOPUB) {
                    send(sockets.get(Channel.IOPUB), message.frames());
                } else {
                    relayOut.sendMore(message.channel().name());
                    send(relayOut, message.frames());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }
                log.accept("cannot send: " + e.getMessage());
            } catch (OutOfMemoryError e) {
                // the next one may find memory
                Thread.yield();
            }
        }
    }

    private void read() {
        ZMQ.Poller poller = context.createPoller(Channel.values().length);
        Channel[] channels = {Channel.CONTROL, Channel.SHELL, Channel.STDIN, Channel.HEARTBEAT};
        for (Channel channel : channels) {
            poller.register(sockets.get(channel), ZMQ.Poller.POLLIN);
        }
        poller.register(relayIn, ZMQ.Poller.POLLIN);
        while (true) {
            try {
                if (poller.poll(-1) < 0) {
                    return;
                }
                for (int k = 0; k < channels.length; k++) {
                    if (poller.pollin(k)) {
                        receive(channels[k]);
                    }
                }
                if (poller.pollin(channels.length)) {
                    for (String name = relayIn.recvStr(ZMQ.DONTWAIT);
                            name != null;
                            name = relayIn.recvStr(ZMQ.DONTWAIT)) {
                        if (name.equals(END)) {
                            return;
                        }
                        send(sockets.get(Channel.valueOf(name)), frames(relayIn));
                    }
                }
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }
                log.accept("cannot receive: " + e.getMessage());
            } catch (OutOfMemoryError e) {
                // the next one may find memory
                Thread.yield();
            }
        }
    }

    private void receive(Channel channel) {
        ZMQ.Socket socket = sockets.get(channel);
        List<byte[]> frames = new ArrayList<>();
        byte[] first = socket.recv(ZMQ.DONTWAIT);
        if (first == null) {
            return;
        }
        frames.add(first);
        if (socket.hasReceiveMore()) {
            frames.addAll(frames(socket));
        }
        if (channel == Channel.HEARTBEAT) {
            send(socket, frames);
            return;
        }
        try {
            listener.hear(channel, codec.decode(frames));
        } catch (Codec.RejectedException e) {
            log.accept(dropped(channel) + e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            log.accept(dropped(channel) + e);
        }
    }

    private static String dropped(Channel channel) {
        return "dropped a message on " + channel.name().toLowerCase(Locale.ROOT) + ": ";
    }

    private static List<byte[]> frames(ZMQ.Socket socket) {
        List<byte[]> frames = new ArrayList<>();
        do {
            frames.add(socket.recv());
        } while (socket.hasReceiveMore());
        return frames;
    }

    private static void send(ZMQ.Socket socket, List<byte[]> frames) {
        for (int k = 0; k < frames.size(); k++) {
            socket.send(frames.get(k), k + 1 < frames.size() ? ZMQ.SNDMORE : 0);
        }
    }
}
