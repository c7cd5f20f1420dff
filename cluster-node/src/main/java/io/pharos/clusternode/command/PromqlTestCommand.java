package io.pharos.clusternode.command;

import io.pharos.clusternode.program.CommandFailure;
import io.pharos.clusternode.program.Version;
import io.pharos.promql.script.Script;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs scripts that load series and say what queries answer, without any server. */
@Command(
        name = "promqltest",
        description = {
            "Runs scripts in the format of Prometheus' promqltest on the query engine alone: a line per file, then the sum.",
            "Every instant is also asked for with @ at other times and as the middle of a range."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Exit status: 0 all passed, 1 some failed or a file cannot be read."})
final class PromqlTestCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Scripts.")
    private List<Path> files = List.of();

    @Option(names = "--verbose", description = "Show for each eval that failed what was expected and what came.")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int passed = 0;
        int failed = 0;
        for (Path file : files) {
            Script.Result result = run(file);
            passed += result.passed();
            failed += result.failures().size();
            out.println(file + ": " + result.passed() + " passed, "
                    + result.failures().size() + " failed");
            if (verbose) {
                for (Script.Failure failure : result.failures()) {
                    out.println("  line " + failure.line() + ": " + failure.eval());
                    out.println("      " + failure.difference());
                }
            }
        }
        out.println(passed + " passed, " + failed + " failed");
        out.flush();
        return failed == 0 ? 0 : 1;
    }

    private static Script.Result run(Path file) {
        try {
            return Script.run(Files.readAllLines(file));
        } catch (NoSuchFileException missing) {
            throw new CommandFailure("no such file: " + file, missing);
        } catch (IOException unreadable) {
            throw new CommandFailure("cannot read " + file + ": " + CommandFailure.sentence(unreadable), unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(file + ": " + wrong.getMessage(), wrong);
        }
    }
}
