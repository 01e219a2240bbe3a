package org.clusca.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.trunk.CachePrecision;

/**
 * What a generation needs, in bytes, estimated before anything is loaded.
 *
 * @param weights of transformer and autoencoder, as far as they are not loaded yet
 * @param encoders weights of those that the prompts need and that are not loaded yet
 * @param activations the widest ones of a block
 * @param features the feature cache
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
    void require(Request request, WeightFormat format, long available) {
        if (least() > available) {
            throw refused(request, format, available);
        }
    }

    /** What there is not enough memory for. */
    CluscaException refused(Request request, WeightFormat format, long free) {
        return new CluscaException(
                ErrorCode.OUT_OF_MEMORY,
                what(request)
                        + " needs about "
                        + Memory.gib(least())
                        + " ("
                        + parts()
                        + "), "
                        + Memory.gib(free)
                        + " are free. To make it fit: "
                        + String.join(", ", advice(request, format))
                        + ", or free memory.");
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
                        + " are free. Free memory.");
    }

    private static String what(Request request) {
        return "Generating "
                + Memory.images(request)
                + " images with policy "
                + request.policy().tag();
    }

    private List<String> advice(Request request, WeightFormat format) {
        List<String> advice = new ArrayList<>();
        long largest = Math.max(Math.max(weights, encoders), features);
        if (largest == features || Math.max(activations, decoding) > largest) {
            advice.addAll(smaller(request));
        } else if (format == WeightFormat.FLOAT32) {
            advice.add("hold the weights in 8 bits (--weights int8)");
        }
        if (Memory.images(request) > 1 && !advice.contains(FEWER)) {
            advice.add(FEWER);
        }
        return advice.isEmpty() ? smaller(request) : advice;
    }

    private static final String FEWER = "generate fewer images at once";

    /** Ways to less of what grows with the pictures. */
    private List<String> smaller(Request request) {
        List<String> advice = new ArrayList<>();
        if (Memory.images(request) > 1) {
            advice.add(FEWER);
        }
        advice.add("choose a smaller size where the model has several");
        if (features > Math.max(activations, decoding)) {
            int order = request.policy().requirements().order();
            if (request.cachePrecision() == CachePrecision.FLOAT32) {
                advice.add("hold the feature cache in bf16 (--cache-type bf16)");
            }
            if (order > 0) {
                advice.add("choose a policy of a lower order");
            }
            if (order >= 0) {
                advice.add("or one that keeps one hidden state (taylorseer:keep=last)");
            }
        }
        return advice;
    }
}
