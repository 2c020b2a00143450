package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class WireTest {
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

    private static ZMQ.Socket dealer(ZContext context, String address) {
        ZMQ.Socket socket = KernelClient.socket(context, SocketType.DEALER);
        socket.connect(address);
        return socket;
    }

    private static void send(ZMQ.Socket socket, List<byte[]> frames) {
        for (int k = 0; k < frames.size(); k++) {
            socket.send(frames.get(k), k + 1 < frames.size() ? ZMQ.SNDMORE : 0);
        }
    }

    private static List<byte[]> encode(Codec codec, String type) {
        return codec.encode(List.of(), type, new JsonObject(), new JsonObject());
    }

    @Test
    void aMessageThatIsBadIsLoggedAndTheNextIsHeard() throws Exception {
        Codec right = new Codec(connection::signer);
        Codec wrong = new Codec(KernelClient.freeConnection()::signer);
        try (Wire wire = open();
                ZContext context = new ZContext()) {
            ZMQ.Socket socket = dealer(context, connection.address(Channel.SHELL));
            send(socket, encode(wrong, "forged"));
            socket.send("garbage");
            send(socket, encode(right, "bad_request"));
            send(socket, encode(right, "good_request"));
            assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("SHELL bad_request");
            assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("SHELL good_request");
        }
        assertThat(log)
                .containsExactly(
                        "dropped a message on shell: its signature is wrong",
                        "dropped a message on shell: it is not a Jupyter message",
                        "dropped a message on shell: java.lang.IllegalArgumentException: no such thing");
    }

    private static List<byte[]> receive(ZMQ.Socket socket) {
        List<byte[]> frames = new ArrayList<>();
        do {
            frames.add(socket.recv());
        } while (socket.hasReceiveMore());
        return frames;
    }

    @Test
    void theHeartbeatEchoes() throws Exception {
        try (Wire wire = open();
                ZContext context = new ZContext()) {
            ZMQ.Socket socket = KernelClient.socket(context, SocketType.REQ);
            socket.setReceiveTimeOut(5000);
            socket.connect(connection.address(Channel.HEARTBEAT));
            for (byte[] ping : List.of(new byte[] {1, -1}, new byte[0])) {
                socket.send(ping);
                assertThat(socket.recv()).isEqualTo(ping);
            }
        }
        assertThat(log).isEmpty();
    }

    /** All that was sent before the end arrives, from whichever thread and however interrupted. */
    @Test
    void theEndHandsOutWhatWaits() throws Exception {
        Codec codec = new Codec(connection::signer);
        try (ZContext context = new ZContext()) {
            Wire wire = open();
            ZMQ.Socket socket = dealer(context, connection.address(Channel.CONTROL));
            socket.setReceiveTimeOut(5000);
            send(socket, encode(codec, "x"));
            Message from = messages.poll(5, TimeUnit.SECONDS);
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
                assertThat(codec.decode(receive(socket)).type()).isEqualTo("reply" + k);
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
                KernelClient client = new KernelClient(connection)) {
            client.send("x", new JsonObject());
            assertThat(heard.poll(5, TimeUnit.SECONDS)).isEqualTo("SHELL x");
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
}
