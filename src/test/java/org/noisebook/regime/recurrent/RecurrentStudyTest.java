package org.noisebook.regime.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.StopReason;
import org.noisebook.regime.Movement;
import org.noisebook.rng.Streams;

class RecurrentStudyTest {
    private static final RecurrentStudy STUDY = new RecurrentStudy();
    private static final RecurrentConfig SMALL = Schema.with(
            RecurrentConfig.standard(),
            "width",
            20,
            "iterations",
            60,
            "batchSize",
            8,
            "learningRate",
            0.05,
            "testTrials",
            40,
            "probes",
            20,
            "kernelProbes",
            4,
            "records",
            4);
    private static final RecurrentConfig DIGITS = Schema.with(
            SMALL,
            "task",
            new RecurrentTask.ImageRows(DataSource.DIGITS, 100),
            "connectivity",
            new Connectivity.LowRank(2),
            "leak",
            0.5);
    private static final RecurrentConfig MATCH = Schema.with(
            SMALL, "task", RecurrentTask.DelayedMatch.standard(), "connectivity", new Connectivity.Dale(0.8, true));
    private static final RecurrentConfig CONTEXT = Schema.with(
            SMALL,
            "task",
            RecurrentTask.ContextDecision.standard(),
            "connectivity",
            new Connectivity.AlignedLowRank(1, 1));
    private static final RecurrentConfig DIVERGING = Schema.with(SMALL, "gain", 1e6, "learningRate", 1e10);
    /** A few thousand roundings of numbers of order 1. */
    private static final double ROUNDING = 1e-12;

