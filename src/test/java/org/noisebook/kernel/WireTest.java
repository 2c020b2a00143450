package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("long")
class WireTest {
    /** Nothing passes or fails by speed. */
    private static final int HANGING_SECONDS = 120;

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private Connection connection;

    @BeforeEach
    void connect() throws IOException {
        connection = KernelClient.freeConnection();
    }

    private Wire open() throws IOException {
        Wire wire = new Wire(connection, this::hear, log::add);
        wire.start();
        return wire;
    }

    private void hear(Channel channel, Message message) {
        heard.add(channel + " " + message.type());
        messages.add(message);
        if (message.type().equals("bad_request")) {
            throw new IllegalArgumentException("no such thing");
        }
    }

    /** A front end's side of a channel. */
    private static final class Client implements AutoCloseable, ZmtpConnection.Listener {
        private final BlockingQueue<List<byte[]>> received = new LinkedBlockingQueue<>();
        private final ZmtpConnection peer;

        Client(Connection connection, Channel channel) throws IOException {
            peer = KernelClient.connect(connection, channel, this);
        }

        void send(List<byte[]> frames) {
            peer.send(frames);
        }

        List<byte[]> receive() throws InterruptedException {
            return received.poll(HANGING_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public boolean join(ZmtpConnection joined) {
            return true;
        }

        @Override
        public void hear(ZmtpConnection from, List<byte[]> frames) {
            received.add(List.copyOf(frames));
        }

        @Override
        public void leave(ZmtpConnection left, String reason) {
            // Tests look at what comes.
        }

        @Override
        public void close() {
            peer.drop("");
        }
    }

    private Client client(Channel channel) throws IOException {
        return new Client(connection, channel);
    }

    private static List<byte[]> encode(Codec codec, String type) {
        return codec.encode(List.of(), type, new JsonObject(), new JsonObject());
    }

    @Test
    void aMessageThatIsBadIsLoggedAndTheNextIsHeard() throws Exception {
        Codec right = new Codec(connection::signer);
        Codec wrong = new Codec(KernelClient.freeConnection()::signer);
        try (Wire wire = open();
                Client socket = client(Channel.SHELL)) {
            socket.send(encode(wrong, "forged"));
            socket.send(List.of("garbage".getBytes(StandardCharsets.UTF_8)));
            socket.send(encode(right, "bad_request"));
            socket.send(encode(right, "good_request"));
            assertThat(heard.poll(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo("SHELL bad_request");
            assertThat(heard.poll(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo("SHELL good_request");
        }
        assertThat(log)
                .containsExactly(
                        "dropped a message on shell: its signature is wrong",
                        "dropped a message on shell: it is not a Jupyter message",
                        "dropped a message on shell: java.lang.IllegalArgumentException: no such thing");
    }

    @Test
    void theHeartbeatEchoes() throws Exception {
        try (Wire wire = open();
                Client socket = client(Channel.HEARTBEAT)) {
            for (byte[] ping : List.of(new byte[] {1, -1}, new byte[0], new byte[1000], new byte[40_000])) {
                socket.send(List.of(new byte[0], ping));
                assertThat(socket.receive()).containsExactly(new byte[0], ping);
            }
        }
        assertThat(log).isEmpty();
    }

    /** All that was sent before the end arrives, from whichever thread and however interrupted. */
    @Test
    void theEndHandsOutWhatWaits() throws Exception {
        Codec codec = new Codec(connection::signer);
        Wire wire = open();
        try (Client socket = client(Channel.CONTROL)) {
            socket.send(encode(codec, "x"));
            Message from = messages.poll(HANGING_SECONDS, TimeUnit.SECONDS);
            Thread sender = new Thread(() -> {
                Thread.currentThread().interrupt();
                for (int k = 0; k < 500; k++) {
                    wire.reply(Channel.CONTROL, from, "reply" + k, new JsonObject());
                }
            });
            sender.start();
            sender.join();
            wire.close();
            for (int k = 0; k < 500; k++) {
                assertThat(codec.decode(socket.receive()).type()).isEqualTo("reply" + k);
            }
        }
        assertThat(log).isEmpty();
    }

    @Test
    void theSamePortsCanBeUsedAgainAtOnce() throws Exception {
        for (int k = 0; k < 20; k++) {
            Wire wire = open();
            wire.publish("status", new JsonObject(), new JsonObject());
            wire.close();
            wire.close();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("kernel-read", "kernel-write");
        assertThat(log).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "[::1]"})
    void everyLoopbackAddressIsServed(String ip) throws Exception {
        assumeThat(isHere(ip)).isTrue();
        KernelConnectionProperties here = connection.properties();
        connection = Connection.of(new KernelConnectionProperties(
                ip,
                here.getControlPort(),
                here.getShellPort(),
                here.getStdinPort(),
                here.getHbPort(),
                here.getIopubPort(),
                "tcp",
                "hmac-sha256",
                here.getKey()));
        try (Wire wire = open();
                Client socket = client(Channel.SHELL)) {
            socket.send(encode(new Codec(connection::signer), "x"));
            assertThat(heard.poll(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo("SHELL x");
        }
    }

    /** A machine may have no IPv6. */
    private static boolean isHere(String ip) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ip))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aTakenPortIsSaid() throws Exception {
        try (Wire wire = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on " + connection.address(Channel.SHELL));
        }
    }

    /** A connection of raw bytes. */
    private Socket raw(Channel channel) throws IOException {
        Socket socket = new Socket();
        socket.connect(connection.socketAddress(channel));
        socket.setSoTimeout(HANGING_SECONDS * 1000);
        return socket;
    }

    private static byte[] frame(int flags, byte[] body) {
        return ByteBuffer.allocate(9 + body.length)
                .put((byte) (flags | 2))
                .putLong(body.length)
                .put(body)
                .array();
    }

    private static byte[] greeting() {
        byte[] greeting = new byte[64];
        greeting[0] = (byte) 0xFF;
        greeting[9] = 0x7F;
        greeting[10] = 3;
        System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 4);
        return greeting;
    }

    private static byte[] ready(String type) {
        String ready = "\5READY\13Socket-Type\0\0\0" + (char) type.length() + type;
        return frame(4, ready.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void shakeHands(Socket socket, String type) throws IOException {
        socket.getOutputStream().write(greeting());
        socket.getOutputStream().write(ready(type));
        socket.getInputStream().readNBytes(64);
        socket.getInputStream().readNBytes(2 + socket.getInputStream().readNBytes(2)[1] - 2);
    }

    /** Whether the other side closes within its patience; a write may fail for the same reason. */
    private static boolean isDropped(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private void answers() throws Exception {
        heard.clear();
        try (Client shell = client(Channel.SHELL);
                Client heartbeat = client(Channel.HEARTBEAT)) {
            shell.send(encode(new Codec(connection::signer), "honest"));
            assertThat(heard.poll(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo("SHELL honest");
            heartbeat.send(List.of(new byte[0]));
            assertThat(heartbeat.receive()).isNotNull();
        }
    }

    @Test
    void noiseDropsItsConnectionAlone() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        try (Wire wire = open()) {
            for (int k = 0; k < 2000; k++) {
                Channel channel = Channel.values()[k % Channel.values().length];
                try (Socket socket = raw(channel)) {
                    byte[] noise = new byte[1 + random.nextInt(1500)];
                    random.nextBytes(noise);
                    if (k % 3 == 1) {
                        socket.getOutputStream().write(greeting());
                    } else if (k % 3 == 2) {
                        shakeHands(socket, channel == Channel.IOPUB ? "SUB" : "DEALER");
                        noise[0] &= 3;
                    }
                    socket.getOutputStream().write(noise);
                } catch (SocketException e) {
                    // It was dropped while it wrote.
                }
            }
            answers();
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void malformedMessagesOfWhoHasTheKey() throws Exception {
        SplittableRandom random = new SplittableRandom(2);
        HMACGenerator signer = connection.signer();
        byte[] header = "{\"msg_type\": \"x\"}".getBytes(StandardCharsets.UTF_8);
        try (Wire wire = open();
                Client socket = client(Channel.SHELL)) {
            for (int k = 0; k < 800; k++) {
                byte[][] parts = {header, {'{', '}'}, {'{', '}'}, {'{', '}'}};
                byte[] bad =
                        k % 2 == 0 ? "[".repeat(random.nextInt(60_000)).getBytes(StandardCharsets.UTF_8) : new byte[99];
                random.nextBytes(k % 2 == 0 ? new byte[0] : bad);
                parts[k % 4] = bad;
                List<byte[]> frames = new ArrayList<>(List.of("<IDS|MSG>".getBytes(StandardCharsets.UTF_8)));
                frames.add(signer.calculateSignature(parts).getBytes(StandardCharsets.US_ASCII));
                frames.addAll(List.of(parts));
                socket.send(frames);
            }
            answers();
            socket.send(encode(new Codec(connection::signer), "behind"));
            assertThat(heard.poll(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo("SHELL behind");
        }
        assertThat(log).hasSizeBetween(500, 800).allMatch(line -> line.startsWith("dropped a message on shell"));
    }

    /** Frames of 60 MB without a signature: of one message, of many, and declared but never sent. */
    @Test
    void whatIsTooLongIsDropped() throws Exception {
        byte[] body = new byte[60 << 20];
        try (Wire wire = open();
                Socket one = raw(Channel.SHELL);
                Socket many = raw(Channel.CONTROL);
                Socket ping = raw(Channel.HEARTBEAT);
                Socket frames = raw(Channel.SHELL)) {
            shakeHands(one, "DEALER");
            shakeHands(many, "DEALER");
            shakeHands(ping, "REQ");
            shakeHands(frames, "DEALER");
            one.getOutputStream().write(frame(1, body));
            one.getOutputStream().write(frame(1, body), 0, 9);
            assertThat(isDropped(one)).isTrue();
            ping.getOutputStream().write(frame(0, new byte[ZmtpConnection.SMALL_BYTES + 1]), 0, 9);
            assertThat(isDropped(ping)).isTrue();
            for (int k = 0; k < ZmtpConnection.MOST_FRAMES; k++) {
                frames.getOutputStream().write(frame(1, new byte[1]));
            }
            frames.getOutputStream().write(frame(0, new byte[1]));
            assertThat(isDropped(frames)).isTrue();
            for (int k = 0; k < 25; k++) {
                many.getOutputStream().write(frame(0, body));
            }
            answers();
            List<Socket> hoarders = new ArrayList<>();
            for (int k = 0; k < 25; k++) {
                hoarders.add(raw(Channel.SHELL));
                shakeHands(hoarders.get(k), "DEALER");
                hoarders.get(k).getOutputStream().write(frame(0, body), 0, 9);
            }
            answers();
            for (Socket hoarder : hoarders) {
                hoarder.close();
            }
        }
        assertThat(log).contains("dropped a message on control: it is not a Jupyter message");
        assertThat(log.stream().filter(line -> line.startsWith("dropped a connection to ")))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void whoDoesNotReadIsDropped() throws Exception {
        try (Wire wire = open();
                Socket socket = raw(Channel.HEARTBEAT)) {
            shakeHands(socket, "DEALER");
            byte[] ping = frame(0, new byte[ZmtpConnection.SMALL_BYTES]);
            assertThatThrownBy(() -> {
                        for (int k = 0; k < 1000; k++) {
                            socket.getOutputStream().write(ping);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            answers();
        }
        assertThat(log).containsExactly("dropped a connection to heartbeat: it does not read its messages");
    }

    /** As many as a channel holds, connected and silent. */
    @Test
    void idleConnectionsShutNobodyOut() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (Wire wire = open();
                Client used = client(Channel.HEARTBEAT)) {
            for (Channel channel : List.of(Channel.SHELL, Channel.HEARTBEAT)) {
                for (int k = 0; k < 300; k++) {
                    idle.add(raw(channel));
                    shakeHands(idle.get(idle.size() - 1), channel == Channel.SHELL ? "DEALER" : "REQ");
                    if (k % 50 == 49) {
                        used.send(List.of(new byte[0]));
                        assertThat(used.receive()).as("who speaks stays").isNotNull();
                        answers();
                    }
                }
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        assertThat(log)
                .contains("dropped a connection to shell: it was silent for longest, and others came")
                .allMatch(line -> line.contains("silent for longest"));
    }

    @Test
    void aRepeatedMessageIsRefused() throws Exception {
        Codec codec = new Codec(connection::signer);
        try (Wire wire = open();
                Client socket = client(Channel.SHELL)) {
            List<byte[]> frames = encode(codec, "once");
            socket.send(frames);
            socket.send(frames);
            socket.send(encode(codec, "next"));
            assertThat(heard.poll(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo("SHELL once");
            assertThat(heard.poll(HANGING_SECONDS, TimeUnit.SECONDS)).isEqualTo("SHELL next");
        }
        assertThat(log).containsExactly("dropped a message on shell: it has come before");
    }

    @Test
    void otherSocketsAndProtocolsAreRefused() throws Exception {
        try (Wire wire = open()) {
            for (String type : List.of("SUB", "PULL", "")) {
                try (Socket socket = raw(Channel.SHELL)) {
                    shakeHands(socket, type);
                    assertThat(isDropped(socket)).as(type).isTrue();
                }
            }
            try (Socket socket = raw(Channel.SHELL)) {
                socket.getOutputStream().write(new byte[64]);
                socket.getInputStream().readNBytes(64);
                assertThat(isDropped(socket)).isTrue();
            }
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANGING_SECONDS);
                    log.size() < 4 && System.nanoTime() < end; ) {
                Thread.sleep(5);
            }
        }
        assertThat(log)
                .hasSize(4)
                .contains(
                        "dropped a connection to shell: it is not a socket for this channel",
                        "dropped a connection to shell: it does not speak ZMTP 3 without security");
    }
}
