package org.noisebook.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A cache folder as a whole: its contents, and merging with other folders.
 *
 * @param path path of the folder
 */
public record CacheFolder(Path path) {
    /**
     * The results of one study and version.
     *
     * @param study id of the study
     * @param version version of the study
     * @param runs number of distinct runs
     * @param bytes size of all files
     * @param files its file and the files of writers that share the folder
     */
    public record Book(String study, int version, long runs, long bytes, List<Path> files) {
        /** Whether one of these studies, given by id and version, can read it. */
        public boolean isUsed(Map<String, Integer> versions) {
            return Integer.valueOf(version).equals(versions.get(study));
        }
    }

    /**
     * The contents of the folder, sorted by name; empty if the folder does not exist.
     *
     * @throws IOException if it cannot be read
     */
    public List<Book> books() throws IOException {
        Map<String, List<Frames.Name>> names = new LinkedHashMap<>();
        for (Frames.Name name : Frames.files(path, "")) {
            names.computeIfAbsent(name.book(), book -> new ArrayList<>()).add(name);
        }
        List<Book> books = new ArrayList<>();
        for (List<Frames.Name> files : names.values()) {
            Set<String> keys = new HashSet<>();
            long bytes = 0;
            for (Frames.Name file : files) {
                Frames.read(file.path(), (key, result, runRecord) -> keys.add(key));
                bytes += Files.size(file.path());
            }
            Frames.Name first = files.get(0);
            books.add(new Book(
                    first.study(),
                    first.version(),
                    keys.size(),
                    bytes,
                    files.stream().map(Frames.Name::path).toList()));
        }
        return books;
    }

    /**
     * Adds the results that other folders have and this one lacks, without changing those, and returns their number.
     *
     * @param versions versions of the known studies
     * @throws IllegalArgumentException before anything is added, if a folder is not a cache or is this one, or if study
     *     versions differ from these or from each other
     * @throws IOException if a file cannot be read or written, or, before anything is added, if a file is not a cache
     *     file or two folders have different results for a run
     */
    public long merge(List<CacheFolder> from, Map<String, Integer> versions, Consumer<String> report)
            throws IOException {
        Map<String, Integer> expected = new HashMap<>(versions);
        List<Frames.Name> files = new ArrayList<>();
        for (CacheFolder folder : from) {
            files.addAll(folder.checked(this, expected));
        }
        try (Cache cache = Cache.in(path, report)) {
            return cache.merge(files);
        }
    }

    private List<Frames.Name> checked(CacheFolder into, Map<String, Integer> versions) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new IllegalArgumentException(path + " is no folder");
        }
        if (Files.isDirectory(into.path) && Files.isSameFile(path, into.path)) {
            throw new IllegalArgumentException(path + " is the cache itself: name another folder, or NOISEBOOK_CACHE");
        }
        List<Frames.Name> files = Frames.files(path, "");
        if (files.isEmpty()) {
            throw new IllegalArgumentException(path + " is not a noisebook cache: it holds no results");
        }
        for (Frames.Name file : files) {
            Integer version = versions.putIfAbsent(file.study(), file.version());
            if (version != null && version != file.version()) {
                throw new IllegalArgumentException(file.path() + " is of version " + file.version() + " of "
                        + file.study() + ", and version " + version
                        + " is expected: compute all shards with one version of the kit");
            }
        }
        return files;
    }
}
