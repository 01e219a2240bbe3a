package org.clusca.cli;

import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Model;
import org.clusca.api.model.TransformerSpec;
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
     * The policy of a tag for a request, with the clusterer that was given; what both leave open is
     * as published for the model's family, and fits the picture.
     *
     * @throws CluscaException INVALID_PARAMETER when it takes none
     */
    CachePolicy policy(
            Clusca clusca, String tag, Model model, TransformerSpec spec, Console console) {
        return ClusterFit.of(clusca, tag, policy(clusca, tag, model), spec, console);
    }

    private CachePolicy policy(Clusca clusca, String tag, Model model) {
        if (clusterer == null) {
            return clusca.policy(tag, model);
        }
        clusca.clusterer(clusterer);
        if (!fits(clusca, tag)) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "--clusterer: policy "
                            + Tag.parse(tag).name()
                            + " groups no tokens; leave it out or choose another policy.");
        }
        Tag full = Tag.parse(tag).with(PARAMETER, Tag.parse(clusterer).nested());
        return clusca.policy(full.toString(), model);
    }
}
