package org.noisebook.kernel;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.dflib.jjava.jupyter.messages.HMACGenerator;

/**
 * Signs and writes messages, and reads and checks them (Jupyter messaging protocol 5.3, "The wire protocol").
 *
 * <p>Frames: identities, {@code <IDS|MSG>}, signature, header, parent header, metadata, content.
 */
final class Codec {
    static final String PROTOCOL = "5.3";
    private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
    private static final int PARTS = 5;
    private static final int HEADER = 1;
    private static final int PARENT = 2;
    private static final int METADATA = 3;
    private static final int CONTENT = 4;
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private static final int MOST_SIGNATURES = 1 << 16;

    private final Set<String> signatures = new LinkedHashSet<>();
    /** One a thread, so that the check of a long message keeps no other waiting. */
    private final ThreadLocal<HMACGenerator> signers;

    private final String session = UUID.randomUUID().toString();

    Codec(Supplier<HMACGenerator> signers) {
        this.signers = ThreadLocal.withInitial(signers);
    }

    /** Frames of a new message without metadata. */
    List<byte[]> encode(List<byte[]> identities, String type, JsonObject parent, JsonObject content) {
        return encode(identities, type, parent, new JsonObject(), content);
    }

    /** Frames of a new message. */
    List<byte[]> encode(
            List<byte[]> identities, String type, JsonObject parent, JsonObject metadata, JsonObject content) {
        JsonObject header = Message.object(
                "msg_id",
                UUID.randomUUID().toString(),
                "username",
                "kernel",
                "session",
                session,
                "date",
                Instant.now().toString(),
                "msg_type",
                type,
                "version",
                PROTOCOL);
        byte[][] parts = {bytes(header), bytes(parent), bytes(metadata), bytes(content)};
        List<byte[]> frames = new ArrayList<>(identities);
        frames.add(DELIMITER);
        frames.add(signers.get().calculateSignature(parts).getBytes(StandardCharsets.US_ASCII));
        frames.addAll(Arrays.asList(parts));
        return frames;
    }

    private static byte[] bytes(JsonObject object) {
        return GSON.toJson(object).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The message of these frames.
     *
     * @throws RejectedException if it is not one, is not signed with the key, or has come before; nothing of it was
     *     interpreted before the signature was found right
     */
    Message decode(List<byte[]> frames) {
        int delimiter = 0;
        while (delimiter < frames.size() && !Arrays.equals(frames.get(delimiter), DELIMITER)) {
            delimiter++;
        }
        List<byte[]> parts = frames.subList(Math.min(delimiter + 1, frames.size()), frames.size());
        if (parts.size() < PARTS) {
            throw new RejectedException("it is not a Jupyter message");
        }
        byte[] expected = signers.get()
                .calculateSignature(parts.get(HEADER), parts.get(PARENT), parts.get(METADATA), parts.get(CONTENT))
                .getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, parts.get(0))) {
            throw new RejectedException(parts.get(0).length == 0 ? "it is not signed" : "its signature is wrong");
        }
        try {
            Message message = new Message(
                    List.copyOf(frames.subList(0, delimiter)),
                    object(parts.get(HEADER)),
                    object(parts.get(PARENT)),
                    object(parts.get(METADATA)),
                    object(parts.get(CONTENT)));
            JsonElement type = message.header().get("msg_type");
            if (type == null || !type.isJsonPrimitive()) {
                throw new RejectedException("its header has no msg_type");
            }
            if (!isNew(new String(expected, StandardCharsets.US_ASCII))) {
                throw new RejectedException("it has come before");
            }
            return message;
        } catch (JsonParseException e) {
            throw new RejectedException("its JSON is malformed");
        }
    }

    /** Remembers a signature, as Jupyter's own clients do; the oldest of many is forgotten. */
    private boolean isNew(String signature) {
        synchronized (signatures) {
            boolean added = signatures.add(signature);
            if (signatures.size() > MOST_SIGNATURES) {
                Iterator<String> oldest = signatures.iterator();
                oldest.next();
                oldest.remove();
            }
            return added;
        }
    }

    private static JsonObject object(byte[] json) {
        JsonObject object = GSON.fromJson(new String(json, StandardCharsets.UTF_8), JsonObject.class);
        if (object == null) {
            throw new JsonParseException("empty");
        }
        return object;
    }

    /** A message that must not be acted on. */
    static final class RejectedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RejectedException(String reason) {
            super(reason);
        }
    }
}
