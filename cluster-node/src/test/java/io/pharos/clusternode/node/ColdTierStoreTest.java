package io.pharos.clusternode.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.pharos.clusternode.program.CommandFailure;
import io.pharos.sharding.cold.Cold;
import io.pharos.sharding.tier.TierRules;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdTierStoreTest {
    private static Optional<Cold> open(String cold) {
        Config config = ConfigFactory.parseString("pharos.storage.cold { " + cold + " }")
                .withFallback(ConfigFactory.parseResources("pharos/reference.conf"))
                .resolve();
        return ColdTierStore.open(config, TierRules.of(config), InstantSource.system());
    }

    @Test
    void itIsOffByDefault() {
        assertThat(open("")).isEmpty();
    }

    @Test
    void aFolderIsOpened(@TempDir Path folder) {
        Cold cold = open("kind = directory, directory = \"" + folder.resolve("cold") + "\"")
                .orElseThrow();
        assertThat(folder.resolve("cold")).isDirectory();
        assertThat(cold.settings().retention()).hasDays(365);
        cold.store().close();
    }

    @Test
    void whatIsWrongIsSaidWithItsPlace(@TempDir Path folder) {
        String directory = "kind = directory, directory = \"" + folder + "\", ";
        assertThatThrownBy(() -> open("kind = tape"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("pharos.storage.cold.kind is 'tape': there are none, directory and s3")
                .hasMessageContaining("String");
        assertThatThrownBy(() -> open("kind = directory"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("directory names no folder");
        assertThatThrownBy(() -> open(directory + "retention = 5d"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("longer than that of raw samples");
        assertThatThrownBy(() -> open(directory + "retention = 366d"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("longer than that of every entry");
        assertThatThrownBy(() -> open(directory + "part-size = 3"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("part-size");
        assertThatThrownBy(() -> open(directory + "interval = soon"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("interval");
    }
}
