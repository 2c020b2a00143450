package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.Gson;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
    @TempDir
    private Path folder;

    private final JsonObject json = Message.object(
            "ip",
            "127.0.0.1",
            "transport",
            "tcp",
            "key",
            "secret",
            "signature_scheme",
            "hmac-sha256",
            "shell_port",
            5001,
            "control_port",
            5002,
            "stdin_port",
            5003,
            "iopub_port",
            5004,
            "hb_port",
            5005);

    private Connection read() throws IOException {
        return Connection.read(Files.writeString(folder.resolve("connection.json"), new Gson().toJson(json)));
    }

    private void isRefused(String... parts) {
        assertThatIllegalArgumentException()
                .isThrownBy(this::read)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    @Test
    void everyChannelHasItsAddress() throws IOException {
        Connection connection = read();
        assertThat(connection.address(Channel.SHELL)).isEqualTo("tcp://127.0.0.1:5001");
        assertThat(connection.address(Channel.CONTROL)).isEqualTo("tcp://127.0.0.1:5002");
        assertThat(connection.address(Channel.STDIN)).isEqualTo("tcp://127.0.0.1:5003");
        assertThat(connection.address(Channel.IOPUB)).isEqualTo("tcp://127.0.0.1:5004");
        assertThat(connection.address(Channel.HEARTBEAT)).isEqualTo("tcp://127.0.0.1:5005");
        assertThat(connection.signer().calculateSignature(new byte[0])).hasSize(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]", "0:0:0:0:0:0:0:1"})
    void loopbackAddresses(String ip) throws IOException {
        json.addProperty("ip", ip);
        assertThat(read().properties().getIp()).isEqualTo(ip);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "*", "::", "10.0.0.1", "8.8.8.8", "example.org", "localhost.evil.org", "eth0", ""})
    void otherAddressesAreRefused(String ip) {
        json.addProperty("ip", ip);
        isRefused("ip must be a loopback address", "got " + ip);
    }

    @ParameterizedTest
    @CsvSource({
        "transport, ipc, 'transport must be tcp, got ipc'",
        "transport, , 'transport must be tcp, got null'",
        "ip, , 'got null'",
        "key, '', key must not be empty",
        "key, , key must not be empty",
        "signature_scheme, hmac-none, 'signature_scheme must be one such as hmac-sha256, got hmac-none'",
        "signature_scheme, '', signature_scheme must be",
        "signature_scheme, , signature_scheme must be",
        "shell_port, 0, 'shell_port must be in [1, 65535], got 0'",
        "control_port, -1, 'control_port must be in [1, 65535], got -1'",
        "stdin_port, 65536, 'stdin_port must be in [1, 65535], got 65536'",
        "iopub_port, 0, iopub_port must be",
        "hb_port, 0, heartbeat_port must be"
    })
    void badFieldsAreRefused(String field, String value, String message) {
        json.add(field, value == null ? JsonNull.INSTANCE : new JsonPrimitive(value));
        isRefused(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "text", "{\"shell_port\":\"x\"}"})
    void otherFilesAreRefused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("a file"), text);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Connection.read(file))
                .withMessage(file + " is not a Jupyter connection file");
        assertThatIOException()
                .isThrownBy(() -> Connection.read(folder.resolve("none")))
                .withMessage(folder.resolve("none") + ": no such file");
    }
}
