package org.clusca.cli;

import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Any failure as one line and an exit code: 1 when the work failed, 2 for a wrong usage. */
final class Failure {
    static final int FAILED = 1;
    static final int USAGE = 2;

    private Failure() {}

    /** What a command threw. */
    static int execution(Console console, boolean debug, Throwable failure) {
        print(console, message(failure));
        if (debug) {
            failure.printStackTrace(console.err());
        }
        return FAILED;
    }

    /** What the options made no sense of. */
    static int usage(Console console, boolean debug, ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        String message = failure.getMessage();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            message += near(unmatched);
        }
        print(console, message + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
        if (debug) {
            failure.printStackTrace(console.err());
        }
        return USAGE;
    }

    private static String near(UnmatchedArgumentException failure) {
        String suggestions = String.join(", ", failure.getSuggestions());
        return suggestions.isEmpty() ? "" : "; did you mean " + suggestions + "?";
    }

    private static String message(Throwable failure) {
        if (failure instanceof CluscaException known) {
            return known.message(OptionAdvice::words) + outcome(known.code());
        }
        if (failure instanceof OutOfMemoryError) {
            return "Not enough memory ("
                    + failure.getMessage()
                    + "): generate fewer images at once, or give Java more, e.g."
                    + " CLUSCA_JAVA_OPTS='-Xmx4g -XX:MaxDirectMemorySize=16g'.";
        }
        return "Unexpected "
                + failure.getClass().getSimpleName()
                + (failure.getMessage() == null ? "" : ": " + failure.getMessage())
                + ". This is a fault of Clusca; run it again with --debug and report what it prints.";
    }

    /** What became of the work that was given up. */
    private static String outcome(ErrorCode code) {
        return switch (code) {
            case TIMED_OUT ->
                    " Nothing was written; --timeout allows more time, --steps takes less.";
            case CANCELLED -> " Nothing was written.";
            case INTERRUPTED -> " Nothing was written; run it again.";
            case CLOSED ->
                    " That it was closed too early is a fault of Clusca; run it again with --debug and"
                            + " report what it prints.";
            case NOT_FOUND,
                    CORRUPT_FILE,
                    INVALID_MODEL,
                    UNKNOWN_NAME,
                    INVALID_PARAMETER,
                    INCOMPATIBLE,
                    NOT_FINITE,
                    OUT_OF_MEMORY,
                    IO,
                    RUNTIME ->
                    "";
        };
    }

    private static void print(Console console, String message) {
        console.err().println("clusca: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
