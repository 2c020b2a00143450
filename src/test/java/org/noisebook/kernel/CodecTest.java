package org.noisebook.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    private static final String HEADER = "{\"msg_type\":\"x\"}";

    private HMACGenerator signer;
    private Codec codec;

    @BeforeEach
    void sign() throws GeneralSecurityException {
        signer = new HMACGenerator("hmac-sha256", "secret");
        codec = new Codec(() -> signer);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<byte[]> signed(String... parts) {
        List<byte[]> json = Stream.of(parts).map(CodecTest::bytes).toList();
        List<byte[]> frames = new ArrayList<>(List.of(bytes("me"), bytes("<IDS|MSG>")));
        frames.add(bytes(signer.calculateSignature(json.toArray(byte[][]::new))));
        frames.addAll(json);
        return frames;
    }

    @Test
    void whatIsWrittenIsRead() throws Codec.RejectedException {
        JsonObject parent = Message.object("msg_id", "7", "größe", "😀 <b>&amp;");
        JsonObject content = Message.object("n", 3, "yes", true, "list", List.of("a", 1), "text", "a\nb\u0001\"");
        content.add("nothing", JsonNull.INSTANCE);
        Message message = codec.decode(codec.encode(List.of(bytes("one"), bytes("two")), "kind", parent, content));

        assertThat(message.identities()).containsExactly(bytes("one"), bytes("two"));
        assertThat(message.type()).isEqualTo("kind");
        assertThat(message.parent()).isEqualTo(parent);
        assertThat(message.content()).isEqualTo(content);
        assertThat(message.metadata()).isEqualTo(new JsonObject());
        assertThat(message.header().keySet())
                .containsExactlyInAnyOrder("msg_id", "username", "session", "date", "msg_type", "version");
        assertThat(message.header().get("version").getAsString()).isEqualTo(Codec.PROTOCOL);
    }

    @Test
    void everyMessageHasItsOwnIdAndAllOneSession() throws Codec.RejectedException {
        JsonObject one = header();
        JsonObject two = header();
        assertThat(one.get("msg_id")).isNotEqualTo(two.get("msg_id"));
        assertThat(one.get("session")).isEqualTo(two.get("session"));
    }

    private JsonObject header() throws Codec.RejectedException {
        return codec.decode(codec.encode(List.of(), "x", new JsonObject(), new JsonObject()))
                .header();
    }

    @Test
    void binaryBuffersBehindTheContentAreNoHarm() throws Codec.RejectedException {
        List<byte[]> frames = signed(HEADER, "{}", "{}", "{}");
        frames.add(new byte[] {-1, 0});
        assertThat(codec.decode(frames).type()).isEqualTo("x");
    }

    private void isRejected(String reason, List<byte[]> frames) {
        assertThatThrownBy(() -> codec.decode(frames))
                .isInstanceOf(Codec.RejectedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void wrongSignatures() throws GeneralSecurityException {
        HMACGenerator other = new HMACGenerator("hmac-sha256", "other");
        List<byte[]> frames = new Codec(() -> other).encode(List.of(), "x", new JsonObject(), new JsonObject());
        isRejected("its signature is wrong", frames);
        for (int k = 3; k < 7; k++) {
            List<byte[]> changed = signed(HEADER, "{}", "{}", "{}");
            changed.set(k, bytes("{\"a\":1}"));
            isRejected("its signature is wrong", changed);
        }
        List<byte[]> cut = signed(HEADER, "{}", "{}", "{}");
        cut.set(2, Arrays.copyOf(cut.get(2), 8));
        isRejected("its signature is wrong", cut);
        List<byte[]> none = signed(HEADER, "{}", "{}", "{}");
        none.set(2, new byte[0]);
        isRejected("it is not signed", none);
    }

    /** Text that no parser takes is refused for its signature, so no parser has seen it. */
    @Test
    void nothingIsInterpretedBeforeTheSignature() {
        List<byte[]> frames = signed("{", "[", "null", "\"");
        frames.set(2, bytes("0".repeat(64)));
        isRejected("its signature is wrong", frames);
    }

    static Stream<List<String>> noMessages() {
        return Stream.of(
                List.of(),
                List.of("garbage"),
                List.of("<IDS|MSG>"),
                List.of("", "<IDS|MSG>", "abc"),
                List.of("<IDS|MSG>", "s", "{}", "{}", "{}"),
                List.of("<ids|msg>", "s", "{}", "{}", "{}", "{}"));
    }

    @ParameterizedTest
    @MethodSource
    void noMessages(List<String> frames) {
        isRejected(
                "it is not a Jupyter message",
                frames.stream().map(CodecTest::bytes).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "null", "[]", "1", "\"text\"", "{\"a\":", "{\"a\":1}}"})
    void badJson(String json) {
        isRejected("its JSON is malformed", signed(json, "{}", "{}", "{}"));
        isRejected("its JSON is malformed", signed(HEADER, json, "{}", "{}"));
        isRejected("its JSON is malformed", signed(HEADER, "{}", json, "{}"));
        isRejected("its JSON is malformed", signed(HEADER, "{}", "{}", json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"msg_type\":null}", "{\"msg_type\":{}}", "{\"msg_type\":[\"a\",\"b\"]}"})
    void headersWithoutAType(String header) {
        isRejected("its header has no msg_type", signed(header, "{}", "{}", "{}"));
    }

    @Test
    void fieldsOfTheContentHaveDefaults() {
        JsonObject content = Message.object("text", "a", "number", 3, "flag", true, "list", List.of());
        content.add("null", JsonNull.INSTANCE);
        Message message = new Message(List.of(), new JsonObject(), new JsonObject(), new JsonObject(), content);
        assertThat(message.text("text", "b")).isEqualTo("a");
        assertThat(message.number("number", 4)).isEqualTo(3);
        assertThat(message.flag("flag", false)).isTrue();
        for (String field : List.of("none", "list", "null")) {
            assertThat(message.text(field, "b")).isEqualTo("b");
            assertThat(message.number(field, 4)).isEqualTo(4);
            assertThat(message.flag(field, true)).isTrue();
        }
    }
}
