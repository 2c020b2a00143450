package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheCommandTest {
    private static final String[] SWEEP = {
        "run",
        "perceptron",
        "--set",
        "dimension=8",
        "--set",
        "trainSize=16,32",
        "--set",
        "testSize=0",
        "--replicas",
        "2"
    };

    @TempDir
    private Path folder;

    private Called call(String... arguments) throws Exception {
        return Called.inProcess(
                folder, Map.of("NOISEBOOK_CACHE", folder.resolve("cache").toString()), arguments);
    }

    private static String[] sweep(String... more) {
        String[] all = java.util.Arrays.copyOf(SWEEP, SWEEP.length + more.length);
        System.arraycopy(more, 0, all, SWEEP.length, more.length);
        return all;
    }

    /** A shard says what it did; old results are listed, and deleted when told. */
    @Test
    void fromAShardToAListAndBack() throws Exception {
        Path cache = folder.resolve("cache");
        assertThat(call("cache", "list").out()).isEqualTo("no results in " + cache + "\n");
        assertThat(call("cache", "prune", "--unused").out()).isEqualTo("nothing to delete in " + cache + "\n");
        Called shard = call(sweep("--shard", "1/2"));
        assertThat(shard)
                .isEqualTo(
                        new Called(0, "perceptron: shard 1/2 done, 2 of 4 runs; 2 of other shards are missing\n", ""));
        Path old = Files.writeString(cache.resolve("perceptron-v0.runs"), "");
        Called list = call("cache", "list");
        assertThat(list.status()).isZero();
        assertThat(list.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsSequence("perceptron 0 0 1 0 no", "perceptron 1 2 1 0 yes");
        assertThat(call("cache", "prune", "--unused").out()).isEqualTo("deleted " + old + "\n");
        assertThat(old).doesNotExist();
        assertThat(call(sweep("--shard", "2/2")).out())
                .isEqualTo("perceptron: shard 2/2 done, 2 of 4 runs; all are there\n");
        assertThat(call(sweep("--dry-run")).out()).isEqualTo("perceptron: 4 runs, 4 in the cache, 0 missing\n");
    }
}
