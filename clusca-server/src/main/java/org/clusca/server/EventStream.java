package org.clusca.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.clusca.server.openai.ApiException;

/** Server-sent events, as OpenAI sends them: named by the {@code type} of their data. */
final class EventStream {
    private final Context request;
    private boolean begun;

    EventStream(Context request) {
        this.request = request;
    }

    /** Whether something was sent, so that the status can no longer change. */
    boolean begun() {
        return begun;
    }

    /**
     * @throws ApiException 499 when nobody listens any more
     */
    void send(Map<String, Object> event) {
        String text = "event: " + event.get("type") + "\ndata: " + Bodies.text(event) + "\n\n";
        try {
            if (!begun) {
                request.res().setContentType("text/event-stream");
                request.res().setCharacterEncoding("UTF-8");
                request.res().setHeader("Cache-Control", "no-store");
                request.res().setHeader("X-Accel-Buffering", "no");
                begun = true;
            }
            OutputStream output = request.res().getOutputStream();
            output.write(text.getBytes(StandardCharsets.UTF_8));
            output.flush();
        } catch (IOException e) {
            throw ApiException.gone();
        }
    }
}
