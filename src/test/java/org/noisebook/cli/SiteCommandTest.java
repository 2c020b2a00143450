package org.noisebook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteCommandTest {
    @Test
    void wrongUsageIsSaid(@TempDir Path folder) {
        assertThat(Called.with("site", "--root", folder.toString())).satisfies(called -> {
            assertThat(called.status()).isEqualTo(2);
            assertThat(called.err()).contains("--root must be a checkout of the kit with a folder src/site, got ");
        });
        assertThat(Called.with("site", "--serve", "70000")).satisfies(called -> {
            assertThat(called.status()).isEqualTo(2);
            assertThat(called.err()).contains("--serve must be in [0, 65535], got 70000");
        });
    }
}
