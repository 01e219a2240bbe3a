package org.clusca.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.clusca.server.openai.ApiException;

/** Bodies of requests and answers. */
final class Bodies {
    /** In which a body must have come. */
    private static final Duration SLOWEST = Duration.ofSeconds(30);

    static final String JSON = "application/json";

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private Bodies() {}

    /**
     * The body of a request, which must be JSON by what its header says: a web page elsewhere
     * cannot send that without being asked.
     *
     * @throws ApiException 408, 413 or 415
     */
    static byte[] read(Context request, int most) {
        String type = request.contentType();
        if (type == null || !type.strip().toLowerCase(Locale.ROOT).startsWith(JSON)) {
            throw ApiException.refused(
                    415, "unsupported_media_type", "The body must be application/json.");
        }
        try {
            InputStream input = request.req().getInputStream();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            byte[] some = new byte[8192];
            long end = System.nanoTime() + SLOWEST.toNanos();
            for (int read = input.read(some); read >= 0; read = input.read(some)) {
                body.write(some, 0, read);
                if (body.size() > most) {
                    throw broken(
                            request,
                            ApiException.refused(
                                    413,
                                    "request_too_large",
                                    "The body must have at most " + most + " bytes."));
                }
                if (System.nanoTime() > end) {
                    throw new IOException("too slow");
                }
            }
            return body.toByteArray();
        } catch (IOException e) {
            throw broken(
                    request,
                    ApiException.refused(
                            408, "incomplete_body", "The body broke off, or came too slowly."));
        }
    }

    /** What is left of the body is not read. */
    private static ApiException broken(Context request, ApiException failure) {
        request.header("Connection", "close");
        return failure;
    }

    static String text(Map<String, Object> json) {
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Not a JSON value", e);
        }
    }

    static void answer(Context request, Map<String, Object> json) {
        request.contentType(JSON).result(text(json));
    }

    /** What has no characters, and so no character set. */
    static void answer(Context request, String type, InputStream content) {
        request.contentType(type).result(content);
        request.res().setCharacterEncoding(null);
    }

    static void fail(Context request, ApiException failure) {
        request.status(failure.status());
        if (failure.retryAfter() > 0) {
            request.header("Retry-After", Integer.toString(failure.retryAfter()));
        }
        answer(request, failure.body());
    }
}
