package io.pharos.clusternode.command;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.httpapi.security.AccessTokens;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The shared token of a cluster that asks for one. It is read from a file: a command line can be seen by everybody. */
final class TokenOption {
    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:PHAROS_TOKEN_FILE}",
            description =
                    "The token to send, in the first line of a file (default: the file that PHAROS_TOKEN_FILE names).")
    private @Nullable Path file;

    /** The token; null where no file was named. */
    @Nullable
    String read() {
        Path named = file;
        try {
            return named == null ? null : AccessTokens.first(named);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
