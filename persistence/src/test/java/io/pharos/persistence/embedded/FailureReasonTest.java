package io.pharos.persistence.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dead child's log is read as. */
class FailureReasonTest {
    @TempDir
    private Path data;

    @Test
    void knownCausesAreNamed() throws IOException {
        ServerFolder folder = ServerFolder.in(data);
        Files.writeString(folder.log(), "ERROR [main] java.io.IOException: No space left on device\n");
        assertThat(FailureReason.of(folder, 0)).isEqualTo("the disk of " + folder.root() + " is full");
    }

    @Test
    void anEarlierRunsFailureIsNotTakenForThisOne() throws IOException {
        ServerFolder folder = ServerFolder.in(data);
        Files.writeString(folder.log(), "ERROR [main] java.io.IOException: No space left on device\n");
        long from = FailureReason.length(folder.log());
        Files.writeString(folder.log(), "ERROR [main] strange\n\tat x\n", StandardOpenOption.APPEND);
        assertThat(FailureReason.of(folder, from)).isEqualTo("ERROR [main] strange");
        assertThat(FailureReason.of(folder, FailureReason.length(folder.log()))).isEqualTo("it gave no reason");
    }

    @Test
    void thisJavaIsFoundAndAFolderWithoutOneIsNot() {
        assertThat(JavaHomes.inspect(Path.of(System.getProperty("java.home"))))
                .map(JavaHomes.JavaHome::release)
                .hasValue(Runtime.version().feature());
        assertThat(JavaHomes.inspect(data)).isEmpty();
    }
}