    private static RecurrentResult run(RecurrentConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    static Stream<RecurrentConfig> configs() {
        return Stream.of(SMALL, DIGITS, MATCH, CONTEXT);
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(configs().map(config -> Schema.of(RecurrentResult.class).format(run(config))))
                .containsExactlyElementsOf(PINNED);
    }

    private static final List<String> PINNED = List.of(
            "stopReason=completed, lateLoss=0.09622982247654777, testLoss=0.09900554812857246, "
                    + "testAccuracy=0.4, movement=movement(weightChange=3.366935660643337, "
                    + "relativeWeightChange=0.6111362366175022, kernelAlignment=0.5834691097316941, "
                    + "centredKernelAlignment=0.5888427548900236, relativeKernelChange=68.65454157868028, "
                    + "representationAlignment=0.988546624795118, centredRepresentationAlignment=0.2912399268119509, "
                    + "signSimilarity=0.605, startTargetAlignment=0.16444610263475862, "
                    + "endTargetAlignment=0.1808914823872818), allKernelAlignment=0.6110891498586077, "
                    + "inputWeightChange=1.55745942174532, relativeInputWeightChange=0.5804028925696866, "
                    + "readOutWeightChange=2.610980510449406, relativeReadOutWeightChange=2.5453137580904825, "
                    + "ranks=effectiveRanks(participationRatio=9.830266295583362, stableRank=6.128100940138509, "
                    + "nuclearRatio=9.2589839221067, eigenvalueRatio=11.682070769156388, "
                    + "entropyRank=15.639442384459766, spectralRadius=1.3442219270209934, "
                    + "largestSingularValue=2.225531916266447), recordStep=[1; 4; 15; 60], "
                    + "recordLoss=[1.050095607663823; 0.5760141655327603; 0.14463650341539225; 0.08937111670270305], "
                    + "recordWeightChange=[0.0590011691302372; 0.31416182675118703; 1.0417936927158993; "
                    + "3.366935660643337], recordKernelAlignment=[0.7209991271164915; 0.8907511758863205; "
                    + "0.7699389157444376; 0.5834691097316941], recordRepresentationAlignment=[0.9925917752674306; "
                    + "0.9858700928105109; 0.9953526061191746; 0.988546624795118]",
            "stopReason=completed, lateLoss=0.952512942557091, testLoss=1.1078623344995893, "
                    + "testAccuracy=0.6, movement=movement(weightChange=2.5123183102776676, "
                    + "relativeWeightChange=0.45601369080957266, kernelAlignment=0.1960223027549641, "
                    + "centredKernelAlignment=0.19211318148292736, relativeKernelChange=17.137266006998892, "
                    + "representationAlignment=0.5368165375587928, centredRepresentationAlignment=0.24026260148306638, "
                    + "signSimilarity=0.455, startTargetAlignment=0.06435272003862867, "
                    + "endTargetAlignment=0.06685592080337603), allKernelAlignment=0.22717380441419777, "
                    + "inputWeightChange=3.171201346388331, relativeInputWeightChange=1.1516508259984068, "
                    + "readOutWeightChange=3.7490708432116504, relativeReadOutWeightChange=2.041336122636085, "
                    + "ranks=effectiveRanks(participationRatio=1.9984838340568414, stableRank=1.9463891463080119, "
                    + "nuclearRatio=1.9728253421390773, eigenvalueRatio=1.4953192301907343, "
                    + "entropyRank=1.9998102664961122, spectralRadius=0.6352013053217842, "
                    + "largestSingularValue=3.9489528187010463), recordStep=[1; 4; 15; 60], "
                    + "recordLoss=[2.474212500323685; 2.1765243142213277; 2.339423388328517; 1.3468964096075637], "
                    + "recordWeightChange=[0.03268665249912846; 0.23660034093132562; 0.9044429401230707; "
                    + "2.5123183102776676], recordKernelAlignment=[0.9766875861341255; 0.6103610779538916; "
                    + "0.22609162810052588; 0.1960223027549641], recordRepresentationAlignment=[0.9947687812117327; "
                    + "0.8694427601804817; 0.7344141923827149; 0.5368165375587928]",
            "stopReason=completed, lateLoss=0.0792022708593988, testLoss=0.08077795533125182, "
                    + "testAccuracy=0.7, movement=movement(weightChange=1.4906192666263027, "
                    + "relativeWeightChange=0.27056396101773905, kernelAlignment=0.35101226886373316, "
                    + "centredKernelAlignment=0.39756397314484, relativeKernelChange=80.99239813933467, "
                    + "representationAlignment=0.8627436413613122, centredRepresentationAlignment=0.5171612081886108, "
                    + "signSimilarity=0.745, startTargetAlignment=0.09183730013844996, "
                    + "endTargetAlignment=0.2764483550944301), allKernelAlignment=0.6109472127221973, "
                    + "inputWeightChange=1.7890523411671135, relativeInputWeightChange=0.6667083195068693, "
                    + "readOutWeightChange=2.9221688483314847, relativeReadOutWeightChange=2.848675638655509, "
                    + "ranks=effectiveRanks(participationRatio=1.689670227721109, stableRank=1.3136793091620358, "
                    + "nuclearRatio=2.8115549640785793, eigenvalueRatio=6.601361628815486, "
                    + "entropyRank=10.172783379158156, spectralRadius=1.3028930285257085, "
                    + "largestSingularValue=4.806756277308606), recordStep=[1; 4; 15; 60], "
                    + "recordLoss=[1.020967755586303; 0.6171510701534435; 0.22040792225825254; 0.08324861723650895], "
                    + "recordWeightChange=[0.020490837890332948; 0.20436090736597126; 0.8725479021041131; "
                    + "1.4906192666263027], recordKernelAlignment=[0.954936029704308; 0.2992170403228879; "
                    + "0.23928745493748643; 0.35101226886373316], recordRepresentationAlignment=[0.9996464534716235; "
                    + "0.8782274177854769; 0.9214906077112847; 0.8627436413613122]",
            "stopReason=completed, lateLoss=0.08584808170356012, testLoss=0.09770051390415682, "
                    + "testAccuracy=0.5, movement=movement(weightChange=4.376597956064262, "
                    + "relativeWeightChange=0.7944011628502271, kernelAlignment=0.06893483041205313, "
                    + "centredKernelAlignment=0.06891866113893828, relativeKernelChange=1.6344191473484357, "
                    + "representationAlignment=0.9693140850621345, centredRepresentationAlignment=0.22173459236925308, "
                    + "signSimilarity=0.33, startTargetAlignment=0.028865260502809038, "
                    + "endTargetAlignment=0.3188285694254698), allKernelAlignment=0.12198007841791529, "
                    + "inputWeightChange=3.7549422524030507, relativeInputWeightChange=1.3485410461065426, "
                    + "readOutWeightChange=4.853777866254503, relativeReadOutWeightChange=4.731704251429359, "
                    + "ranks=effectiveRanks(participationRatio=1, stableRank=1, nuclearRatio=1.0000000000000002, "
                    + "eigenvalueRatio=1, entropyRank=1.0000000000000129, spectralRadius=2.265194246708825, "
                    + "largestSingularValue=5.509304568942843), recordStep=[1; 4; 15; 60], "
                    + "recordLoss=[0.907140420465465; 0.5862272694380442; 0.1899691358479909; 0.10873874705989375], "
                    + "recordWeightChange=[0.4162967070617743; 1.4173312113357952; 3.4166135998691485; "
                    + "4.376597956064262], recordKernelAlignment=[0.32674764770655634; 0.7300759823320567; "
                    + "0.058033447430807565; 0.06893483041205313], recordRepresentationAlignment=[0.7181234330158571; "
                    + "0.9294318657845391; 0.9815687081823493; 0.9693140850621345]");

    @ParameterizedTest
    @MethodSource("configs")
    void twinsGiveTheSameBits(RecurrentConfig config) {
        assertThat(STUDY.run(config, Streams.of(3), MatrixKernels.plain())).isEqualTo(STUDY.run(config, Streams.of(3)));
    }

    @Test
    void everyFieldChangesTheRun() {
        RecurrentResult reference = run(SMALL);
        List<RecurrentConfig> others = List.of(
                Schema.with(SMALL, "task", new RecurrentTask.TwoAlternativeChoice(7, 0.2)),
                Schema.with(SMALL, "width", 21),
                Schema.with(SMALL, "leak", 0.9),
                Schema.with(SMALL, "connectivity", new Connectivity.LowRank(5)),
                Schema.with(SMALL, "gain", 1.3),
                Schema.with(
                        SMALL,
                        "norm",
                        Connectivity.Norm.LARGEST_SINGULAR_VALUE,
                        "connectivity",
                        new Connectivity.LowRank(5)),
                Schema.with(SMALL, "learningRate", 0.06),
                Schema.with(SMALL, "momentum", 0.8),
                Schema.with(SMALL, "batchSize", 9),
                Schema.with(SMALL, "iterations", 61),
                Schema.with(SMALL, "testTrials", 41),
                Schema.with(SMALL, "kernelProbes", 5),
                Schema.with(SMALL, "probes", 21),
                Schema.with(SMALL, "records", 3));

        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
        assertThat(run(others.get(5))).as("norm").isNotEqualTo(run(others.get(3)));
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<RecurrentConfig> schema = Schema.of(RecurrentConfig.class);
        for (RecurrentConfig config : configs().toList()) {
            assertThat(schema.parse(schema.format(config), RecurrentConfig.standard()))
                    .isEqualTo(config);
        }
        Schema<RecurrentResult> results = Schema.of(RecurrentResult.class);
        for (RecurrentResult result : List.of(run(SMALL), run(DIVERGING))) {
            assertThat(results.parse(results.format(result), run(MATCH))).isEqualTo(result);
        }
    }

    /** A structure changes neither the other weights nor the trials: with rank N the run is the Gaussian one. */
    @Test
    void structuresShareTheirDraws() {
        RecurrentResult gaussian = run(SMALL);

        assertThat(run(Schema.with(SMALL, "connectivity", new Connectivity.LowRank(20))))
                .isEqualTo(gaussian);
        double size = gaussian.ranks().stableRank() * Math.pow(gaussian.ranks().largestSingularValue(), 2);
        RecurrentResult low = run(Schema.with(SMALL, "connectivity", new Connectivity.LowRank(3)));
        assertThat(low.ranks().stableRank() * Math.pow(low.ranks().largestSingularValue(), 2))
                .as("the squared norm of W")
                .isCloseTo(size, within(ROUNDING * size));
        assertThat(low.ranks().participationRatio()).isLessThan(3);
    }

    @Test
    void aReplicaIsItsStreams() {
        RecurrentResult zero = run(DIGITS);
        assertThat(STUDY.run(
                        DIGITS, Streams.of(1).withFixed(STUDY.streamNames()).withReplica(4)))
                .isEqualTo(zero);
        for (String name : STUDY.streamNames()) {
            Set<String> fixed = new java.util.TreeSet<>(STUDY.streamNames());
            fixed.remove(name);
            assertThat(STUDY.run(DIGITS, Streams.of(1).withFixed(fixed).withReplica(4)))
                    .as(name)
                    .isNotEqualTo(zero);
        }
    }

    /** After one step with a tiny rate nothing has moved but in proportion to the rate. */
    @Test
    void aTinyStepIsLazy() {
        RecurrentConfig step = Schema.with(SMALL, "iterations", 1, "learningRate", 1e-6, "records", 0);
        RecurrentResult once = run(step);
        RecurrentResult twice = run(Schema.with(step, "learningRate", 2e-6));

        assertThat(once.movement().kernelAlignment()).isCloseTo(1, within(1e-9));
        assertThat(once.allKernelAlignment()).isCloseTo(1, within(1e-9));
        assertThat(once.movement().representationAlignment()).isCloseTo(1, within(1e-9));
        assertThat(once.movement().signSimilarity()).isEqualTo(1);
        assertThat(twice.movement().weightChange() / once.movement().weightChange())
                .isCloseTo(2, within(1e-8));
        assertThat(twice.readOutWeightChange() / once.readOutWeightChange()).isCloseTo(2, within(1e-8));
        assertThat(once.recordStep()).isEmpty();
    }

    @Test
    void recordsEndWhereTheRunEnds() {
        RecurrentResult result = run(Schema.with(SMALL, "records", 5));

        assertThat(result.recordStep()).containsExactly(1, 3, 8, 22, 60);
        assertThat(result.recordWeightChange()[4]).isEqualTo(result.movement().weightChange());
        assertThat(result.recordKernelAlignment()[4])
                .isEqualTo(result.movement().kernelAlignment());
        assertThat(result.recordRepresentationAlignment()[4])
                .isEqualTo(result.movement().representationAlignment());
        assertThat(result.recordLoss()[4]).isLessThan(result.recordLoss()[0]);
        assertThat(run(Schema.with(SMALL, "records", 0)).movement())
                .as("looking changes nothing")
                .isEqualTo(result.movement());
    }

    @Test
    void divergenceIsAnOutcome() {
        RecurrentResult result = run(DIVERGING);

        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.movement()).isEqualTo(Movement.NONE);
        assertThat(result.testAccuracy()).isNaN();
        assertThat(result.readOutWeightChange()).isNaN();
        assertThat(result.ranks().spectralRadius())
                .isCloseTo(8e5 * run(SMALL).ranks().spectralRadius(), within(1.0));
        assertThat(Arrays.stream(result.recordLoss())).allMatch(Double::isFinite);
    }

