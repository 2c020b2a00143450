package org.noisebook.figure.sgd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Runner;
import org.noisebook.model.StopReason;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/** Runs that train nothing: their results are a planted function of config and replica. */
final class PlantedRuns implements Runner {
    private final Law law;
    private final List<NetworkConfig> tried = new ArrayList<>();

    /** What is planted. */
    interface Law {
        NetworkResult of(NetworkConfig config, int replica);
    }

    private PlantedRuns(Law law) {
        this.law = law;
    }

    static PlantedRuns of(Law law) {
        return new PlantedRuns(law);
    }

    /** An experiment that runs these, with an empty cache. */
    Experiment experiment() {
        return new Experiment(Experiment.STANDARD_SEED, Cache.inMemory(), this, Progress.SILENT);
    }

    /** The config of every run so far. */
    List<NetworkConfig> tried() {
        return List.copyOf(tried);
    }

    static NetworkResult result(StopReason reason, double testError, double weightChange, double time) {
        return new NetworkResult(reason, 1, time, 1, 0, 1, testError, 0, weightChange, weightChange, Doubles.of(1));
    }

    static NetworkResult fitted(double testError, double weightChange, double time) {
        return result(StopReason.FITTED, testError, weightChange, time);
    }

    @Override
    public int threads() {
        return 1;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink) throws IOException {
        for (int k = 0; k < runs.size(); k++) {
            NetworkConfig config = (NetworkConfig) runs.get(k).config();
            tried.add(config);
            R result = (R) law.of(config, runs.get(k).streams().replica());
            sink.ended(k, Optional.of(result), Duration.ZERO);
        }
    }
}
