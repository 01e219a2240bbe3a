package org.clusca.server;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.api.model.Size;
import org.clusca.server.model.ModelStore;
import org.clusca.server.openai.ApiException;
import org.clusca.server.openai.Listing;
import org.clusca.server.openai.VideoQuery;
import org.clusca.server.queue.Job;
import org.clusca.server.queue.Wanted;
import org.clusca.server.store.Kept;

/** Videos: asked for, looked after, fetched. */
final class VideoRoutes {
    private final Clusca clusca;
    private final Settings settings;
    private final ModelStore models;
    private final Work work;
    private final Kept<VideoJob> videos;

    VideoRoutes(
            Clusca clusca, Settings settings, ModelStore models, Work work, Kept<VideoJob> videos) {
        this.clusca = clusca;
        this.settings = settings;
        this.models = models;
        this.work = work;
        this.videos = videos;
    }

    /** {@code POST /v1/videos}. */
    void create(Context request) {
        VideoQuery query =
                VideoQuery.parse(Bodies.read(request, settings.limits().body()), settings.limits());
        String name = query.model().orElse(models.names().get(0));
        Wanted wanted = work.wanted(name, open -> query.wanted(clusca, open));
        Size size =
                models.with(
                        name,
                        open -> {
                            Model model = open.model();
                            return model.size(model.latentShape(wanted.size()));
                        });
        Job job = new Job(wanted, Job.Shows.STEPS, settings.videoTimeout());
        work.submit(job);
        VideoJob video =
                new VideoJob(
                        job,
                        size.width() + "x" + size.height(),
                        size.frames() / (double) wanted.framesPerSecond());
        String id = videos.put("video_", video);
        Bodies.answer(request, json(id, video));
    }

    private Map<String, Object> json(String id, VideoJob video) {
        return video.json(id, settings.keepFor().toSeconds());
    }

    /** {@code GET /v1/videos}. */
    void list(Context request) {
        Bodies.answer(
                request,
                Listing.of(
                        videos.all().entrySet().stream()
                                .map(video -> json(video.getKey(), video.getValue()))
                                .toList()));
    }

    /** {@code GET /v1/videos/{id}}. */
    void poll(Context request) {
        Bodies.answer(request, json(request.pathParam("id"), find(request)));
    }

    /** {@code GET /v1/videos/{id}/content}. */
    void fetch(Context request) {
        Path file = find(request).made().file();
        try {
            request.header("Content-Length", Long.toString(Files.size(file)));
            Bodies.answer(request, "video/mp4", Files.newInputStream(file));
        } catch (IOException e) {
            throw ApiException.notFound("video_not_found", null, "The video is no longer there.");
        }
    }

    /** {@code GET /v1/videos/{id}/report}. */
    void report(Context request) {
        Bodies.answer(request, find(request).made().json());
    }

    /** {@code DELETE /v1/videos/{id}}. */
    void delete(Context request) {
        String id = request.pathParam("id");
        videos.remove(id).orElseThrow(this::missing);
        Bodies.answer(request, Map.of("id", id, "object", "video.deleted", "deleted", true));
    }

    private VideoJob find(Context request) {
        return videos.get(request.pathParam("id")).orElseThrow(this::missing);
    }

    private ApiException missing() {
        return ApiException.notFound(
                "video_not_found",
                null,
                "There is no such video, or no longer: the last "
                        + settings.keep()
                        + " are kept, for "
                        + settings.keepFor().toMinutes()
                        + " minutes.");
    }
}
