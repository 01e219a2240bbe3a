package org.clusca.server;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.server.openai.ApiException;
import org.clusca.server.queue.Event;
import org.clusca.server.queue.Job;
import org.clusca.server.queue.Made;
import org.jspecify.annotations.Nullable;

/** A video that is made while its client does something else, in the form of OpenAI's jobs. */
final class VideoJob {
    private final Job job;
    private final String size;
    private final double seconds;
    private final long created = System.currentTimeMillis() / 1000;
    private String status = "queued";
    private int progress;
    private long completed;
    private Made.@Nullable Video video;
    private @Nullable ApiException failure;

    /**
     * @param size as {@code 960x544}
     */
    VideoJob(Job job, String size, double seconds) {
        this.job = job;
        this.size = size;
        this.seconds = seconds;
    }

    /** Takes note of what has happened since. */
    private void catchUp() {
        for (Event event = job.next(0); event != null; event = job.next(0)) {
            if (event instanceof Event.Began) {
                status = "in_progress";
            } else if (event instanceof Event.Step step) {
                progress = 100 * (step.step() + 1) / (step.steps() + 1);
            } else if (event instanceof Event.Done done && done.made() instanceof Made.Video made) {
                video = made;
            } else if (event instanceof Event.End end) {
                completed = System.currentTimeMillis() / 1000;
                Throwable reason = end.failure();
                failure = reason == null ? null : ApiException.of(reason);
                status = reason == null ? "completed" : "failed";
                progress = reason == null ? 100 : progress;
            }
        }
    }

    synchronized Map<String, Object> json(String id, long keptFor) {
        catchUp();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("object", "video");
        json.put("created_at", created);
        json.put("status", status);
        json.put("progress", progress);
        json.put("model", job.wanted().model());
        json.put("prompt", job.wanted().prompt());
        json.put("seed", job.wanted().seed());
        json.put("size", size);
        json.put("seconds", Double.toString(seconds));
        json.put("expires_at", created + keptFor);
        if (completed > 0) {
            json.put("completed_at", completed);
        }
        ApiException known = failure;
        if (known != null) {
            json.put(
                    "error",
                    Map.of("code", known.code(), "message", String.valueOf(known.getMessage())));
        }
        return json;
    }

    /**
     * The video.
     *
     * @throws ApiException 404 until it is done; why it failed
     */
    synchronized Made.Video made() {
        catchUp();
        if (failure != null) {
            throw failure;
        }
        if (video == null) {
            throw ApiException.notFound(
                    "video_not_ready", null, "The video is not done yet: it is " + status + ".");
        }
        return video;
    }

    /** Stops it where it is being made, and deletes it where it was. */
    void drop() {
        job.end(new CluscaException(ErrorCode.CANCELLED, "The video was given up."));
        synchronized (this) {
            catchUp();
            Made.Video made = video;
            if (made != null) {
                try {
                    Files.deleteIfExists(made.file());
                } catch (IOException e) {
                    // the folder goes with the service
                    video = null;
                }
            }
        }
    }
}
