package org.clusca.server;

import static java.util.Objects.requireNonNull;

import io.javalin.http.Context;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.server.model.ModelStore;
import org.clusca.server.openai.ApiException;
import org.clusca.server.openai.ImageAnswer;
import org.clusca.server.openai.ImageQuery;
import org.clusca.server.openai.StepEvent;
import org.clusca.server.queue.Event;
import org.clusca.server.queue.Job;
import org.clusca.server.queue.Made;
import org.clusca.server.queue.Wanted;
import org.clusca.server.store.Kept;
import org.clusca.server.store.Picture;

/** Pictures: made, and fetched later by their numbers. */
final class ImageRoutes {
    private final Clusca clusca;
    private final Settings settings;
    private final ModelStore models;
    private final Work work;
    private final Kept<Picture> pictures;

    ImageRoutes(
            Clusca clusca,
            Settings settings,
            ModelStore models,
            Work work,
            Kept<Picture> pictures) {
        this.clusca = clusca;
        this.settings = settings;
        this.models = models;
        this.work = work;
        this.pictures = pictures;
    }

    /** {@code POST /v1/images/generations}. */
    void generate(Context request) {
        ImageQuery query =
                ImageQuery.parse(Bodies.read(request, settings.limits().body()), settings.limits());
        String model = query.model().orElse(models.names().get(0));
        Wanted wanted = work.wanted(model, open -> query.wanted(clusca, open));
        Job job = new Job(wanted, query.shows(), settings.timeout());
        work.submit(job);
        ImageAnswer answer =
                new ImageAnswer(
                        query, model, path -> request.scheme() + "://" + request.host() + path);
        if (query.stream()) {
            stream(request, query, job, answer);
        } else {
            Picture[] made = new Picture[wanted.count()];
            Work.follow(
                    job,
                    request,
                    event -> {
                        if (event instanceof Event.Done done) {
                            made[done.picture()] = keep(query, done.made());
                        }
                    });
            Bodies.answer(request, answer.whole(Arrays.asList(made)));
        }
    }

    private void stream(Context request, ImageQuery query, Job job, ImageAnswer answer) {
        EventStream stream = new EventStream(request);
        try {
            Work.follow(
                    job,
                    request,
                    event -> {
                        if (event instanceof Event.Step step) {
                            step(query, job.wanted(), step, answer, stream);
                        } else if (event instanceof Event.Done done) {
                            stream.send(answer.completed(keep(query, done.made()), done.picture()));
                        }
                    });
        } catch (ApiException e) {
            if (!stream.begun()) {
                throw e;
            }
            if (e.status() != ApiException.GONE) {
                stream.send(
                        Map.of("type", "error", "error", requireNonNull(e.body().get("error"))));
            }
            request.attribute(CluscaServer.FAILURE, e);
        }
    }

    private void step(
            ImageQuery query,
            Wanted wanted,
            Event.Step step,
            ImageAnswer answer,
            EventStream stream) {
        if (query.steps()) {
            stream.send(StepEvent.of(step));
        }
        if (StepEvent.partialDue(step, query.partialImages())) {
            Size size = size(wanted);
            for (Event.Shown shown : step.shown()) {
                stream.send(
                        answer.partial(
                                query.format().encode(enlarged(shown.image(), size), Map.of()),
                                size.width() + "x" + size.height(),
                                StepEvent.number(step, 0, query.partialImages()),
                                shown.picture()));
            }
        }
    }

    private Size size(Wanted wanted) {
        return models.with(
                wanted.model(),
                open -> {
                    Model model = open.model();
                    return model.size(model.latentShape(wanted.size()));
                });
    }

    private static BufferedImage enlarged(BufferedImage small, Size size) {
        BufferedImage large =
                new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = large.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(small, 0, 0, size.width(), size.height(), null);
        graphics.dispose();
        return large;
    }

    private Picture keep(ImageQuery query, Made made) {
        if (!(made instanceof Made.Picture picture)) {
            throw new IllegalStateException("Not a picture: " + made);
        }
        Picture kept =
                new Picture(
                        query.format().encode(picture.image(), picture.text()),
                        query.format().kind(),
                        picture.image().getWidth() + "x" + picture.image().getHeight(),
                        picture.report().provenance().seed(),
                        picture.json());
        return kept.as(pictures.put("img-", kept));
    }

    /** {@code GET /v1/images/{id}}. */
    void fetch(Context request) {
        Picture picture = find(request);
        request.header("Cache-Control", "private, max-age=3600");
        Bodies.answer(
                request, picture.kind().contentType(), new ByteArrayInputStream(picture.bytes()));
    }

    /** {@code GET /v1/images/{id}/report}. */
    void report(Context request) {
        Bodies.answer(request, find(request).report());
    }

    private Picture find(Context request) {
        return pictures.get(request.pathParam("id"))
                .orElseThrow(
                        () ->
                                ApiException.notFound(
                                        "image_not_found",
                                        null,
                                        "There is no such picture, or no longer: the last "
                                                + settings.keep()
                                                + " are kept, for "
                                                + settings.keepFor().toMinutes()
                                                + " minutes."));
    }
}
