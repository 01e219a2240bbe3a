package org.clusca.server;

import io.javalin.http.Context;
import java.util.function.Consumer;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.server.model.ModelStore;
import org.clusca.server.model.OpenModel;
import org.clusca.server.openai.ApiException;
import org.clusca.server.queue.Event;
import org.clusca.server.queue.Job;
import org.clusca.server.queue.Wanted;
import org.clusca.server.queue.WorkQueue;

/** Checks what is asked for, has it made, and follows it as long as its client is there. */
final class Work {
    /** How soon it is noticed that a client went away. */
    private static final long LOOK = 50;

    private static final int RETRY = 5;

    private final WorkQueue queue;
    private final ModelStore models;

    Work(WorkQueue queue, ModelStore models) {
        this.queue = queue;
        this.models = models;
    }

    /**
     * What is wanted, once the model is known; nothing is loaded.
     *
     * @throws ApiException for what cannot be made
     */
    Wanted wanted(String model, Function<OpenModel, Wanted> asked) {
        if (!models.names().contains(model)) {
            throw ApiException.notFound(
                    "model_not_found",
                    "model",
                    "There is no model '"
                            + shortened(model)
                            + "'. There are: "
                            + String.join(", ", models.names())
                            + ".");
        }
        return models.with(
                model,
                open -> {
                    Wanted wanted = asked.apply(open);
                    try {
                        open.pipeline().check(wanted.alone().build());
                    } catch (CluscaException e) {
                        // others may be released for it
                        if (e.code() != ErrorCode.OUT_OF_MEMORY) {
                            throw e;
                        }
                    }
                    return wanted;
                });
    }

    private static String shortened(String name) {
        return name.length() > 60 ? name.substring(0, 60) + "..." : name;
    }

    /**
     * @throws ApiException 429 when too many wait
     */
    void submit(Job job) {
        if (!queue.offer(job)) {
            throw ApiException.full(queue.size(), RETRY);
        }
    }

    /**
     * Hands on what happens to a job until all of it is done.
     *
     * @throws ApiException when it failed, or its client went away
     */
    static void follow(Job job, Context request, Consumer<Event> events) {
        Client client = new Client(request.req());
        try {
            for (Event event = job.next(LOOK); ; event = job.next(LOOK)) {
                if (event instanceof Event.End end) {
                    if (end.failure() != null) {
                        throw ApiException.of(end.failure());
                    }
                    return;
                }
                if (event != null) {
                    events.accept(event);
                } else if (client.gone()) {
                    job.end(ApiException.gone());
                }
            }
        } catch (RuntimeException e) {
            job.end(e);
            throw e;
        } finally {
            if (client.spent()) {
                request.header("Connection", "close");
            }
        }
    }
}