    /** Weights far out may leave every unit off: nothing is infinite, and the kernels are zero. */
    @Test
    void aDeadNetworkHasNoAlignment() {
        RecurrentResult result = run(Schema.with(SMALL, "learningRate", 1e30));

        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.testLoss()).isCloseTo(Math.log(3), within(ROUNDING));
        assertThat(result.movement().kernelAlignment()).isNaN();
        assertThat(result.allKernelAlignment()).isNaN();
    }

    /** 600 steps at N = 50 learn the choice, but not better than an ideal observer. */
    @Test
    @Tag("statistical")
    void trainingApproachesTheIdealObserverFromBelow() {
        RecurrentConfig config = Schema.with(
                RecurrentConfig.standard(), "width", 50, "iterations", 600, "learningRate", 0.02, "testTrials", 8000);
        RecurrentResult result = run(config);
        double ceiling = config.task().ceiling();
        double error = Math.sqrt(ceiling * (1 - ceiling) / config.testTrials());

        assertThat(result.testAccuracy())
                .as("four standard errors of 8000 trials, false alarm 3e-5; labels that leak would give 1")
                .isBetween(0.8, ceiling + 4 * error);
    }

    @Test
    void interruptionEndsARun() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run(SMALL)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** A start beyond all numbers, which one step may take to 0. */
    @Test
    void aStartThatIsNotFiniteDiverges() {
        for (int replica = 0; replica < 4; replica++) {
            RecurrentResult result = new RecurrentStudy()
                    .run(
                            Schema.with(
                                    SMALL,
                                    "task",
                                    new RecurrentTask.TwoAlternativeChoice(40, 0.1),
                                    "width",
                                    1,
                                    "connectivity",
                                    new Connectivity.Gaussian(),
                                    "gain",
                                    1e6,
                                    "iterations",
                                    1),
                            Streams.of(1).withReplica(replica));
            assertThat(result.stopReason()).isIn(StopReason.COMPLETED, StopReason.DIVERGED);
        }
    }

    @Test
    void refusesWhatOnlyTheRunWouldFind() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "connectivity", new Connectivity.AlignedLowRank(3, 1)))
                .withMessage("rank must be in [1, directions=2], got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(RecurrentConfig.standard(), "task", RecurrentTask.ImageRows.standard()))
                .withMessage("testTrials must be in [1, images beside task.trainSize=597], got 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(
                        RecurrentConfig.standard(), "testTrials", 1_000_000, "probes", 1_000_000, "width", 4096))
                .withMessageStartingWith("probes · width must be in [1, ");
    }

    @Test
    void refusesWhatMakesNoRun() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "leak", 0))
                .withMessage("leak must be in (0, 1], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "probes", 41))
                .withMessage("probes must be in [1, testTrials=40], got 41");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "kernelProbes", 21))
                .withMessage("kernelProbes must be in [1, probes=20], got 21");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "connectivity", new Connectivity.LowRank(21)))
                .withMessageContaining("rank must be in [1, size=20], got 21");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(DIGITS, "batchSize", 101))
                .withMessage("batchSize must be in [1, task.trainSize=100], got 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "momentum", 1.5))
                .withMessage("momentum must be in [0, 1], got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Schema.with(RecurrentConfig.standard(), "testTrials", 5000, "probes", 500, "kernelProbes", 400))
                .withMessage("kernelProbes must be in [1, 8192 rows of the kernel / 24=341], got 400");
    }
}
