package io.pharos.clusternode;

import io.pharos.clusternode.command.PharosCommand;
import io.pharos.clusternode.program.CommandFailure;
import picocli.CommandLine;

/** The one program: everything Pharos does starts here. */
public final class Main {
    private Main() {}

    /** Runs a command; the exit code is 0 for done, 1 for a failure said in one line, 2 for wrong usage. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new PharosCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, command, result) -> {
                    command.getErr().println("pharos: " + CommandFailure.sentence(failure));
                    return 1;
                });
        line.setParameterExceptionHandler((failure, given) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr().println("pharos: " + failure.getMessage());
            command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
            return 2;
        });
        System.exit(line.execute(arguments));
    }
}
