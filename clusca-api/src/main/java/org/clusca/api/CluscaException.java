package org.clusca.api;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** The one exception of Clusca; its message says what, where, expected, found and what to do. */
public final class CluscaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public CluscaException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public CluscaException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
        this.code = requireNonNull(code, "code is null");
    }

    @Override
    public String getMessage() {
        return requireNonNull(super.getMessage());
    }

    public ErrorCode code() {
        return code;
    }
}
