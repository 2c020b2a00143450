package org.noisebook.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.noisebook.compare.RunNames;
import org.noisebook.data.TableFile;

class ColumnsTest {
    private static Columns of(String text) {
        return new Columns(TableFile.parse(text), List.of());
    }

    /** Else the first role that asks would take the column of another. */
    @Test
    void noNameIsThatOfTwoRoles() {
        assertThat(Arrays.stream(Role.values()).flatMap(role -> role.known().stream()))
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z]+"));
    }

    @Test
    void rolesAreKnownByTheLastPartOfANameAndGivenOnce() {
        Columns columns = of("config.Model,env_id,random-state,cv_fold,global_step,score\nA,x,0,1,1,2\nA,x,0,2,2,2\n");
        columns.guessByName();
        assertThat(Arrays.stream(Role.values())
                        .limit(6)
                        .map(role -> columns.of(role).get(0)))
                .containsExactly("config.Model", "env_id", "random-state", "cv_fold", "global_step", "score");
        assertThat(columns.free()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> columns.give(Role.TASK, List.of("score")))
                .withMessage("a column has one role, got 'score' twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> columns.give(Role.TASK, List.of("scor")))
                .withMessageStartingWith("the table has no column 'scor', did you mean 'score'; it has config.Model, ");
    }

    @Test
    void lossesAreMeasuredAndSmallOnesAreGood() {
        Columns columns = of("model,seed,width,val_losses\nA,0,8,0.5\nA,1,16,0.25\n");
        columns.guessByName();
        columns.guessScore(false);
        assertThat(columns.of(Role.SCORE)).containsExactly("val_losses");
        assertThat(Columns.isLowerBetter("val_losses")).isTrue();
        assertThat(Columns.isLowerBetter("glossary")).isFalse();
        for (String name : List.of("latency_ms", "time", "Duration", "train_seconds", "memory", "flops per token")) {
            assertThat(Columns.isLowerBetter(name)).as(name).isTrue();
        }
        for (String name : List.of("tokens per seconds", "accuracy_at_time", "timestep")) {
            assertThat(Columns.isLowerBetter(name)).as(name).isFalse();
        }
        String more =
                "cost cross_entropy crossentropy xent logloss hinge brier ece bpc bits_per_byte mape rmsle ter fpr"
                        + " false_positive_rate miss_rate kl deviance time_to_accuracy inference_ms hours wall_clock delay lag energy gpu_mem"
                        + " size_mb Laufzeit Zeit Dauer Kosten Speicher neg_log_lik test_err";
        for (String name : more.split(" ")) {
            assertThat(Columns.isLowerBetter(name)).as(name).isTrue();
        }
        String higher =
                "error_free survival_time loss_improvement neg_mean_squared_error samples_per_hour log_likelihood";
        for (String name : higher.split(" ")) {
            assertThat(Columns.isLowerBetter(name)).as(name).isFalse();
            assertThat(Columns.isDirected(name)).as(name).isTrue();
        }
        assertThat(Columns.isDirected("y")).isFalse();
    }

    @Test
    void whatATrackerAddsIsTheScoreWhereNothingElseIs() {
        Columns columns = of("model,seed,runtime\nA,0,0.5\nA,1,0.25\n");
        columns.guessByName();
        columns.guessScore(false);
        assertThat(columns.of(Role.SCORE)).containsExactly("runtime");
    }

    @Test
    void labelsAreThoseOfTheRowsAsked() {
        List<String> notes = new ArrayList<>();
        Labels labels = of("a,b\n1,x\n,x\n1.0,y\n0,x\n").labels(List.of("a", "b"), new int[] {3, 2, 0}, notes);
        assertThat(labels.names()).containsExactly("0 / x", "1 / y", "1 / x");
        assertThat(labels.sorted().code()).containsExactly(0, 2, 1);
        assertThat(labels.at(2, 7)).isEqualTo(2);
        assertThat(Labels.ONE.at(2, 7)).isZero();
    }

    @Test
    void runNamesAreReadAsTheyAreBuilt() {
        List<String> notes = new ArrayList<>();
        assertThat(RunNames.parts(List.of("ppo-tuned_pole_s3"), Optional.of("{model}_{task}_s{seed}"), notes))
                .containsExactly(Map.of(Role.MODEL, "ppo-tuned", Role.TASK, "pole", Role.SEED, "3"));
        assertThat(RunNames.parts(List.of("a_x_seed1", "b_x_seed2"), Optional.empty(), notes)
                        .get(1))
                .isEqualTo(Map.of(Role.MODEL, "b", Role.SEED, "2"));
        assertThat(notes.get(0)).contains("model 'ppo-tuned', task 'pole', seed '3'");
    }
}
