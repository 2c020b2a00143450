package org.noisebook.experiment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The members of a non-sealed family of records, to which a paper can add its own.
 *
 * <p>They are listed in {@code META-INF/families/NAME}, where NAME is the family's interface, one binary class name per
 * line; several such files on the class path are combined.
 */
final class OpenFamily {
    private static final ClassValue<List<Class<?>>> MEMBERS = new ClassValue<>() {
        @Override
        protected List<Class<?>> computeValue(Class<?> family) {
            return read(family);
        }
    };

    private OpenFamily() {}

    /**
     * The members in the order of the list.
     *
     * @throws IllegalStateException if there is no list, or it names a class that is not a member
     */
    static List<Class<?>> members(Class<?> family) {
        return MEMBERS.get(family);
    }

    private static List<Class<?>> read(Class<?> family) {
        String list = "META-INF/families/" + family.getName();
        List<Class<?>> members = new ArrayList<>();
        try {
            for (URL url : Collections.list(family.getClassLoader().getResources(list))) {
                try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(url.openStream(), StandardCharsets.UTF_8))) {
                    for (String name : lines.lines().toList()) {
                        members.add(member(family, name));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (members.isEmpty()) {
            throw new IllegalStateException(family.getName() + " is neither sealed nor has it members in " + list);
        }
        return List.copyOf(members);
    }

    private static Class<?> member(Class<?> family, String name) {
        try {
            Class<?> member = Class.forName(name, false, family.getClassLoader());
            if (family.isAssignableFrom(member) && member.isRecord()) {
                return member;
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(family.getName() + " has no member " + name, e);
        }
        throw new IllegalStateException(name + " must be a record and a " + family.getName());
    }
}
