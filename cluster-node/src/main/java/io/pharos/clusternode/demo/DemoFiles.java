package io.pharos.clusternode.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration of the demo, written where its user can read and change it. */
final class DemoFiles {
    private DemoFiles() {}

    /** Writes prometheus.yml, rules.yml and alertmanager.yml into a folder. */
    static void write(Path folder, String httpTarget, int webhookPort) throws IOException {
        Files.createDirectories(folder);
        for (String name : new String[] {"prometheus.yml", "rules.yml", "alertmanager.yml"}) {
            String text = resource("/demo/" + name)
                    .replace("${HTTP_TARGETS}", "'" + httpTarget + "'")
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
