package org.noisebook.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.RemoteRun;
import org.noisebook.experiment.Shard;
import org.noisebook.figure.Edition;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.figure.Variant;
import org.noisebook.figure.Variation;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/**
 * What a page's script calls. Text goes in and out by characters: {@link #put} fills the request, {@link #call} answers it
 * with one of the codes below, {@link #at} reads the answer. Parts of both are separated by NUL.
 *
 * <p>A figure is told until all its runs are there: an answer {@link #MISSING} lists the runs, which any worker executes
 * ({@code run}); their results are kept ({@code keep}) and the figure is told again.
 */
public final class Web {
    static final int DONE = 0;
    /** The message is for the reader. */
    static final int REFUSED = 1;

    static final int MISSING = 2;
    static final int BROKEN = 3;
    private static final String SEPARATOR = "\0";
    private static final Map<String, byte[]> FILES = new HashMap<>();
    private static final StringBuilder REQUEST = new StringBuilder();
    private static final WebRuns RUNS = new WebRuns();
    private static String answer = "";

    private Web() {}

    public static void main(String[] none) {
        org.noisebook.web.generated.Registry.fill();
    }

    /** Asks the page for a file, by characters of its name; answers how many bytes it has, or −1. */
    @Import(module = "noisebook", name = "ask")
    private static native void ask(int character);

    @Import(module = "noisebook", name = "fetch")
    private static native int fetch();

    @Import(module = "noisebook", name = "byteAt")
    private static native int byteAt(int index);

    /** The bytes of a file beside the module; null if there is none. */
    static byte[] resource(String name) {
        return FILES.computeIfAbsent(name, unseen -> {
            name.chars().forEach(Web::ask);
            int size = fetch();
            byte[] bytes = size < 0 ? null : new byte[size];
            for (int k = 0; k < size; k++) {
                bytes[k] = (byte) byteAt(k);
            }
            return bytes;
        });
    }

    @Export(name = "put")
    public static void put(int character) {
        REQUEST.append((char) character);
    }

    @Export(name = "at")
    public static int at(int index) {
        return answer.charAt(index);
    }

    @Export(name = "size")
    public static int size() {
        return answer.length();
    }

    /** Answers the request. */
    @Export(name = "call")
    public static int call() {
        // Bytes that are kept may contain the separator.
        String[] request = REQUEST.toString().split(SEPARATOR, REQUEST.charAt(0) == 'k' ? 3 : -1);
        REQUEST.setLength(0);
        try {
            answer = answer(request);
            return DONE;
        } catch (Shard.Pending pending) {
            answer = RUNS.missing();
            return MISSING;
        } catch (IllegalArgumentException e) {
            answer = String.valueOf(e.getMessage());
            return REFUSED;
        } catch (Throwable e) {
            answer = trace(e);
            return BROKEN;
        }
    }

    private static String trace(Throwable thrown) {
        StringBuilder out = new StringBuilder(thrown.toString());
        for (StackTraceElement element : thrown.getStackTrace()) {
            out.append("\n  ").append(element);
        }
        return thrown.getCause() == null ? out.toString() : out + "\ncaused by " + trace(thrown.getCause());
    }

    private static String answer(String... request) {
        return switch (request[0]) {
            case "figure" -> figure(request[1], request[2], rest(request, 3));
            case "vary" -> vary(request[1], request[2]);
            case "at" -> at(request[1], request[2]);
            case "bits" -> Bits.lines();
            case "run" -> run(request);
            case "keep" -> RUNS.keep(Integer.parseInt(request[1]), bytes(request[2]));
            default -> throw new IllegalStateException("no request " + request[0]);
        };
    }

    private static List<String> rest(String[] request, int from) {
        return Arrays.stream(request).skip(from).filter(one -> !one.isBlank()).collect(Collectors.toList());
    }

    /** SVG, CSV, JSON, then of each claim its id and statement. */
    private static String figure(String id, String seed, List<String> settings) {
        RUNS.start(seed(seed));
        Edition edition = Edition.drawn(story(id), Preset.QUICK, RUNS, Variant.parse(settings));
        List<String> parts = new ArrayList<>(List.of(edition.svg(), edition.csv(), edition.json()));
        for (Claim claim : edition.claims()) {
            parts.addAll(List.of(claim.id(), claim.statement()));
        }
        return String.join(SEPARATOR, parts);
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("seed must be a whole number below 2^63, got " + text, e);
        }
    }

    private static Story story(String id) {
        return org.noisebook.web.generated.Registry.story(id);
    }

    /** The headline at a setting that is drawn from its box by its number. */
    private static String vary(String id, String number) {
        RUNS.start(Experiment.STANDARD_SEED);
        StringBuilder out = new StringBuilder();
        story(id).vary(RUNS, 1, List.of(Integer.parseInt(number)), judged -> out.append(said(judged)));
        return out.toString();
    }

    /** The headline at a chosen setting. */
    private static String at(String id, String setting) {
        RUNS.start(Experiment.STANDARD_SEED);
        StringBuilder out = new StringBuilder();
        story(id).judgeAt(RUNS, setting, judged -> out.append(said(judged)));
        return out.toString();
    }

    /** The setting, the verdict at it, and what was measured of each deciding claim. */
    private static String said(List<Variation> judged) {
        return judged.get(0).changes()
                + SEPARATOR
                + verdict(judged)
                + judged.stream()
                        .map(one -> SEPARATOR + one.claim() + ": " + one.verdict() + ", " + one.found() + "; window "
                                + one.window())
                        .collect(Collectors.joining());
    }

    private static String verdict(List<Variation> judged) {
        List<String> verdicts = judged.stream().map(Variation::verdict).toList();
        boolean agree = verdicts.contains("agrees");
        boolean disagree = verdicts.contains("disagrees");
        return verdicts.contains(Variation.DIVERGED) || disagree && !agree
                ? "fails"
                : agree && disagree
                        ? "holds in part"
                        : verdicts.stream().allMatch("agrees"::equals) ? "holds" : "is undecided";
    }

    private static String run(String... request) {
        RemoteRun run = WebRuns.unpack(request);
        return new String(run.execute(), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text.chars().forEach(out::write);
        return out.toByteArray();
    }
}
