package org.noisebook.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;

/** The least a front end needs: runs one cell after another and hears what comes of it. */
final class KernelClient implements AutoCloseable, ZmtpConnection.Listener {
    private static final int KEY_BYTES = 32;
    private static final int PORTS = 5;
    private static final int POLL_MILLIS = 20;
    private static final int SUBSCRIPTION_MILLIS = 100;
    private static final byte[] ALL_TOPICS = {1};

    private final Connection connection;
    private final Codec codec;
    private final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final List<ZmtpConnection> peers = new ArrayList<>();

    private record Heard(Channel channel, Message message) {}

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
        this.connection = connection;
        codec = new Codec(connection::signer);
    }

    /**
     * Connects to a channel.
     *
     * @throws IOException if nobody listens
     */
    static ZmtpConnection connect(Connection connection, Channel channel, ZmtpConnection.Listener listener)
            throws IOException {
        SocketChannel socket = SocketChannel.open(connection.socketAddress(channel));
        ZmtpConnection peer = new ZmtpConnection(
                socket, channel, false, new byte[0], ZmtpConnection.budget(), Long.MAX_VALUE, listener);
        peer.start();
        return peer;
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
        peers.get(0).send(frames);
        return codec.decode(frames).header().get("msg_id").getAsString();
    }

    /** Runs a cell; empty if no answer came within the limit, or while the kernel was alive. */
    Optional<Answer> execute(String code, Duration limit, BooleanSupplier alive) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        if (!isConnected(end, alive)) {
            return Optional.empty();
        }
        String id = send("execute_request", Message.object("code", code, "silent", false, "stop_on_error", true));
        Optional<JsonObject> reply = Optional.empty();
        List<Message> published = new ArrayList<>();
        boolean idle = false;
        while (System.nanoTime() < end && alive.getAsBoolean() && !(idle && reply.isPresent())) {
            Heard next = heard.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (next == null || !id.equals(parent(next.message()))) {
                continue;
            }
            if (next.channel() == Channel.SHELL) {
                reply = Optional.of(next.message().content());
            } else {
                published.add(next.message());
                idle |= next.message().type().equals("status")
                        && next.message().text("execution_state", "").equals("idle");
            }
        }
        return reply.map(content -> new Answer(content, List.copyOf(published)));
    }

    private static String parent(Message message) {
        return message.parent().has("msg_id") ? message.parent().get("msg_id").getAsString() : "";
    }

    /** The kernel may not listen yet, and what it publishes before the subscription has arrived is lost: asks until heard. */
    private boolean isConnected(long end, BooleanSupplier alive) throws InterruptedException {
        while (System.nanoTime() < end && alive.getAsBoolean()) {
            try {
                while (peers.size() < 2) {
                    peers.add(connect(connection, peers.isEmpty() ? Channel.SHELL : Channel.IOPUB, this));
                }
                send("kernel_info_request", new JsonObject());
                Heard next = heard.poll(SUBSCRIPTION_MILLIS, TimeUnit.MILLISECONDS);
                while (next != null && next.channel() == Channel.SHELL) {
                    next = heard.poll(SUBSCRIPTION_MILLIS, TimeUnit.MILLISECONDS);
                }
                if (next != null) {
                    return true;
                }
            } catch (IOException e) {
                Thread.sleep(POLL_MILLIS);
            }
        }
        return false;
    }

    @Override
    public boolean join(ZmtpConnection peer) {
        if (peer.channel() == Channel.IOPUB) {
            peer.send(List.of(ALL_TOPICS));
        }
        return true;
    }

    @Override
    public void hear(ZmtpConnection peer, List<byte[]> frames) {
        try {
            heard.add(new Heard(peer.channel(), codec.decode(frames)));
        } catch (Codec.RejectedException e) {
            // Not the kernel's.
        }
    }

    @Override
    public void leave(ZmtpConnection peer, String reason) {
        // The limit ends the wait.
    }

    @Override
    public void close() {
        peers.forEach(peer -> peer.drop(""));
    }
}
