package org.noisebook.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.noisebook.data.Quoted;
import org.noisebook.runs.Role;

/**
 * Model, task and seed in the names of runs, such as {@code ppo_cartpole_s3}.
 *
 * <p>Names of equally many parts are told apart by the parts that differ, numbers being seeds; of others a number at the end is the seed.
 */
public final class RunNames {
    private static final Pattern SEED =
            Pattern.compile("(?i)(?:seed|random_?state|s|run|rep|trial)?[ _=-]?(\\d+)(\\.0+)?");
    private static final Pattern ENDING = Pattern.compile("(?i)(.+?)[/_\\s.-]*(?:seed|s|run|rep|trial)?[_=-]?(\\d+)");
    private static final Pattern PLACE = Pattern.compile("\\{(model|task|seed|\\*)}|([^{]+|\\{)");
    private static final String BY_HAND = "--run-name '{model}_{task}_{seed}' as your names are built";

    private RunNames() {}

    /** Whether a name is that of a seed, such as {@code seed 3}. */
    public static boolean isSeed(String name) {
        return SEED.matcher(name).matches();
    }

    /** The number of a seed's name, or the name itself. */
    public static String seed(String name) {
        Matcher number = SEED.matcher(name);
        return number.matches() ? number.group(1) : name;
    }

    /**
     * The parts of each name by their role.
     *
     * @param pattern how names are built, such as {@code {model}_{task}_s{seed}}; guessed where there is none
     * @param notes gets what was read
     * @throws IllegalArgumentException for a name that does not match
     */
    public static List<Map<Role, String>> parts(List<String> names, Optional<String> pattern, List<String> notes) {
        List<Map<Role, String>> parts = pattern.isPresent() ? matched(names, pattern.get()) : guessed(names);
        notes.add("From the names of runs, such as '" + Quoted.of(names.get(0)) + "': "
                + String.join(
                        ", ",
                        parts.get(0).entrySet().stream()
                                .map(part -> part.getKey().word() + " '" + Quoted.of(part.getValue()) + "'")
                                .toList())
                + ". If that is wrong, say " + BY_HAND + ".");
        return parts;
    }

    private static void add(Map<Role, String> parts, Role role, String part) {
        parts.merge(role, part, (a, b) -> a + " " + b);
    }

    private static List<Map<Role, String>> matched(List<String> names, String built) {
        List<Role> roles = new ArrayList<>();
        StringBuilder regex = new StringBuilder();
        Matcher place = PLACE.matcher(built);
        while (place.find()) {
            if (place.group(1) == null) {
                regex.append(Pattern.quote(place.group(2)));
            } else if (place.group(1).equals("*")) {
                regex.append(".*?");
            } else {
                Role.LABELS.stream()
                        .filter(role -> role.word().equals(place.group(1)))
                        .forEach(roles::add);
                regex.append("(.+?)");
            }
        }
        Pattern pattern = Pattern.compile(regex.toString());
        return names.stream()
                .map(name -> {
                    Matcher match = pattern.matcher(name);
                    if (!match.matches()) {
                        throw new IllegalArgumentException(
                                "run '" + Quoted.of(name) + "' does not match --run-name " + Quoted.of(built));
                    }
                    Map<Role, String> parts = new TreeMap<>();
                    for (int k = 0; k < roles.size(); k++) {
                        add(parts, roles.get(k), match.group(k + 1));
                    }
                    return parts;
                })
                .toList();
    }

    /** Folders within folders where names differ in two or more of them; else the words of the names, by ever fewer signs between them. */
    private static List<String[]> tokens(List<String> names) {
        for (String between : List.of("/", "[/_\\s-]+", "[/_\\s]+", "[/\\s-]+")) {
            List<String[]> tokens =
                    names.stream().map(name -> name.split(between)).toList();
            int parts = tokens.get(0).length;
            if (tokens.stream().allMatch(of -> of.length == parts)
                    && (!between.equals("/")
                            || IntStream.range(0, parts)
                                            .filter(k -> tokens.stream()
                                                            .map(of -> of[k])
                                                            .distinct()
                                                            .count()
                                                    > 1)
                                            .count()
                                    > 1)) {
                return tokens;
            }
        }
        return List.of();
    }

    private static List<Map<Role, String>> guessed(List<String> names) {
        List<String[]> tokens = tokens(names);
        if (tokens.isEmpty()) {
            return names.stream().map(RunNames::ending).toList();
        }
        String[] first = tokens.get(0);
        List<Map<Role, String>> parts = IntStream.range(0, names.size())
                .<Map<Role, String>>mapToObj(i -> new TreeMap<>())
                .toList();
        Role next = Role.MODEL;
        for (int k = 0; k < first.length; k++) {
            int at = k;
            if (tokens.stream().allMatch(of -> of[at].equals(first[at])) && !first[k].matches("(?i)seed[=:]?\\d+")) {
                continue;
            }
            boolean seed = tokens.stream().allMatch(of -> isSeed(of[at]));
            for (int i = 0; i < names.size(); i++) {
                String part = tokens.get(i)[k];
                add(parts.get(i), seed ? Role.SEED : next, seed ? seed(part) : part);
            }
            next = seed ? next : Role.TASK;
        }
        return parts;
    }

    private static Map<Role, String> ending(String name) {
        Matcher match = ENDING.matcher(name);
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "model and seed cannot be told from the run name '" + Quoted.of(name) + "': say " + BY_HAND);
        }
        return new TreeMap<>(Map.of(Role.MODEL, match.group(1), Role.SEED, match.group(2)));
    }
}
