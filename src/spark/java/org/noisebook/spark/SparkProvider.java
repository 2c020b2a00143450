package org.noisebook.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.noisebook.experiment.Runner;
import org.noisebook.experiment.RunnerProvider;

/** Connects to Spark under the name {@code spark}. */
public final class SparkProvider implements RunnerProvider {
    private static final int PATIENCE_MILLIS = 5000;
    private static final String VECTOR = "--add-modules=jdk.incubator.vector";
    private static final String FORM =
            "local(\\[.+])?|local-cluster\\[.+]|spark://.+:\\d{1,5}(,.+:\\d{1,5})*|yarn|k8s://.+";

    /** For the service loader. */
    public SparkProvider() {}

    @Override
    public String name() {
        return "spark";
    }

    @Override
    public Runner open(Optional<String> master) throws IOException {
        try {
            Class.forName("org.apache.spark.SparkConf");
        } catch (ClassNotFoundException e) {
            throw new IOException(
                    "--runner spark: there is no Spark on the class path: start the kit by spark-submit", e);
        }
        SparkConf conf = new SparkConf();
        master.ifPresent(conf::setMaster);
        if (!conf.contains("spark.master")) {
            throw new IllegalArgumentException("--runner spark needs --master, such as spark://host:7077 or local[4]");
        }
        String url = conf.get("spark.master");
        if (!url.matches(FORM)) {
            throw new IllegalArgumentException(
                    "--master must be spark://HOST:PORT, local[N], yarn or k8s://HOST:PORT, got '" + url + "'");
        }
        if (url.startsWith("spark://")) {
            reach(url);
        }
        if (!conf.contains("spark.app.name") || conf.get("spark.app.name").startsWith("org.noisebook")) {
            conf.setAppName("noisebook");
        }
        conf.setIfMissing("spark.log.level", "FATAL");
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            String flags = conf.get("spark.executor.extraJavaOptions", "");
            conf.set("spark.executor.extraJavaOptions", flags.contains(VECTOR) ? flags : flags + " " + VECTOR);
        }
        if (!conf.contains("spark.jars")) {
            jar().ifPresent(jar -> conf.setJars(new String[] {jar.toString()}));
        }
        try {
            return new SparkRunner(new JavaSparkContext(conf));
        } catch (RuntimeException e) {
            throw new IOException("--master " + url + ": Spark does not start: " + SparkRunner.firstLine(e), e);
        }
    }

    /** Finds out at once what Spark takes a minute to. */
    private static void reach(String url) throws IOException {
        IOException last = new IOException("no address");
        for (String address : url.substring("spark://".length()).split(",")) {
            int colon = address.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                socket.connect(
                        new InetSocketAddress(
                                address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                        PATIENCE_MILLIS);
                return;
            } catch (IOException | IllegalArgumentException e) {
                last = new IOException(e instanceof java.net.UnknownHostException ? "no such host" : e.getMessage(), e);
            }
        }
        throw new IOException("--master " + url + " cannot be reached: " + last.getMessage(), last);
    }

    /** The kit as one jar: the one this comes from, else the profile's in the checkout. */
    private static Optional<Path> jar() {
        Path built = Path.of(System.getProperty("noisebook.home", ""), "target", "noisebook-spark.jar");
        try {
            File from = new File(SparkProvider.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Stream.of(from.toPath(), built).filter(Files::isRegularFile).findFirst();
        } catch (URISyntaxException e) {
            return Optional.of(built).filter(Files::isRegularFile);
        }
    }
}
