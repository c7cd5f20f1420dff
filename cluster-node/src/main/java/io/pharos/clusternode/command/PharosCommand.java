package io.pharos.clusternode.command;

import io.pharos.clusternode.program.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
        name = "pharos",
        description =
                "Metrics monitoring and alerting for large infrastructure: collects, stores, queries, alerts and draws.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            NodeCommand.class,
            DemoCommand.class,
            QueryCommand.class,
            StatusCommand.class,
            DrainCommand.class,
            DeleteCommand.class,
            ImportCommand.class,
            PromqlTestCommand.class,
            SimulateCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  pharos demo                       see everything at work on this machine",
            "  pharos node --data /var/lib/pharos --prometheus prometheus.yml",
            "  pharos query 'sum(rate(node_cpu_seconds_total[1m])) by (instance)'",
        })
public final class PharosCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }
}
