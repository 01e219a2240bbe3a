package org.clusca.server.openai;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What is answered with an error in OpenAI's form. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Status of {@link #gone}. */
    public static final int GONE = 499;

    private static final String INVALID = "invalid_request_error";

    private final int status;
    private final String type;
    private final @Nullable String code;
    private final @Nullable String param;
    private final int retryAfter;

    private ApiException(
            int status,
            String type,
            @Nullable String code,
            @Nullable String param,
            String message,
            int retryAfter,
            @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
    }

    /**
     * 400.
     *
     * @param param field at fault, or null
     */
    public static ApiException invalid(@Nullable String param, String message) {
        return invalid(param, "invalid_value", message);
    }

    public static ApiException invalid(@Nullable String param, String code, String message) {
        return new ApiException(400, INVALID, code, param, message, 0, null);
    }

    /** 401. */
    public static ApiException wrongToken(String message) {
        return new ApiException(401, INVALID, "invalid_api_key", null, message, 0, null);
    }

    /** 403. */
    public static ApiException forbidden(String message) {
        return new ApiException(403, INVALID, "forbidden", null, message, 0, null);
    }

    /** 404. */
    public static ApiException notFound(String code, @Nullable String param, String message) {
        return new ApiException(404, INVALID, code, param, message, 0, null);
    }

    /** 405, 413, 415 and the like. */
    public static ApiException refused(int status, String code, String message) {
        return new ApiException(status, INVALID, code, null, message, 0, null);
    }

    /**
     * 429.
     *
     * @param seconds after which it may be tried again
     */
    public static ApiException full(int waiting, int seconds) {
        return new ApiException(
                429,
                "rate_limit_error",
                "queue_full",
                null,
                waiting + " requests wait already; try again in " + seconds + " s.",
                seconds,
                null);
    }

    /** 499, as nginx has it; nobody reads it but those who closed only their side. */
    public static ApiException gone() {
        return new ApiException(
                GONE,
                INVALID,
                "client_closed_request",
                null,
                "The client closed its side of the connection, so its work was stopped; keep it"
                        + " open until the answer has come.",
                0,
                null);
    }

    /** Whatever else may fail while a request is worked on. */
    public static ApiException of(Throwable failure) {
        if (failure instanceof ApiException known) {
            return known;
        }
        if (failure instanceof CluscaException known) {
            return of(known);
        }
        boolean memory = failure instanceof OutOfMemoryError;
        return new ApiException(
                memory ? 503 : 500,
                "server_error",
                memory ? "out_of_memory" : "internal_error",
                null,
                memory
                        ? "The service has not enough memory (" + failure.getMessage() + ")."
                        : "Unexpected "
                                + failure.getClass().getSimpleName()
                                + ". This is a fault of Clusca.",
                0,
                failure);
    }

    private static ApiException of(CluscaException failure) {
        ErrorCode code = failure.code();
        String word = code.name().toLowerCase(Locale.ROOT);
        int status = status(code);
        return new ApiException(
                status,
                status < 500 ? INVALID : "server_error",
                word,
                null,
                String.valueOf(failure.getMessage()),
                code == ErrorCode.CLOSED ? 10 : 0,
                failure);
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case INVALID_PARAMETER, INCOMPATIBLE, UNKNOWN_NAME -> 400;
            case CANCELLED -> GONE;
            case TIMED_OUT -> 504;
            case NOT_FOUND, CORRUPT_FILE, INVALID_MODEL, IO, OUT_OF_MEMORY, CLOSED -> 503;
            case NOT_FINITE, INTERRUPTED, RUNTIME -> 500;
        };
    }

    /** A word for the failure. */
    public String code() {
        return code == null ? "" : code;
    }

    public int status() {
        return status;
    }

    /** Seconds; 0 where that is not known. */
    public int retryAfter() {
        return retryAfter;
    }

    /** {@code {"error": {"message": ..., "type": ..., "param": ..., "code": ...}}}. */
    public Map<String, Object> body() {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", getMessage());
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        return Map.of("error", error);
    }
}
