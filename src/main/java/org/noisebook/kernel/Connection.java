package org.noisebook.kernel;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.messages.HMACGenerator;

/**
 * Where a kernel listens and the key that signs its messages.
 *
 * @param properties the connection file
 */
record Connection(KernelConnectionProperties properties) {
    private static final int MAX_PORT = 65535;

    /**
     * Reads a connection file.
     *
     * @throws IllegalArgumentException if it names an address other than this machine's loopback, no key, or no TCP
     */
    static Connection read(Path file) throws IOException {
        return of(parse(file));
    }

    private static KernelConnectionProperties parse(Path file) throws IOException {
        try {
            KernelConnectionProperties properties = KernelConnectionProperties.parse(Files.readString(file));
            if (properties != null) {
                return properties;
            }
        } catch (JsonParseException e) {
            // said below
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
        throw new IllegalArgumentException(file + " is not a Jupyter connection file");
    }

    /** A checked connection. */
    static Connection of(KernelConnectionProperties properties) throws IOException {
        if (!"tcp".equals(properties.getTransport())) {
            throw new IllegalArgumentException("transport must be tcp, got " + properties.getTransport());
        }
        String ip = String.valueOf(properties.getIp());
        if (!ip.matches("[0-9.]+|\\[?[0-9a-fA-F:.]+]?|localhost")
                || !InetAddress.getByName(ip).isLoopbackAddress()) {
            throw new IllegalArgumentException("ip must be a loopback address such as 127.0.0.1, got " + ip
                    + ": whoever reaches a kernel runs code");
        }
        if (properties.getKey() == null || properties.getKey().isEmpty()) {
            throw new IllegalArgumentException("key must not be empty: unsigned messages are not executed");
        }
        for (Channel channel : Channel.values()) {
            int port = port(properties, channel);
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException(channel.name().toLowerCase(Locale.ROOT) + "_port must be in [1, "
                        + MAX_PORT + "], got " + port);
            }
        }
        String scheme = String.valueOf(properties.getSignatureScheme());
        Connection connection = new Connection(properties);
        if (scheme.startsWith("hmac-")) {
            connection.signer();
            return connection;
        }
        throw new IllegalArgumentException("signature_scheme must be one such as hmac-sha256, got " + scheme);
    }

    /** A new signer. */
    HMACGenerator signer() {
        try {
            return properties.createHMACGenerator();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "signature_scheme must be one such as hmac-sha256, got " + properties.getSignatureScheme(), e);
        }
    }

    /** A channel's address, to listen on. */
    InetSocketAddress socketAddress(Channel channel) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(properties.getIp()), port(properties, channel));
    }

    /** A channel's address, as ZeroMQ writes it. */
    String address(Channel channel) {
        return "tcp://" + properties.getIp() + ":" + port(properties, channel);
    }

    private static int port(KernelConnectionProperties properties, Channel channel) {
        return switch (channel) {
            case SHELL -> properties.getShellPort();
            case CONTROL -> properties.getControlPort();
            case STDIN -> properties.getStdinPort();
            case IOPUB -> properties.getIopubPort();
            case HEARTBEAT -> properties.getHbPort();
        };
    }
}
