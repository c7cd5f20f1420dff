package io.pharos.clusternode.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.conf.HoconReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void aFolderIsOneNodesAndTheOtherIsToldHowToJoin() {
        try (DataDirectory held = DataDirectory.take(folder)) {
            held.tell("127.0.0.1:9090");
            assertThatThrownBy(() -> DataDirectory.take(folder))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage(
                            "another node runs on " + folder + "; to run one more in its cluster give this one its own"
                                    + " folder and the HTTP address of the other: --data DIR --port PORT --join 127.0.0.1:9090");
        }
        try (DataDirectory again = DataDirectory.take(folder)) {
            assertThat(again.path()).isEqualTo(folder);
        }
    }

    @Test
    void aNodeHasRolesThatThereAre() throws Exception {
        assertThat(NodeSettings.of(HoconReader.defaults()).roles())
                .containsExactly("ingest", "store", "query", "alert");
        assertThatThrownBy(() -> NodeSettings.of(HoconReader.read("test", "pharos.node.roles = [store, cook]")))
                .hasMessage("pharos.node.roles: there is no role 'cook'; the roles are ingest, store, query, alert");
        assertThatThrownBy(() -> NodeSettings.of(HoconReader.read("test", "pharos.node.roles = []")))
                .hasMessageStartingWith("pharos.node.roles: a node needs at least one role");
    }
}
