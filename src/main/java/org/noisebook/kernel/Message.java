package org.noisebook.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;

/**
 * A Jupyter message.
 *
 * @param identities routing prefix, empty for published messages' subscribers of all topics
 * @param header the header
 * @param parent the header of the request it answers, empty if none
 * @param metadata usually empty
 * @param content the content
 */
record Message(List<byte[]> identities, JsonObject header, JsonObject parent, JsonObject metadata, JsonObject content) {
    /** The kind, such as {@code execute_request}. */
    String type() {
        return header.get("msg_type").getAsString();
    }

    /** A text field of the content, or the default. */
    String text(String field, String otherwise) {
        return text(content, field, otherwise);
    }

    /** A text field of a JSON object, or the default. */
    static String text(JsonObject of, String field, String otherwise) {
        JsonElement value = of.get(field);
        return value instanceof JsonPrimitive text && text.isString() ? text.getAsString() : otherwise;
    }

    /** A JSON object of the content, or an empty one. */
    JsonObject part(String field) {
        return part(content, field);
    }

    /** A JSON object in another, or an empty one. */
    static JsonObject part(JsonObject of, String field) {
        return of.get(field) instanceof JsonObject part ? part : new JsonObject();
    }

    /** A whole number of the content, or the default. */
    int number(String field, int otherwise) {
        return number(content, field, otherwise);
    }

    /** A whole number of a JSON object, or the default. */
    static int number(JsonObject of, String field, int otherwise) {
        JsonElement value = of.get(field);
        // An int of 1e999999999 would take Gson for ever.
        return value instanceof JsonPrimitive number && number.isNumber() ? (int) number.getAsDouble() : otherwise;
    }

    /** A yes or no of the content, or the default. */
    boolean flag(String field, boolean otherwise) {
        JsonElement value = content.get(field);
        return value instanceof JsonPrimitive flag && flag.isBoolean() ? flag.getAsBoolean() : otherwise;
    }

    /** A JSON object of names and values in turn; values are JSON, text, numbers, booleans or lists of these. */
    static JsonObject object(Object... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int k = 0; k < namesAndValues.length; k += 2) {
            object.add((String) namesAndValues[k], json(namesAndValues[k + 1]));
        }
        return object;
    }

    private static JsonElement json(Object value) {
        if (value instanceof JsonElement element) {
            return element;
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (value instanceof Iterable<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(element -> array.add(json(element)));
            return array;
        }
        return new JsonPrimitive((String) value);
    }
}
