package org.noisebook.paper;

import java.util.ArrayList;
import java.util.List;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Planted;
import org.noisebook.model.StopReason;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/** Runs that train nothing: their results are a planted function of config and replica. */
public final class PlantedRuns {
    private final Law law;
    private final List<NetworkConfig> tried = new ArrayList<>();

    /** What is planted. */
    public interface Law {
        NetworkResult of(NetworkConfig config, int replica);
    }

    private PlantedRuns(Law law) {
        this.law = law;
    }

    public static PlantedRuns of(Law law) {
        return new PlantedRuns(law);
    }

    /** An experiment that runs these, with an empty cache. */
    public Experiment experiment() {
        return Planted.experiment((config, replica) -> {
            tried.add((NetworkConfig) config);
            return law.of((NetworkConfig) config, replica);
        });
    }

    /** The config of every run so far. */
    public List<NetworkConfig> tried() {
        return List.copyOf(tried);
    }

    public static NetworkResult result(StopReason reason, double testError, double weightChange, double time) {
        return new NetworkResult(reason, 1, time, 1, 0, 1, testError, 0, weightChange, weightChange, Doubles.of(1));
    }

    public static NetworkResult fitted(double testError, double weightChange, double time) {
        return result(StopReason.FITTED, testError, weightChange, time);
    }

    /** Fitted after so many updates that moved weights. */
    public static NetworkResult after(long updates, double weightChange, double time) {
        return new NetworkResult(
                StopReason.FITTED, updates, time, updates, 0, 1, 0, 0, weightChange, weightChange, Doubles.of(1));
    }
}
