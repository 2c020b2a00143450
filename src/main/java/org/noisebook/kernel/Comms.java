package org.noisebook.kernel;

import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * Comms: what a page and the kernel say to each other beside cells (Jupyter messaging protocol 5.3, "Custom messages").
 *
 * <p>Messages come on the shell channel, one after another, also while no cell runs. One for a comm that is not open, or no longer,
 * is dropped; opening one at an unknown target, or one that is not taken there, is answered by closing it.
 */
final class Comms {
    /** What happens on one comm. */
    interface Listener {
        /** Hears data; what is sent because of it names the header as its cause. */
        void hear(JsonObject data, JsonObject header);

        /** Hears that the page has closed it. */
        void closed(JsonObject header);
    }

    /** Where messages go. */
    interface Publisher {
        void publish(String type, JsonObject parent, JsonObject metadata, JsonObject content);
    }

    private final Publisher publisher;
    /** By target: given the id of a comm and its data, who hears what comes on it. */
    private final Map<String, BiFunction<String, JsonObject, Optional<Listener>>> targets = new ConcurrentHashMap<>();

    private final Map<String, Open> open = new ConcurrentHashMap<>();

    private record Open(String target, Listener listener) {}

    Comms(Publisher publisher) {
        this.publisher = publisher;
    }

    /** Lets pages open comms at a target. */
    void offer(String target, BiFunction<String, JsonObject, Optional<Listener>> opened) {
        targets.put(target, opened);
    }

    /** Does what a {@code comm_open}, {@code comm_msg} or {@code comm_close} says. */
    void answer(Message message) {
        String id = message.text("comm_id", "");
        switch (message.type()) {
            case "comm_open" -> {
                if (open.containsKey(id)) {
                    return;
                }
                String target = message.text("target_name", "");
                Optional<Listener> listener = Optional.ofNullable(targets.get(target))
                        .flatMap(opened -> opened.apply(id, message.part("data")));
                if (listener.isPresent()) {
                    open.put(id, new Open(target, listener.get()));
                } else {
                    tell("comm_close", id, message.header(), new JsonObject());
                }
            }
            case "comm_close" ->
                Optional.ofNullable(open.remove(id)).ifPresent(one -> one.listener.closed(message.header()));
            default -> listener(message).ifPresent(one -> one.hear(message.part("data"), message.header()));
        }
    }

    /** Who hears what comes on the comm of a message. */
    Optional<Listener> listener(Message message) {
        return Optional.ofNullable(open.get(message.text("comm_id", ""))).map(Open::listener);
    }

    /** The open comms of a target, or of all if it is empty, as {@code comm_info_reply} has them. */
    JsonObject info(String target) {
        JsonObject all = new JsonObject();
        open.forEach((id, one) -> {
            if (target.isEmpty() || target.equals(one.target)) {
                all.add(id, Message.object("target_name", one.target));
            }
        });
        return all;
    }

    /** Opens one. */
    void open(String id, String target, JsonObject parent, JsonObject metadata, JsonObject data, Listener listener) {
        open.put(id, new Open(target, listener));
        publisher.publish(
                "comm_open", parent, metadata, Message.object("comm_id", id, "target_name", target, "data", data));
    }

    /** Says something on one, if it is open. */
    void send(String id, JsonObject parent, JsonObject data) {
        if (open.containsKey(id)) {
            tell("comm_msg", id, parent, data);
        }
    }

    /** Closes one, if it is open. */
    void close(String id, JsonObject parent) {
        if (open.remove(id) != null) {
            tell("comm_close", id, parent, new JsonObject());
        }
    }

    private void tell(String type, String id, JsonObject parent, JsonObject data) {
        publisher.publish(type, parent, new JsonObject(), Message.object("comm_id", id, "data", data));
    }
}
