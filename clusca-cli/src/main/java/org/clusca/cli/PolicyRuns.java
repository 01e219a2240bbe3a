package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.clusca.engine.Generated;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.jspecify.annotations.Nullable;

/**
 * The same request under several policies: step by step in turn, so that what disturbs the machine
 * disturbs all alike; one after the other where memory does not hold the weights in every form that
 * they need.
 */
final class PolicyRuns {
    /** Under the usual policies two full steps and a cached one. */
    private static final int WARM_UP_STEPS = 3;

    private final Console console;
    private final Pipeline pipeline;
    private final List<Request> requests;
    private final @Nullable SideBySide videos;
    private final List<Double> loadSeconds = new ArrayList<>();
    private final List<ClusterTrace> traces = new ArrayList<>();

    /**
     * @param requests one for each policy
     * @param videos where frames go; null for pictures
     */
    PolicyRuns(
            Console console,
            Pipeline pipeline,
            List<Request> requests,
            @Nullable SideBySide videos) {
        this.console = console;
        this.pipeline = pipeline;
        this.requests = requests;
        this.videos = videos;
        requests.forEach(
                request ->
                        traces.add(
                                new ClusterTrace(
                                        pipeline.model().transformer().spec().branches())));
    }

    /** Of each policy, in their order, what was grouped and computed. */
    List<ClusterTrace> traces() {
        return traces;
    }

    /** Of each policy, in their order, once all have run. */
    List<Double> loadSeconds() {
        return loadSeconds;
    }

    List<Generated> run() {
        int steps = requests.stream().mapToInt(Request::steps).sum();
        int frames = videos == null ? 0 : videos.output().frames() * requests.size();
        try (StepProgress progress = new StepProgress(console, "compare", steps, frames)) {
            return videos != null || together() ? inTurn(progress) : oneByOne(progress);
        }
    }

    private boolean together() {
        boolean fit = pipeline.fitTogether(requests);
        if (!fit) {
            console.warn(
                    "There is not enough memory for all policies at once: they run one after the other, and what disturbs the machine meanwhile does not disturb all alike.");
        }
        return fit;
    }

    private List<Generated> inTurn(StepProgress progress) {
        requests.forEach(this::warmUp);
        List<Function<Interleaved.Turn, Request>> runs = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            runs.add(followed(i, progress));
        }
        return Interleaved.run(pipeline, runs);
    }

    private List<Generated> oneByOne(StepProgress progress) {
        List<Generated> all = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            warmUp(requests.get(i));
            all.addAll(Interleaved.run(pipeline, List.of(followed(i, progress))));
        }
        return all;
    }

    private void warmUp(Request request) {
        loadSeconds.add(Loading.warmUp(pipeline, request, WARM_UP_STEPS, videos == null));
    }

    private Function<Interleaved.Turn, Request> followed(int policy, StepProgress progress) {
        return turn -> {
            Request.Builder request =
                    requests.get(policy).toBuilder()
                            .listener(
                                    done -> {
                                        progress.step(done.step().kind());
                                        traces.get(policy).add(done);
                                        turn.onStep(done);
                                    });
            if (videos != null) {
                request.frames(videos.sink(policy, turn, progress));
            }
            return request.build();
        };
    }
}
