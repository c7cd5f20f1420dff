package io.pharos.clusternode.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration of the demo, written where its user can read and change it. */
final class DemoFiles {
    private DemoFiles() {}

    /** Writes prometheus.yml, rules.yml and alertmanager.yml into a folder. */
    static void write(Path folder, List<URI> nodes, int webhookPort) throws IOException {
        Files.createDirectories(folder);
        String targets =
                nodes.stream().map(node -> "'" + node.getAuthority() + "'").collect(Collectors.joining(", "));
        for (String name : new String[] {"prometheus.yml", "rules.yml", "alertmanager.yml"}) {
            String text = resource("/demo/" + name)
                    .replace("${HTTP_TARGETS}", targets)
                    .replace("${WEBHOOK_PORT}", Integer.toString(webhookPort));
            Files.writeString(folder.resolve(name), text);
        }
    }

    private static String resource(String path) throws IOException {
        try (InputStream in = DemoFiles.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IOException("the distribution lacks " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
