package org.clusca.server.queue;

import java.awt.image.BufferedImage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Cancellation;
import org.clusca.engine.Generated;
import org.clusca.engine.Report;
import org.clusca.engine.Request;
import org.clusca.io.Pictures;
import org.clusca.report.PictureText;
import org.clusca.report.ReportJson;
import org.clusca.server.model.ModelStore;
import org.clusca.server.model.OpenModel;

/** Makes what waits, until the queue is closed; one generation at a time. */
public final class Worker implements Runnable {
    private final WorkQueue queue;
    private final ModelStore models;
    private final VideoFile.Source videos;
    private final Observer observer;

    /**
     * @param videos where videos are written
     */
    public Worker(WorkQueue queue, ModelStore models, VideoFile.Source videos, Observer observer) {
        this.queue = queue;
        this.models = models;
        this.videos = videos;
        this.observer = observer;
    }

    @Override
    public void run() {
        try {
            for (List<Part> parts = queue.take(); parts != null; parts = queue.take()) {
                make(parts);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Together; where that fails, in halves, so that each fails for reasons of its own. */
    private void make(List<Part> all) {
        List<Part> parts = all.stream().filter(part -> !part.job().ended()).toList();
        if (parts.isEmpty()) {
            return;
        }
        try {
            Wanted first = parts.get(0).job().wanted();
            models.with(
                    first.model(),
                    model -> {
                        if (first.video()) {
                            video(model, parts.get(0));
                        } else {
                            pictures(model, parts);
                        }
                        return true;
                    });
        } catch (RuntimeException | Error e) {
            if (parts.size() > 1 && !stopped(e)) {
                make(parts.subList(0, parts.size() / 2));
                make(parts.subList(parts.size() / 2, parts.size()));
            } else {
                parts.forEach(part -> part.job().end(e));
            }
        }
    }

    private static boolean stopped(Throwable failure) {
        return failure instanceof CluscaException known
                && (known.code() == ErrorCode.CANCELLED || known.code() == ErrorCode.CLOSED);
    }

    private void pictures(OpenModel model, List<Part> parts) {
        Request request =
                parts.get(0)
                        .job()
                        .wanted()
                        .with(
                                parts.stream().map(Part::prompt).toList(),
                                parts.stream().map(Part::seed).toList())
                        .promptCache(model.prompts())
                        .listener(new StepTeller(model, parts))
                        .cancellation(whenNobodyWaits(parts))
                        .build();
        Generated generated = generate(model, request, parts);
        List<BufferedImage> images = Pictures.of(generated.pictures());
        for (int i = 0; i < parts.size(); i++) {
            Report report = generated.report().image(i);
            parts.get(i)
                    .job()
                    .done(
                            parts.get(i).picture(),
                            new Made.Picture(
                                    images.get(i),
                                    report,
                                    json(report, model, parts.size()),
                                    PictureText.of(report, model.model())));
        }
    }

    private void video(OpenModel model, Part part) {
        Wanted wanted = part.job().wanted();
        try (VideoFile file = videos.create(wanted.framesPerSecond())) {
            Request request =
                    wanted.with(List.of(part.prompt()), List.of(part.seed()))
                            .promptCache(model.prompts())
                            .listener(new StepTeller(model, List.of(part)))
                            .cancellation(whenNobodyWaits(List.of(part)))
                            .frames(file)
                            .build();
            Report report = generate(model, request, List.of(part)).report();
            part.job()
                    .done(
                            part.picture(),
                            new Made.Video(file.finish(), report, json(report, model, 1)));
        }
    }

    private Generated generate(OpenModel model, Request request, List<Part> parts) {
        jobs(parts).forEach(job -> job.tell(new Event.Began()));
        Generated generated = model.pipeline().generate(request);
        observer.generated(generated.report(), parts.size());
        return generated;
    }

    private static Map<String, Object> json(Report report, OpenModel model, int together) {
        Map<String, Object> json = ReportJson.of(report, model.model());
        json.put("model", model.name());
        json.put("madeTogether", together);
        return json;
    }

    /** Stops a generation once all who asked for it have gone. */
    private static Cancellation whenNobodyWaits(List<Part> parts) {
        Cancellation cancellation = new Cancellation();
        Set<Job> jobs = jobs(parts);
        jobs.forEach(
                job ->
                        job.onEnd(
                                () -> {
                                    if (jobs.stream().allMatch(Job::ended)) {
                                        cancellation.cancel();
                                    }
                                }));
        return cancellation;
    }

    static Set<Job> jobs(List<Part> parts) {
        Set<Job> jobs = new LinkedHashSet<>();
        parts.forEach(part -> jobs.add(part.job()));
        return jobs;
    }
}
