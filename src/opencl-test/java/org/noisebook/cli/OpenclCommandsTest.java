package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code --engine opencl} from the command line. */
@Tag("long")
class OpenclCommandsTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void needsADevice() {
        assumeTrue(Called.with("info").out().contains("exact bits"), "skipped: no device with OpenCL");
    }

    private static Called run(String words, String... more) {
        List<String> all = new ArrayList<>(List.of(words.split(" ")));
        all.addAll(List.of(more));
        all.add("--no-cache");
        return Called.with(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run network --set trainSize=24 --set batchSize=3,5 --set outputScale=1,64 --replicas 3"
                        + " --set network=fullyConnected(depth=2,width=20,activation=gelu)",
                "run network --set trainSize=24 --set batchSize=3 --set noise=unfitted --set outputScale=16"
                        + " --set network=fullyConnected(depth=2,width=20,activation=relu)",
                "run network --set trainSize=24 --set batchSize=3 --set noise=gaussian,minibatch --set loss=hinge,squared"
                        + " --set precision=float64,float32 --set network=fullyConnected(depth=2,width=20,activation=erf)"
                        + " --set sampleCap=3000",
                "run network --set trainSize=24 --set testSize=16 --set probeSize=8 --set batchSize=3,24 --set sampleCap=600 --replicas 2"
                        + " --set network=invertedResidual(channels=1,width=2,activation=gelu) --set learningRate=1",
                "run interpolant --set particles=700 --set steps=20 --set fineSteps=40 --set motion=ode(),sde() --replicas 2",
                "run perceptron --set trainSize=24 --set dimension=20 --set sampler=plain,fastForward --replicas 3"
            })
    void theTableIsThatOfTheExactEngine(String words) {
        Called exact = run(words);
        Called opencl = run(words, "--engine", "opencl", "--device", "cpu");
        assertThat(exact.status()).isZero();
        assertThat(opencl.out()).isEqualTo(exact.out());
        assertThat(opencl.err()).contains("noisebook: engine exact, OpenCL on ");
    }

    /** A process keeps the fields that it has trained, so that the engines are in two, with folders of their own. */
    @Test
    void fieldsAndTheirSamplesAreThoseOfTheExactEngine() throws Exception {
        String words = "run interpolant-field --set field.training.steps=9 --set field.training.batchSize=20"
                + " --set field.network.width=9 --set field.base=density(target=twoModes) --set field.target=threeModes"
                + " --set field.schedule=pathSchedule(path=linear,latent=root) --set companion=none,noise"
                + " --set particles=600 --set steps=3 --set diffusions=[0] --replicas 2 --no-cache --engine ";
        Called exact = separately("exact", words);
        Called opencl = separately("opencl", words);
        assertThat(exact.status()).as(exact.err()).isZero();
        assertThat(opencl.out()).isEqualTo(exact.out());
        assertThat(opencl.err()).contains("noisebook: engine exact, OpenCL on ");
    }

    private Called separately(String engine, String words) throws Exception {
        String cache = folder.resolve(engine).toString();
        return Called.inProcess(folder, Map.of("NOISEBOOK_CACHE", cache), (words + engine).split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run interpolant --set motion=adaptive() | study interpolant does not run on OpenCL on ",
                "run interpolant --set motion=adaptive() | motion must be ode or sde to go side by side, got adaptive",
                "run interpolant-field --set field.target=pictures(dataset=fashionTest,trainSize=20) | dimension must be in [1, 128], got 784",
                "run rnn | study rnn does not run on opencl: --engine exact runs it",
                "run network --device none-such | --device none-such: OpenCL has no such device here",
                "run network --device 99 | --device 99: OpenCL has no such device here"
            })
    void whatItCannotRunIsRefusedInOneLine(String words, String answer) {
        Called refused = run(words, "--engine", "opencl");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err().lines().filter(line -> !line.startsWith("noisebook: engine ")))
                .anySatisfy(line -> assertThat(line).contains(answer));
    }

    /** A driver reads its environment once, so that this is another process. */
    @Test
    void aDeviceWithOtherBitsIsNotExact() throws Exception {
        Map<String, String> environment = Map.of("RUSTICL_ENABLE", "llvmpipe", "RUSTICL_FEATURES", "fp64");
        Called info = Called.inProcess(folder, environment, "info");
        assumeTrue(info.out().contains("llvmpipe"), "skipped: no driver of Mesa");
        assertThat(info.out().lines().filter(line -> line.contains("llvmpipe")))
                .allSatisfy(line -> assertThat(line).contains("not exact: float32 fma differs in "));
        String words = "run interpolant --engine opencl --device llvmpipe --set motion=adaptive()";
        String[] refused = words.split(" ");
        assertThat(Called.inProcess(folder, environment, refused).err())
                .contains("its results are kept apart as opencl", "noisebook: engine opencl, OpenCL on llvmpipe");
    }
}
