package org.clusca.examples.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The clusterer of the policies, and with it the policies themselves. */
final class ClustererOption {
    private static final String PARAMETER = "clusterer";

    @Option(
            names = "--clusterer",
            paramLabel = "NAME",
            description =
                    "How a policy that groups tokens groups them, one of 'clusca list --clusterers'. The same as its parameter 'clusterer'.")
    private @Nullable String clusterer;

    /** Whether {@code --clusterer} was given. */
    boolean given() {
        return clusterer != null;
    }

    /** Whether a policy groups tokens, so that it can be given a clusterer. */
    boolean fits(Clusca clusca, String tag) {
        return clusca.policies().get(Tag.parse(tag).name()).parameters().stream()
                .anyMatch(parameter -> parameter.name().equals(PARAMETER));
    }

    /**
     * The policy of a tag, with the clusterer that was given.
     *
     * @throws CluscaException INVALID_PARAMETER when it takes none
     */
    CachePolicy policy(Clusca clusca, String tag) {
        if (clusterer == null) {
            return clusca.policy(tag);
        }
        clusca.clusterer(clusterer);
        if (!fits(clusca, tag)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "--clusterer: policy "
                            + Tag.parse(tag).name()
                            + " groups no tokens; leave it out or choose another policy.");
        }
        Tag parsed = Tag.parse(tag);
        Map<String, String> parameters = new LinkedHashMap<>(parsed.parameters());
        parameters.put(PARAMETER, nested(Tag.parse(clusterer)));
        return clusca.policy(text(parsed.name() + ":", parameters, ""));
    }

    private static String nested(Tag tag) {
        return tag.parameters().isEmpty()
                ? tag.name()
                : text(tag.name() + "(", tag.parameters(), ")");
    }

    private static String text(String before, Map<String, String> parameters, String after) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(",", before, after));
    }
}
