package org.clusca.batch;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.ProgressListener;

/**
 * Makes the lines of a table one after the other. One that makes no sense is told and left; what
 * stops the machine, such as a full disk, stops the batch, and the next call goes on.
 */
public final class Batch {
    /** What is wrong with more than one row. */
    private static final Set<ErrorCode> FATAL =
            EnumSet.of(
                    ErrorCode.CANCELLED,
                    ErrorCode.INTERRUPTED,
                    ErrorCode.CLOSED,
                    ErrorCode.IO,
                    ErrorCode.RUNTIME);

    private Batch() {}

    /** What became of a line. */
    public record Outcome(BatchTable.Line line, Optional<BatchMaker.Made> made, String error) {
        public boolean failed() {
            return made.isEmpty();
        }
    }

    /**
     * @param outcomes is told of every line, as soon as it is done
     * @throws CluscaException what stops the machine
     */
    public static void run(
            List<BatchTable.Line> table,
            BatchMaker maker,
            ProgressListener listener,
            Consumer<Outcome> outcomes) {
        for (BatchTable.Line line : table) {
            outcomes.accept(make(line, maker, listener));
        }
    }

    /**
     * One line.
     *
     * @throws CluscaException what stops the machine
     */
    public static Outcome make(BatchTable.Line line, BatchMaker maker, ProgressListener listener) {
        if (line.row().isEmpty()) {
            return new Outcome(line, Optional.empty(), line.error());
        }
        try {
            return new Outcome(line, Optional.of(maker.make(line.row().get(), listener)), "");
        } catch (CluscaException e) {
            if (FATAL.contains(e.code())) {
                throw e;
            }
            return new Outcome(line, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }
}
