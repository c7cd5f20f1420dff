package io.pharos.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The configuration of {@code pharos demo}, written to a folder.
 *
 * @param prometheus scrapes the nodes themselves and names the rules
 * @param rules a recording rule, and an alerting rule for each kind of incident
 * @param alertmanager sends the alerts to the webhook printer
 */
public record DemoFiles(Path prometheus, Path rules, Path alertmanager) {
    /** Writes the files to a folder, which is created, over those of an earlier demo. */
    public static DemoFiles write(Path folder, List<Integer> httpPorts, int webhookPort) throws IOException {
        Files.createDirectories(folder);
        String targets =
                httpPorts.stream().map(port -> "'127.0.0.1:" + port + "'").collect(Collectors.joining(", "));
        return new DemoFiles(
                write(folder, "prometheus.yml", "${HTTP_TARGETS}", targets),
                write(folder, "rules.yml", "", ""),
                write(folder, "alertmanager.yml", "${WEBHOOK_PORT}", Integer.toString(webhookPort)));
    }

    private static Path write(Path folder, String name, String placeholder, String value) throws IOException {
        String text;
        try (InputStream in = DemoFiles.class.getResourceAsStream("/demo/" + name)) {
            if (in == null) {
                throw new IOException("the resource demo/" + name + " is not on the class path");
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path file = folder.resolve(name);
        Files.writeString(file, placeholder.isEmpty() ? text : text.replace(placeholder, value));
        return file;
    }
}
