package org.clusca.server.queue;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.clusca.api.Tensor;
import org.clusca.api.cache.Action;
import org.clusca.api.cluster.Clustering;
import org.clusca.engine.ProgressListener;
import org.clusca.io.Pictures;
import org.clusca.server.model.OpenModel;
import org.jspecify.annotations.Nullable;

/** Tells clients of the steps of what they asked for. */
final class StepTeller implements ProgressListener {
    private final OpenModel model;
    private final List<Part> parts;
    private List<BufferedImage> shown = List.of();

    StepTeller(OpenModel model, List<Part> parts) {
        this.model = model;
        this.parts = parts;
    }

    @Override
    public void onLatents(int index, Supplier<Tensor> sample) {
        boolean wanted = parts.stream().anyMatch(part -> part.job().shows() == Job.Shows.PICTURES);
        shown = wanted ? Pictures.of(model.preview().pictures(sample.get())) : List.of();
    }

    @Override
    public void onStep(Progress progress) {
        for (Job job : Worker.jobs(parts)) {
            if (job.shows() != Job.Shows.NOTHING) {
                job.tell(step(job, progress));
            }
        }
    }

    private Event.Step step(Job job, Progress progress) {
        List<Event.Shown> pictures = new ArrayList<>();
        int first = -1;
        for (int row = 0; row < parts.size(); row++) {
            if (parts.get(row).job() == job) {
                first = first < 0 ? row : first;
                if (job.shows() == Job.Shows.PICTURES) {
                    pictures.add(new Event.Shown(parts.get(row).picture(), shown.get(row)));
                }
            }
        }
        return new Event.Step(
                progress.step().index(),
                progress.steps(),
                progress.step().kind().toString(),
                progress.step().seconds(),
                pictures,
                clusters(progress, first));
    }

    private Event.@Nullable Clusters clusters(Progress progress, int picture) {
        Clustering clustering = progress.clustering().orElse(null);
        if (clustering == null) {
            return null;
        }
        int row = picture * (clustering.labels().length / parts.size());
        List<int[][]> computed =
                progress.plan().actions().stream()
                        .filter(Action.ComputeTokens.class::isInstance)
                        .map(action -> ((Action.ComputeTokens) action).tokens())
                        .toList();
        int[] labels = clustering.labels()[row];
        int[] tokens = computed.isEmpty() ? new int[0] : computed.get(computed.size() / 2)[row];
        return new Event.Clusters(
                gridWidth(),
                clustering.clusters(),
                labels,
                IntStream.of(tokens).sorted().toArray());
    }

    private int gridWidth() {
        return model.pipeline().spec(parts.get(0).job().wanted().alone().build()).gridWidth();
    }
}
