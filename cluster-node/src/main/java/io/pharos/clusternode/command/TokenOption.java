package io.pharos.clusternode.command;

import io.pharos.clusternode.program.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The shared token of a cluster that asks for one. It is read from a file: a command line can be seen by everybody. */
final class TokenOption {
    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The bearer token to send, in the first line of a file.")
    private @Nullable Path file;

    /** The token; null where no file was named. */
    @Nullable
    String read() {
        Path named = file;
        if (named == null) {
            return null;
        }
        try {
            String token =
                    Files.readString(named).lines().findFirst().orElse("").strip();
            if (token.isEmpty()) {
                throw new CommandFailure("the token file " + named + " has an empty first line");
            }
            return token;
        } catch (IOException e) {
            throw new CommandFailure("the token file " + named + " cannot be read: " + CommandFailure.sentence(e), e);
        }
    }
}
