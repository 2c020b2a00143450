package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;

class RemoteRunTest {
    private static final PerceptronConfig CONFIG =
            Schema.with(PerceptronConfig.standard(), "dimension=8, trainSize=32, testSize=10, margin=2^-3");

    private static RemoteRun sent(RemoteRun parcel) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(parcel);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (RemoteRun) in.readObject();
        }
    }

    /** With streams that are fixed and pinned: the other process has the same run and gives the same result. */
    @Test
    void aRunTravels() throws Exception {
        Streams streams = Streams.of(7).withFixed(Set.of("data")).withReplica(3).withReplica("init", 5);
        Run<PerceptronConfig, ?> run = run(streams);
        RemoteRun sent = sent(RemoteRun.of(run));
        assertThat(sent).isEqualTo(RemoteRun.of(run));
        assertThat((Record) RemoteRun.open(run, sent.execute())).isEqualTo(run.execute());
        assertThat((Record) run.execute())
                .as("pins count")
                .isNotEqualTo(run(Streams.of(7)).execute());
        assertThat(sent.text())
                .startsWith("Perceptron [")
                .contains("dimension=8")
                .endsWith("], replica 3");
    }

    private static Run<PerceptronConfig, ?> run(Streams streams) {
        return new Run<>(new Perceptron(), CONFIG, streams);
    }

    @Test
    void anotherKeyIsRefused() {
        RemoteRun parcel = RemoteRun.of(run(Streams.of(1)));
        RemoteRun other =
                new RemoteRun(parcel.study(), parcel.config(), 2, 0, parcel.fixed(), parcel.pinned(), parcel.key());
        assertThatThrownBy(other::execute)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("another version of the kit or other data than where the run of perceptron comes from");
    }

    @Test
    void aStudyOfThisProcessDoesNotTravel() {
        Run<ToyStudy.Config, ToyStudy.Result> toy = new Run<>(ToyStudy.plain(), ToyStudy.config(1), Streams.of(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteRun.of(toy))
                .withMessage("study toy runs in this process only: org.noisebook.experiment.ToyStudy has no public"
                        + " constructor");
    }
}
