package org.clusca.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.Calibrator;
import org.clusca.api.cluster.Clusterer;
import org.clusca.api.cluster.ClusteringRequest;
import org.clusca.api.model.Branch;
import org.jspecify.annotations.Nullable;

/**
 * Groups the channels of the trunk's residual by how they move, and finds for each group the solver
 * that would have forecast it best. The paper looks at the first steps and at the next one; here it
 * is the whole run, and every step that the policy would forecast at the interval, wherever its
 * full steps lie.
 *
 * <p>A channel is described by its energy, its first and second differences relative to it, the
 * ratios of second to first difference (curvature) and of third to second (jerk), all as
 * logarithms, and its spectral flatness; each is scaled to mean 0 and deviation 1.
 */
final class HyCaCalibrator implements Calibrator, ResidualMeasuring.Watch {
    /** Keeps ratios of what does not move finite. */
    private static final double LEAST = 1e-20;

    private final int interval;
    private final int groups;
    private final Clusterer clusterer;
    private Trajectories trajectories = new Trajectories();

    HyCaCalibrator(int interval, int groups, Clusterer clusterer) {
        this.interval = interval;
        this.groups = groups;
        this.clusterer = clusterer;
    }

    @Override
    public CachePolicy measuring() {
        return new ResidualMeasuring(this, false);
    }

    @Override
    public Found found() {
        int least = 2 * interval + 2;
        if (trajectories.steps() < least) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "Solvers at an interval of "
                            + interval
                            + " are compared over at least "
                            + least
                            + " steps, found "
                            + trajectories.steps()
                            + ". Calibrate more steps, or lower interval.");
        }
        int[] group = group();
        Map<Solver, double[]> errors = new LinkedHashMap<>();
        for (Solver solver : Solver.values()) {
            errors.put(solver, trajectories.errors(solver, interval));
        }
        int count = Arrays.stream(group).max().orElse(0) + 1;
        List<Solver> solvers = new ArrayList<>();
        List<String> summary = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int own = i;
            Map<Solver, Double> sums = new LinkedHashMap<>();
            errors.forEach((solver, each) -> sums.put(solver, sum(each, group, own)));
            Solver best = best(sums);
            solvers.add(best);
            summary.add(words(own, group, best, sums));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("parameters", Map.of("interval", interval));
        values.put("solvers", solvers.stream().map(Solver::word).collect(Collectors.joining(" ")));
        values.put("channels", group);
        return new Found(values, summary);
    }

    private static double sum(double[] errors, int[] group, int own) {
        double sum = 0;
        for (int channel = 0; channel < group.length; channel++) {
            sum += group[channel] == own ? errors[channel] : 0;
        }
        return sum;
    }

    private static Solver best(Map<Solver, Double> sums) {
        Solver best = Solver.REUSE;
        for (Map.Entry<Solver, Double> entry : sums.entrySet()) {
            best = entry.getValue() < sums.getOrDefault(best, 0.0) ? entry.getKey() : best;
        }
        return best;
    }

    private static String words(int own, int[] group, Solver best, Map<Solver, Double> sums) {
        double least = sums.getOrDefault(best, 0.0);
        return String.format(
                Locale.ROOT,
                "group %d     %d channels by %s; error of the others against it: %s",
                own + 1,
                Arrays.stream(group).filter(g -> g == own).count(),
                best.word(),
                sums.entrySet().stream()
                        .filter(entry -> entry.getKey() != best)
                        .map(
                                entry ->
                                        String.format(
                                                Locale.ROOT,
                                                "%s %.2f",
                                                entry.getKey().word(),
                                                Math.sqrt(entry.getValue() / least)))
                        .collect(Collectors.joining(", ")));
    }

    /** The group of each channel, those that are there numbered from 0. */
    private int[] group() {
        Tensor described = described();
        int channels = described.dimension(1);
        int[] labels =
                clusterer.cluster(
                                new ClusteringRequest(
                                        described, Math.min(groups, channels), null, 0))
                        .labels()[0];
        List<Integer> there = Arrays.stream(labels).distinct().sorted().boxed().toList();
        return Arrays.stream(labels).map(there::indexOf).toArray();
    }

    /** {@code [1, channels, descriptors]}. */
    private Tensor described() {
        double[] energy = trajectories.differences(0);
        double[] first = trajectories.differences(1);
        double[] second = trajectories.differences(2);
        double[] third = trajectories.differences(3);
        List<double[]> descriptors =
                List.of(
                        ratio(energy, null),
                        ratio(first, energy),
                        ratio(second, energy),
                        ratio(second, first),
                        ratio(third, second),
                        trajectories.flatness());
        int channels = trajectories.channels();
        Tensor tensor = Tensor.zeros(1, channels, descriptors.size());
        for (int i = 0; i < descriptors.size(); i++) {
            double[] scaled = scaled(descriptors.get(i));
            for (int channel = 0; channel < channels; channel++) {
                tensor.data().put(channel * descriptors.size() + i, (float) scaled[channel]);
            }
        }
        return tensor;
    }

    /** Logarithm, where nothing moves of the least there is. */
    private static double[] ratio(double[] values, double @Nullable [] against) {
        double[] ratios = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            double base = against == null ? 1 : against[i];
            ratios[i] = Math.log((values[i] + LEAST) / (base + LEAST));
        }
        return ratios;
    }

    private static double[] scaled(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double deviation =
                Math.sqrt(
                        Arrays.stream(values)
                                .map(value -> (value - mean) * (value - mean))
                                .average()
                                .orElse(0));
        return Arrays.stream(values)
                .map(value -> deviation > 0 ? (value - mean) / deviation : 0)
                .toArray();
    }

    @Override
    public void begin(List<Branch> branches) {
        trajectories = new Trajectories();
    }

    @Override
    public void residual(Tensor residual) {
        trajectories.add(residual);
    }
}
