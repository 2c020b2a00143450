package org.noisebook.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The least a front end needs: runs one cell after another and hears what comes of it. */
final class KernelClient implements AutoCloseable {
    private static final int KEY_BYTES = 32;
    private static final int PORTS = 5;
    private static final int HANDSHAKE_MILLIS = 200;
    private static final int POLL_MILLIS = 20;
    private static final int SUBSCRIPTION_MILLIS = 100;

    private final Codec codec;
    private final ZContext context = new ZContext();
    private final ZMQ.Socket shell;
    private final ZMQ.Socket iopub;

    /** What came of a cell. */
    record Answer(JsonObject reply, List<Message> published) {
        /** The text of its result; empty if it had none. */
        Optional<String> result() {
            return published.stream()
                    .filter(message -> message.type().equals("execute_result"))
                    .map(message -> message.content()
                            .getAsJsonObject("data")
                            .get("text/plain")
                            .getAsString())
                    .findFirst();
        }
    }

    KernelClient(Connection connection) {
        codec = new Codec(connection::signer);
        context.setLinger(0);
        shell = socket(context, SocketType.DEALER);
        shell.setIPv6(connection.isIpv6());
        shell.connect(connection.address(Channel.SHELL));
        iopub = socket(context, SocketType.SUB);
        iopub.setIPv6(connection.isIpv6());
        iopub.subscribe(ZMQ.SUBSCRIPTION_ALL);
        iopub.connect(connection.address(Channel.IOPUB));
    }

    /**
     * A socket that connects for certain: between two JeroMQ sockets about one handshake in forty hangs, and is tried anew
     * only when its time is over, which is 30 s unless said.
     */
    static ZMQ.Socket socket(ZContext context, SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setHandshakeIvl(HANDSHAKE_MILLIS);
        return socket;
    }

    /** A connection on free loopback ports, with a new key. */
    static Connection freeConnection() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            int[] ports = new int[PORTS];
            for (int k = 0; k < PORTS; k++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports[k] = socket.getLocalPort();
            }
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            return Connection.of(new KernelConnectionProperties(
                    "127.0.0.1",
                    ports[0],
                    ports[1],
                    ports[2],
                    ports[3],
                    ports[4],
                    "tcp",
                    "hmac-sha256",
                    HexFormat.of().formatHex(key)));
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** Writes a connection file, which holds the key: the folder must be its owner's alone. */
    static void write(Connection connection, Path file) throws IOException {
        Files.writeString(file, new Gson().toJson(connection.properties()));
    }

    /** Sends a request; gives its id. */
    String send(String type, JsonObject content) {
        List<byte[]> frames = codec.encode(List.of(), type, new JsonObject(), content);
        for (int k = 0; k < frames.size(); k++) {
            shell.send(frames.get(k), k + 1 < frames.size() ? ZMQ.SNDMORE : 0);
        }
        try {
            return codec.decode(frames).header().get("msg_id").getAsString();
        } catch (Codec.RejectedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a cell; empty if no answer came within the limit, or while the kernel was alive. */
    Optional<Answer> execute(String code, Duration limit, BooleanSupplier alive) {
        long end = System.nanoTime() + limit.toNanos();
        if (!isSubscribed(end, alive)) {
            return Optional.empty();
        }
        String id = send("execute_request", Message.object("code", code, "silent", false, "stop_on_error", true));
        Optional<JsonObject> reply = Optional.empty();
        List<Message> published = new ArrayList<>();
        boolean idle = false;
        ZMQ.Poller poller = context.createPoller(2);
        poller.register(shell, ZMQ.Poller.POLLIN);
        poller.register(iopub, ZMQ.Poller.POLLIN);
        try {
            while (System.nanoTime() < end && alive.getAsBoolean() && !(idle && reply.isPresent())) {
                poller.poll(POLL_MILLIS);
                if (poller.pollin(0)) {
                    Optional<JsonObject> earlier = reply;
                    reply = receive(shell, id).map(Message::content).or(() -> earlier);
                }
                if (poller.pollin(1)) {
                    Optional<Message> message = receive(iopub, id);
                    message.ifPresent(published::add);
                    idle |= message.filter(m -> m.type().equals("status")
                                    && m.text("execution_state", "").equals("idle"))
                            .isPresent();
                }
            }
        } finally {
            poller.close();
        }
        return reply.map(content -> new Answer(content, List.copyOf(published)));
    }

    /** What is published before the subscription has arrived is lost: asks until something is heard. */
    private boolean isSubscribed(long end, BooleanSupplier alive) {
        iopub.setReceiveTimeOut(SUBSCRIPTION_MILLIS);
        while (System.nanoTime() < end && alive.getAsBoolean()) {
            send("kernel_info_request", new JsonObject());
            if (iopub.recv() != null) {
                while (iopub.hasReceiveMore()) {
                    iopub.recv();
                }
                return true;
            }
        }
        return false;
    }

    private Optional<Message> receive(ZMQ.Socket socket, String parent) {
        List<byte[]> frames = new ArrayList<>();
        do {
            frames.add(socket.recv());
        } while (socket.hasReceiveMore());
        try {
            Message message = codec.decode(frames);
            boolean mine = message.parent().has("msg_id")
                    && message.parent().get("msg_id").getAsString().equals(parent);
            return mine ? Optional.of(message) : Optional.empty();
        } catch (Codec.RejectedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
