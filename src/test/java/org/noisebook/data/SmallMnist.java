package org.noisebook.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Puts twenty images under MNIST's names into the sandbox's data folder, for full editions on planted results. */
public final class SmallMnist implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path folder = Files.createDirectories(DataLibrary.standard().folder(DataSource.MNIST));
        // Moved there, as another process of tests may read them.
        Path made = DataFiles.mnist(Files.createTempDirectory(folder, "made"));
        List<Path> files;
        try (Stream<Path> all = Files.list(made)) {
            files = all.toList();
        }
        for (Path file : files) {
            Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.delete(made);
        Files.delete(made.getParent());
    }
}
