package io.pharos.promql.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.pharos.promql.script.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The scripts of Prometheus: no file may pass fewer evals than the checked-in numbers say. */
class ConformanceTest {
    @Test
    void noScriptPassesLessThanBefore() throws IOException {
        Map<String, Integer> floor = new TreeMap<>();
        for (String line : lines("passed.txt")) {
            String[] words = line.split("\\s+", -1);
            if (!line.startsWith("#") && words.length >= 2) {
                floor.put(words[0], Integer.parseInt(words[1]));
            }
        }
        List<String> report = new ArrayList<>();
        List<String> fewer = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        int passed = 0;
        int failed = 0;
        for (Map.Entry<String, Integer> file : floor.entrySet()) {
            Script.Result result = Script.run(lines(file.getKey()));
            passed += result.passed();
            failed += result.failures().size();
            report.add(String.format(
                    "%-28s %4d passed, %4d failed",
                    file.getKey(), result.passed(), result.failures().size()));
            result.failures()
                    .forEach(failure -> failures.add(file.getKey() + ":" + failure.line() + ": " + failure.eval()
                            + "\n      " + failure.difference()));
            if (result.passed() < file.getValue()) {
                fewer.add(file.getKey() + ": " + result.passed() + " instead of " + file.getValue());
            }
        }
        report.add(passed + " passed, " + failed + " failed");
        report.add("");
        report.addAll(failures);
        Files.write(Path.of("target", "conformance.txt"), report);
        assertThat(fewer).as("see target/conformance.txt").isEmpty();
    }

    private static List<String> lines(String name) throws IOException {
        try (InputStream in = ConformanceTest.class.getResourceAsStream("/promqltest/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        }
    }
}
