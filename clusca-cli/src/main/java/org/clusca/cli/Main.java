package org.clusca.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.clusca.engine.Versions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code clusca}. */
@Command(
        name = "clusca",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        description = "Pictures from diffusion transformers, several times faster.",
        footer = {
            "",
            "Examples:",
            "  clusca generate --class sunflower",
            "  clusca compare --policies none,fora,taylorseer,clusca,balanced --class rocket --count 4",
            "  clusca generate --help",
            "",
            "Weights in 8 bits and unpacked models are kept in CLUSCA_CACHE, else in clusca in XDG_CACHE_HOME, else in ~/.cache/clusca; see 'clusca cache --help'."
        })
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Print a stack trace after an error.")
    private boolean debug;

    private Main() {}

    public static void main(String[] args) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        Interruption.install(err);
        int code = run(args, out, err, helpWidth());
        out.flush();
        err.flush();
        System.exit(code);
    }

    /**
     * Runs one command.
     *
     * @return 0, 1 when it failed, 2 for wrong usage
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, out, err, 0);
    }

    /** Of the terminal, where it is known or said; else 0. */
    private static int helpWidth() {
        String said = System.getenv("COLUMNS");
        return said != null && said.matches("[1-9][0-9]{0,3}")
                ? Integer.parseInt(said)
                : Integer.getInteger("clusca.columns", 0);
    }

    /**
     * @param helpWidth columns of help; 0 for what picocli finds
     */
    static int run(String[] args, PrintStream out, PrintStream err, int helpWidth) {
        Console console = new Console(out, err, Integer.getInteger("clusca.columns", 0));
        Main main = new Main();
        CommandLine command =
                new CommandLine(main)
                        .addSubcommand(new GenerateCommand(console))
                        .addSubcommand(new BatchCommand(console))
                        .addSubcommand(new CompareCommand(console))
                        .addSubcommand(new SweepCommand(console))
                        .addSubcommand(new CalibrateCommand(console))
                        .addSubcommand(new ServeCommand(console))
                        .addSubcommand(new InspectCommand(console))
                        .addSubcommand(new ListCommand(console))
                        .addSubcommand(new BenchCommand(console))
                        .addSubcommand(new CacheCommand(console))
                        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                        .setUsageHelpAutoWidth(helpWidth == 0)
                        // '@home, sweet home' is a prompt, not a file of arguments
                        .setExpandAtFiles(false)
                        // '--class owl --step 3': a mistyped option is no name of a class
                        .setUnmatchedOptionsAllowedAsOptionParameters(false)
                        .setParameterExceptionHandler(
                                (failure, arguments) -> Failure.usage(console, main.debug, failure))
                        .setExecutionExceptionHandler(
                                (failure, failed, result) ->
                                        Failure.execution(console, main.debug, failure));
        if (helpWidth >= NarrowHelp.OWN_LEAST) {
            command.setUsageHelpWidth(helpWidth);
        } else if (helpWidth > 0) {
            new NarrowHelp(helpWidth).install(command);
        }
        try {
            return command.execute(Arguments.tied(args));
        } catch (OutOfMemoryError | LinkageError e) {
            return Failure.execution(console, main.debug, e);
        }
    }

    /** UTF-8 whatever the locale says: class names may hold any character. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"clusca " + Versions.ofClusca()};
        }
    }
}
