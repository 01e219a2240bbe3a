package org.clusca.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.clusca.api.Advice;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.trunk.CachePrecision;

/**
 * What a generation needs, in bytes, estimated before anything is loaded.
 *
 * @param weights of transformer and autoencoder, as far as they are not loaded yet
 * @param encoders weights of those that the prompts need and that are not loaded yet
 * @param activations the widest ones of a block
 * @param features the feature cache, and kept outputs where they are forecast
 * @param decoding activations of the autoencoder
 */
public record MemoryPlan(
        long weights, long encoders, long activations, long features, long decoding) {

    /** From the first step on, when encoders are not needed any more. */
    long denoising() {
        return weights + working();
    }

    /** What a generation works with beside what is loaded. */
    long working() {
        return features + Math.max(activations, decoding);
    }

    /** The most that is needed at any time, with the encoders gone before the rest comes. */
    public long least() {
        return Math.max(encoders, denoising());
    }

    /** The parts that are not nothing, the largest first. */
    public String parts() {
        return sorted().entrySet().stream()
                .map(part -> Memory.gib(part.getValue()) + " " + part.getKey())
                .collect(Collectors.joining(", "));
    }

    private Map<String, Long> sorted() {
        Map<String, Long> parts = new LinkedHashMap<>();
        parts.put("weights", weights);
        parts.put("encoders (released early where memory is short)", encoders);
        parts.put("activations", activations);
        parts.put("feature cache", features);
        parts.put("decoding", decoding);
        return parts.entrySet().stream()
                .filter(part -> part.getValue() > 0)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                Map.Entry::getValue,
                                (a, b) -> a,
                                LinkedHashMap::new));
    }

    /**
     * Refuses what the machine cannot have.
     *
     * @param available bytes that the machine can give
     * @throws CluscaException OUT_OF_MEMORY, naming the largest parts and what would help
     */
    void require(Request request, WeightFormats formats, long available) {
        if (least() > available) {
            throw refused(request, formats, available);
        }
    }

    /** What there is not enough memory for. */
    CluscaException refused(Request request, WeightFormats formats, long free) {
        return new CluscaException(
                ErrorCode.OUT_OF_MEMORY,
                what(request)
                        + " needs about "
                        + Memory.gib(least())
                        + " ("
                        + parts()
                        + "), "
                        + Memory.gib(free)
                        + " are free.",
                advice(request, formats));
    }

    /** The same of encoders. */
    static CluscaException refused(List<String> encoders, long bytes, long free) {
        return new CluscaException(
                ErrorCode.OUT_OF_MEMORY,
                "Loading "
                        + String.join(" and ", encoders)
                        + " needs about "
                        + Memory.gib(bytes)
                        + ", "
                        + Memory.gib(free)
                        + " are free.",
                List.of(Advice.FREE_MEMORY));
    }

    private static String what(Request request) {
        return "Generating "
                + Memory.images(request)
                + " images with policy "
                + request.policy().tag();
    }

    /** What would make it fit, the best first: less of what takes most, or more memory. */
    public List<Advice> advice(Request request, WeightFormats formats) {
        long largest = Math.max(Math.max(weights, encoders), features);
        boolean several = Memory.images(request) > 1;
        Set<Advice> advice = new LinkedHashSet<>();
        if (largest == features || Math.max(activations, decoding) > largest) {
            advice.addAll(smaller(request, several));
        } else {
            switch (largest == encoders ? formats.encoders() : formats.transformer()) {
                case FLOAT32 -> advice.add(Advice.WEIGHTS_IN_8_BITS);
                case INT8 -> advice.add(Advice.WEIGHTS_IN_4_BITS);
                case INT4 -> {}
            }
        }
        if (several) {
            advice.add(Advice.FEWER_IMAGES);
        }
        if (advice.isEmpty()) {
            advice.addAll(smaller(request, several));
        }
        advice.add(Advice.FREE_MEMORY);
        return List.copyOf(advice);
    }

    /** Ways to less of what grows with the pictures. */
    private List<Advice> smaller(Request request, boolean several) {
        List<Advice> advice = new ArrayList<>();
        if (several) {
            advice.add(Advice.FEWER_IMAGES);
        }
        advice.add(Advice.SMALLER_SIZE);
        if (features > Math.max(activations, decoding)) {
            int order = request.policy().requirements().order();
            if (request.cachePrecision() == CachePrecision.FLOAT32) {
                advice.add(Advice.CACHE_IN_16_BITS);
            }
            if (order > 0) {
                advice.add(Advice.LOWER_ORDER);
            }
            if (order >= 0) {
                advice.add(Advice.ONE_HIDDEN_STATE);
            }
        }
        return advice;
    }
}
