package io.pharos.clusternode.command;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Posts files of samples to a running node, in pieces of whole lines. */
@Command(
        name = "import",
        description =
                "Stores the samples of files: JSON lines (*.jsonl, *.json), Prometheus text (*.prom, *.txt), CSV (*.csv);"
                        + " *.gz is uncompressed first.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  pharos import export.jsonl.gz",
            "  pharos import --format 1:time:unix_s,2:label:host,3:metric:load1 load.csv",
        })
final class ImportCommand implements Callable<Integer> {
    private static final int PIECE_BYTES = 32 << 20;
    private static final Duration PAUSE_MIN = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "The files.")
    private List<Path> files = List.of();

    @Option(
            names = "--format",
            paramLabel = "COLUMNS",
            description =
                    "What the columns of CSV mean: COLUMN:metric:NAME, COLUMN:label:NAME, COLUMN:time:FORMAT, by commas.")
    private String format = "";

    @Option(
            names = "--retry-for",
            paramLabel = "DURATION",
            defaultValue = "10m",
            converter = DurationConverter.class,
            description = "For so long a piece is sent again where a node is busy or away (default: ${DEFAULT-VALUE}).")
    private Duration retryFor = Duration.ofMinutes(10);

    @Override
    public Integer call() {
        boolean whole = true;
        for (Path file : files) {
            whole &= send(file);
        }
        return whole ? 0 : 1;
    }

    private boolean send(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean packed = name.endsWith(".gz");
        String plain = packed ? name.substring(0, name.length() - 3) : name;
        Map<String, String> parameters = new LinkedHashMap<>();
        String path = "/api/v1/import";
        if (plain.endsWith(".csv")) {
            if (format.isEmpty()) {
                throw new CommandFailure(file + ": --format must say what the columns of CSV mean");
            }
            path = "/api/v1/import/csv";
            parameters.put("format", format);
        } else if (plain.endsWith(".prom") || plain.endsWith(".txt")) {
            path = "/api/v1/import/prometheus";
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean good = true;
        long stored = 0;
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 20);
                InputStream in = packed ? new GZIPInputStream(raw, 1 << 16) : raw) {
            byte[] rest = {};
            for (boolean more = true; more; ) {
                byte[] read = in.readNBytes(PIECE_BYTES);
                more = read.length == PIECE_BYTES;
                int end = more ? lastLineEnd(read) : read.length;
                ByteArrayOutputStream piece = new ByteArrayOutputStream(rest.length + end);
                piece.write(rest, 0, rest.length);
                piece.write(read, 0, end);
                rest = java.util.Arrays.copyOfRange(read, end, read.length);
                HttpResponse<String> answer = post(file, path, parameters, piece.toByteArray());
                stored += answer.headers()
                        .firstValueAsLong("X-Pharos-Samples-Stored")
                        .orElse(0);
                if (answer.statusCode() / 100 != 2) {
                    good = false;
                    spec.commandLine()
                            .getErr()
                            .println(file + ": " + answer.body().strip());
                    if (answer.statusCode() != 400) {
                        break;
                    }
                }
                if (more) {
                    out.println(String.format(Locale.ROOT, "%s: %,d samples so far", file, stored));
                    out.flush();
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + CommandFailure.sentence(e), e);
        }
        out.println(String.format(Locale.ROOT, "%s: %,d samples stored", file, stored));
        out.flush();
        return good;
    }

    /**
     * Sends a piece until it is decided. A node that is busy, or has shards on their way, says when to come again (503, 429), and to
     * send the piece again is harmless: what is stored of it already is a repeat. So the import goes on exactly where it was.
     */
    private HttpResponse<String> post(Path file, String path, Map<String, String> parameters, byte[] piece) {
        long giveUpNanos = System.nanoTime() + retryFor.toNanos();
        Duration pause = PAUSE_MIN;
        while (true) {
            HttpResponse<String> answer = null;
            CommandFailure failure = null;
            try {
                answer = server.post(path, parameters, piece);
            } catch (CommandFailure failed) {
                if (!(failed.getCause() instanceof IOException)) {
                    throw failed;
                }
                failure = failed;
            }
            if (answer != null && answer.statusCode() != 503 && answer.statusCode() != 429) {
                return answer;
            }
            Duration wait = answer == null ? pause : retryAfter(answer, pause);
            if (System.nanoTime() + wait.toNanos() - giveUpNanos > 0) {
                if (answer == null) {
                    throw java.util.Objects.requireNonNull(failure);
                }
                return answer;
            }
            String why = answer == null
                    ? String.valueOf(java.util.Objects.requireNonNull(failure).getMessage())
                    : answer.body().strip();
            spec.commandLine().getErr().println(file + ": again in " + wait.toMillis() / 1000.0 + " s: " + why);
            pause(wait);
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
        }
    }

    /** What the node asks for, within reason; a date is not understood and not sent by nodes. */
    private static Duration retryAfter(HttpResponse<String> answer, Duration otherwise) {
        try {
            String asked = answer.headers().firstValue("Retry-After").orElse("");
            Duration wait = asked.isEmpty() ? otherwise : Duration.ofSeconds(Long.parseLong(asked.strip()));
            return wait.isNegative() || wait.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : wait;
        } catch (NumberFormatException noSeconds) {
            return otherwise;
        }
    }

    private static void pause(Duration wait) {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    /** The place after the last line feed; all where there is none, so that a line longer than a piece is refused by name. */
    private static int lastLineEnd(byte[] bytes) {
        for (int i = bytes.length; i > 0; i--) {
            if (bytes[i - 1] == '\n') {
                return i;
            }
        }
        return bytes.length;
    }
}
