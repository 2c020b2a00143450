package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;

class ProvenanceTest {
    private static final byte[] DATA = "x\n1\n".getBytes(StandardCharsets.UTF_8);

    private static Sweep<ToyStudy.Config, ToyStudy.Result> sweep(ToyStudy study, int... sizes) {
        return Sweep.of(study, ToyStudy.sizes(sizes), 2);
    }

    private static String hash(Sweep<?, ?>... sweeps) {
        return Provenance.of(List.of(sweeps), 1, "exact").configHash();
    }

    @Test
    void theHashDoesNotDependOnOrderOrGrouping() {
        ToyStudy study = ToyStudy.plain();
        String hash = hash(sweep(study, 1, 2, 3));
        assertThat(hash(sweep(study, 3, 1, 2))).isEqualTo(hash);
        assertThat(hash(sweep(study, 3), sweep(study, 2, 1))).isEqualTo(hash);
        assertThat(hash(sweep(study, 1, 2, 3), sweep(study, 2))).isEqualTo(hash);
    }

    @Test
    void theHashDependsOnEveryRun() {
        ToyStudy study = ToyStudy.plain();
        List<String> hashes = new ArrayList<>();
        hashes.add(hash(sweep(study, 1, 2)));
        hashes.add(hash(sweep(study, 1, 3)));
        hashes.add(hash(sweep(study, 1)));
        hashes.add(hash(sweep(study.withVersion(2), 1, 2)));
        hashes.add(hash(sweep(study.withInputs("aa"), 1, 2)));
        hashes.add(hash(sweep(study, 1, 2).withFixed(Set.of("data"))));
        hashes.add(hash(Sweep.of(study, ToyStudy.sizes(1, 2), 3)));
        hashes.add(Provenance.of(List.of(sweep(study, 1, 2)), 2, "exact").configHash());
        hashes.add(Provenance.of(List.of(sweep(study, 1, 2)), 1, "nd4j-cpu").configHash());
        assertThat(hashes).doesNotHaveDuplicates();
    }

    @Test
    void theJsonSaysWhatAnyoneCanReproduce() {
        Provenance provenance =
                Provenance.of(List.of(sweep(ToyStudy.plain(), 2, 1).withFixed(Set.of("noise", "data"))), 7, "exact");
        String json = provenance.json(Map.of("figure", "toy"), List.of(), List.of("a source"), DATA);
        assertThat(json).isEqualTo("""
                {
                  "figure": "toy",
                  "kit": "noisebook %s",
                  "engine": "exact",
                  "rootSeed": 7,
                  "configHash": "%s",
                  "dataSha256": "%s",
                  "sweeps": [
                    {
                      "study": "toy",
                      "version": 1,
                      "cells": 2,
                      "runs": 4,
                      "fixed": ["data", "noise"],
                      "replicas": [2],
                      "config": {
                        "size": ["2", "1"],
                        "scale": ["1"]
                      }
                    }
                  ],
                  "sources": ["a source"]
                }
                """.formatted(Origin.kitVersion(), provenance.configHash(), Streams.sha256(DATA)));
    }

    @Test
    void theJsonNamesTheEngineClass() {
        assertThat(Provenance.of(List.of(sweep(ToyStudy.plain(), 1)), 1, "nd4j-cpu")
                        .json(Map.of(), List.of(), List.of(), DATA))
                .contains("  \"engine\": \"nd4j-cpu\",\n");
    }

    @Test
    void theJsonHoldsNoDateMachineOrFolder() {
        String json = Provenance.of(List.of(sweep(ToyStudy.plain(), 1)), 1, "exact")
                .json(Map.of(), List.of(), List.of(), DATA);
        assertThat(json)
                .doesNotContainPattern("\\d{4}-\\d{2}-\\d{2}|\\d{2}:\\d{2}")
                .doesNotContain(System.getProperty("java.version"))
                .doesNotContain(System.getProperty("os.arch"))
                .doesNotContain(System.getProperty("user.dir"))
                .doesNotContain("thread");
    }

    @Test
    void theKitHasItsVersion() {
        assertThat(Origin.kitVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(Origin.here().version()).isEqualTo(Origin.kitVersion());
    }
}
