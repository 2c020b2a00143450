package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Npy;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class RegimeCommandTest {
    private static final int N = 12;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeKernels() throws IOException {
        Stream stream = Streams.of(1).at("kernels");
        double[] rows = new double[N * 5];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = stream.nextGaussian();
        }
        for (int file = 0; file < 3; file++) {
            for (int k = 0; k < rows.length; k++) {
                rows[k] *= 1 + file * 0.3 * stream.nextDouble();
            }
            Npy.write(folder.resolve("jacobian" + file + ".npy"), rows, N, 5);
            Npy.write(folder.resolve("x" + file + ".npy"), rows, N, 5);
        }
        Npy.write(folder.resolve("y.npy"), new double[N], N);
        Npy.write(folder.resolve("short.npy"), new double[2], 2);
        Files.writeString(folder.resolve("text.npz"), "not an archive");
    }

    private Called run(String line) {
        String place = folder.toString();
        return Called.with(("regime " + line).replace("@", place + "/").split(" "));
    }

    @Test
    void theFirstLineIsTheVerdict() {
        Called run = run("@jacobian0.npy @jacobian2.npy");
        assertThat(run.status()).isZero();
        assertThat(run.out()).startsWith("verdict: ").contains("left out: the linearisation");
        assertThat(run("@x0.npy @x2.npy --role x0=jacobian --role x2=jacobian")
                        .out()
                        .lines()
                        .findFirst())
                .isEqualTo(run.out().lines().findFirst());
    }

    @Test
    void theReportIsWritten() throws IOException {
        Called run = run("@jacobian0.npy @jacobian1.npy @jacobian2.npy --out @report");
        assertThat(run.status()).isZero();
        Path report = folder.resolve("report");
        assertThat(report.resolve("figure.svg")).content().contains("ΔΘ, not deciding");
        assertThat(report.resolve("regime.html")).content().contains("<svg").contains("<h1>verdict: ");
        assertThat(report.resolve("stops.csv")).content().contains("jacobian1.npy");
        assertThat(report.resolve("regime.txt"))
                .content()
                .isEqualTo(run.out().substring(0, run.out().indexOf("\nWritten")));
    }

    @Test
    void wrongCallsAreOneLine() {
        refused(1, "@jacobian0.npy", "or a file of the whole training: python environment/export/checkpoint_torch.py");
        refused(2, "", "FILE");
        refused(1, "@jacobian0.npy @missing.npy", "no such file");
        refused(1, "@jacobian0.npy @text.npz", "not an .npy, .npz or .safetensors file");
        refused(1, "@jacobian0.npy @x1.npy", "name its role by --role 'x1=hidden'");
        refused(2, "@jacobian0.npy @x1.npy --role x1=thing", "--role must be one of hidden, jacobian");
        refused(1, "@jacobian0.npy @jacobian1.npy --targets @short.npy", "targets: 2 rows for 12 probes");
        refused(1, "@jacobian0.npy @", "it is a folder");
        refused(2, "@jacobian0.npy @jacobian1.npy --infinite gelu:3", "must be relu, erf or linear");
        refused(2, "@jacobian0.npy @jacobian1.npy --infinite relu", "such as relu:3, got 'relu'");
        refused(2, "@jacobian0.npy @jacobian1.npy --infinite relu:0", "such as relu:3, got 'relu:0'");
        refused(1, "@jacobian0.npy @jacobian1.npy --infinite relu:3", "no array of role inputs");
    }

    /** What another program's format holds is not asked for; the answer is the line to type. */
    @Test
    void weightsAloneAreAnsweredWithTheLineToType() throws IOException {
        for (String file : new String[] {"before.pt", "after.pt", "net.onnx", "model", "runs.csv", "net.h5"}) {
            Files.writeString(folder.resolve(file), "weights");
        }
        refused(
                1,
                "@before.pt @after.pt",
                "before.pt: weights alone give no verdict; export outputs and derivatives from the network itself. Type: python"
                        + " environment/export/checkpoint_torch.py MODULE:NAME " + folder.resolve("before.pt") + " "
                        + folder.resolve("after.pt")
                        + " x.pt training.npz && environment/noisebook regime training.npz");
        refused(1, "@model @jacobian0.npy", "Type: python environment/export/checkpoint_torch.py");
        refused(1, "@net.onnx", "this format holds no derivatives; export outputs");
        refused(
                1,
                "@runs.csv",
                "runs.csv: a table, not a network. For a table of runs, type: environment/noisebook compare runs.csv");
        refused(1, "@net.h5", "net.h5: weights of Keras alone give no verdict; export outputs and derivatives");
        assertThat(run("@runs.csv").err() + run("@net.h5").err()).doesNotContain("checkpoint_torch");
        refused(1, "@none.pt", "no such file");
    }

    private void refused(int exit, String line, String message) {
        Called run = run(line);
        assertThat(run.status()).as(line).isEqualTo(exit);
        assertThat(run.err()).contains(message);
        assertThat(run.err()
                        .lines()
                        .filter(text -> text.startsWith("noisebook"))
                        .count())
                .isLessThanOrEqualTo(1);
        assertThat(run.err()).doesNotContain("Exception");
    }
}
