package io.pharos.httpapi.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTokensTest {
    private static final String OLD = "an-old-token-of-many-letters";
    private static final String NEW = "c29tZSBuZXcgdG9rZW4gb2Ygb3Vycw==";

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("token"), text);
    }

    @Test
    void everyLineIsTakenAndTheFirstIsSent() throws IOException {
        Path file = file(NEW + "\r\n\n  " + OLD + " \n");
        AccessTokens tokens = AccessTokens.read(Optional.of(file));
        assertThat(AccessTokens.first(file)).isEqualTo(NEW);
        assertThat(tokens.isRequired()).isTrue();
        assertThat(tokens.accepts("Bearer " + NEW)).isTrue();
        assertThat(tokens.accepts("bearer   " + OLD + " ")).isTrue();
    }

    @Test
    void nothingElseIsTaken() throws IOException {
        AccessTokens tokens = AccessTokens.read(Optional.of(file(OLD)));
        assertThat(tokens.accepts("")).isFalse();
        assertThat(tokens.accepts("Bearer ")).isFalse();
        assertThat(tokens.accepts(OLD)).isFalse();
        assertThat(tokens.accepts("Basic " + OLD)).isFalse();
        assertThat(tokens.accepts("Bearer " + OLD.substring(1))).isFalse();
        assertThat(tokens.accepts("Bearer " + OLD + "x")).isFalse();
        assertThat(tokens.accepts("Bearer " + NEW)).isFalse();
    }

    @Test
    void withoutAFileAnybodyMayCall() {
        assertThat(AccessTokens.read(Optional.empty()).isRequired()).isFalse();
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWithItsLineAndWithoutTheToken() throws IOException {
        assertThatThrownBy(() -> AccessTokens.read(Optional.of(folder.resolve("absent"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absent cannot be read");
        assertFault("\n \n", "has 0 tokens");
        assertFault("x".repeat(70_000), "is larger than 64 KiB");
        assertFault((OLD + "\n").repeat(11), "has 11 tokens");
        assertFault(OLD + "\nshort\n", "line 2: a token has 16 to 1024");
        assertFault("with a blank in the middle of it", "line 1");
    }

    private void assertFault(String text, String fault) throws IOException {
        Path file = file(text);
        assertThatThrownBy(() -> AccessTokens.read(Optional.of(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the token file " + file)
                .hasMessageContaining(fault)
                .hasMessageNotContaining("short\n")
                .hasMessageNotContaining("blank");
    }
}
