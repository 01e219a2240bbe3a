package org.clusca.server;

import io.javalin.http.Context;
import org.clusca.server.model.ModelStore;
import org.clusca.server.openai.ApiException;
import org.clusca.server.openai.Listing;

/** What there is. */
final class ListRoutes {
    private final ModelStore models;
    private final long created = System.currentTimeMillis() / 1000;

    ListRoutes(ModelStore models) {
        this.models = models;
    }

    /** {@code GET /v1/models}. */
    void models(Context request) {
        Bodies.answer(
                request,
                Listing.of(
                        models.names().stream()
                                .map(name -> Listing.model(name, created))
                                .toList()));
    }

    /** {@code GET /v1/models/{name}}. */
    void model(Context request) {
        String name = request.pathParam("name");
        if (!models.names().contains(name)) {
            throw ApiException.notFound("model_not_found", null, "There is no such model.");
        }
        Bodies.answer(
                request, models.with(name, open -> Listing.model(name, created, open.model())));
    }
}
