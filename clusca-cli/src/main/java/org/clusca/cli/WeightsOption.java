package org.clusca.cli;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.WeightFormat;
import org.clusca.engine.WeightFormats;
import picocli.CommandLine.Option;

/** How the weights of linear layers are held. */
final class WeightsOption {
    private static final String TRANSFORMER = "transformer";
    private static final String ENCODERS = "encoders";

    @Option(
            names = "--weights",
            paramLabel = "FORMAT",
            description =
                    "How the weights of linear layers are held: fp32; int8, in a quarter of the memory with an error of about a percent; or int4, in a seventh with one of some 9 percent. Of one component alone: encoders=int4 or transformer=int8,encoders=int4. Default: fp32.")
    private String weights = "fp32";

    WeightFormats formats() {
        if (!weights.contains("=")) {
            return WeightFormats.all(format(weights));
        }
        Map<String, WeightFormat> given = new HashMap<>();
        for (String part : weights.split(",", -1)) {
            String[] pair = part.split("=", 2);
            if (pair.length < 2
                    || !List.of(TRANSFORMER, ENCODERS).contains(pair[0])
                    || given.put(pair[0], format(pair[1])) != null) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "--weights must be a format, or formats of transformer and encoders, as in"
                                + " transformer=int8,encoders=int4, found '"
                                + weights
                                + "'.");
            }
        }
        return new WeightFormats(
                given.getOrDefault(TRANSFORMER, WeightFormat.FLOAT32),
                given.getOrDefault(ENCODERS, WeightFormat.FLOAT32));
    }

    private static WeightFormat format(String name) {
        return Arrays.stream(WeightFormat.values())
                .filter(format -> format.word().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new CluscaException(
                                        ErrorCode.INVALID_PARAMETER,
                                        "--weights must be one of "
                                                + Arrays.stream(WeightFormat.values())
                                                        .map(WeightFormat::word)
                                                        .collect(Collectors.joining(", "))
                                                + ", found '"
                                                + name
                                                + "'."));
    }
}
