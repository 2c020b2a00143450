package org.noisebook.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The cells of this session, as front ends ask for them. */
final class History {
    private static final int SESSION = 1;

    private record Entry(int count, String code, Optional<String> result) {}

    private final List<Entry> entries = new ArrayList<>();

    /** Adds a cell. */
    synchronized void add(int count, String code, Optional<String> result) {
        entries.add(new Entry(count, code, result));
    }

    /** Answers a {@code history_request}: the last n, a range of counts, or those that match a glob. */
    synchronized JsonObject find(Message request) {
        List<Entry> found = new ArrayList<>();
        switch (request.text("hist_access_type", "tail")) {
            case "range" -> {
                int session = request.number("session", 0);
                if (session == 0 || session == SESSION) {
                    int start = request.number("start", 0);
                    int stop = request.number("stop", Integer.MAX_VALUE);
                    entries.stream()
                            .filter(entry -> entry.count() >= start && entry.count() < stop)
                            .forEach(found::add);
                }
            }
            case "search" -> found.addAll(search(request.text("pattern", "*"), request.flag("unique", false)));
            default -> found.addAll(entries);
        }
        int most = request.number("n", Integer.MAX_VALUE);
        boolean last = !request.text("hist_access_type", "tail").equals("range");
        if (last && found.size() > most) {
            found = found.subList(found.size() - Math.max(0, most), found.size());
        }
        JsonArray history = new JsonArray();
        found.forEach(entry -> history.add(json(entry, request.flag("output", false))));
        return Message.object("status", "ok", "history", history);
    }

    private List<Entry> search(String glob, boolean unique) {
        StringBuilder regex = new StringBuilder();
        for (char c : glob.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        Pattern pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
        List<Entry> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int k = entries.size() - 1; k >= 0; k--) {
            Entry entry = entries.get(k);
            if (pattern.matcher(entry.code()).matches() && (seen.add(entry.code()) || !unique)) {
                found.add(0, entry);
            }
        }
        return found;
    }

    private static JsonArray json(Entry entry, boolean output) {
        JsonArray row = new JsonArray();
        row.add(SESSION);
        row.add(entry.count());
        if (output) {
            JsonArray both = new JsonArray();
            both.add(entry.code());
            both.add(entry.result().orElse(null));
            row.add(both);
        } else {
            row.add(entry.code());
        }
        return row;
    }
}
