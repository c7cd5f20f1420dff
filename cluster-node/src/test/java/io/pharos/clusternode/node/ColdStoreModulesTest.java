package io.pharos.clusternode.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.timeseries.store.ColdStore;
import io.pharos.timeseries.store.ColdStoreProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdStoreModulesTest {
    /** Of a kind that only a folder names. */
    public static final class Attic implements ColdStoreProvider {
        /** For the service loader. */
        public Attic() {}

        @Override
        public String kind() {
            return "attic";
        }

        @Override
        public ColdStore open(Map<String, String> settings) throws IOException {
            throw new IOException("the attic is full: " + settings);
        }
    }

    private static void module(Path lib, String kind, String provider) throws IOException {
        Path folder = Files.createDirectories(lib.resolve("cold-" + kind));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("module.jar")))) {
            jar.putNextEntry(new ZipEntry("META-INF/services/" + ColdStoreProvider.class.getName()));
            jar.write(provider.getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }
    }

    @Test
    void aModuleIsFoundInItsFolder(@TempDir Path lib) throws IOException {
        assertThat(ColdStoreModules.find("attic", lib)).isEmpty();
        module(lib, "attic", Attic.class.getName());
        assertThat(ColdStoreModules.find("attic", lib)).containsInstanceOf(Attic.class);
        assertThat(ColdStoreModules.find("../attic", lib)).isEmpty();
    }

    @Test
    void aFolderWithoutItsAdapterIsSaid(@TempDir Path lib) throws IOException {
        module(lib, "cellar", Attic.class.getName());
        assertThatThrownBy(() -> ColdStoreModules.find("cellar", lib))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cold-cellar has no adapter")
                .hasMessageContaining("cellar");
        module(lib, "broken", "io.pharos.NoSuchClass");
        assertThatThrownBy(() -> ColdStoreModules.find("broken", lib))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cold-broken cannot be loaded")
                .hasMessageContaining("NoSuchClass");
    }
}
