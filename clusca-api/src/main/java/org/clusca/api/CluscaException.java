package org.clusca.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The one exception of Clusca; its message says what, where, expected, found and what to do. */
public final class CluscaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final Advice[] advice;

    public CluscaException(ErrorCode code, String message) {
        this(code, message, List.of(), null);
    }

    public CluscaException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, List.of(), cause);
    }

    /**
     * @param problem what is wrong, in whole sentences
     * @param advice what would help; said behind the problem
     */
    public CluscaException(ErrorCode code, String problem, List<Advice> advice) {
        this(code, problem, advice, null);
    }

    private CluscaException(
            ErrorCode code, String problem, List<Advice> advice, @Nullable Throwable cause) {
        super(requireNonNull(problem, "message is null"), cause);
        this.code = requireNonNull(code, "code is null");
        this.advice = advice.toArray(Advice[]::new);
    }

    @Override
    public String getMessage() {
        return message(Advice::words);
    }

    /** The message with advice in other words than its own, parts of a sentence. */
    public String message(Function<Advice, String> words) {
        String problem = requireNonNull(super.getMessage());
        List<String> all = advice().stream().map(words).toList();
        if (all.isEmpty()) {
            return problem;
        }
        int last = all.size() - 1;
        String most = String.join(", ", all.subList(0, last));
        return problem + " What helps: " + most + (last > 0 ? " or " : "") + all.get(last) + ".";
    }

    public ErrorCode code() {
        return code;
    }

    /** What would help, where that is known in general; else the message says it. */
    public List<Advice> advice() {
        return List.of(advice);
    }
}
