package org.clusca.cli;

import java.util.ArrayList;
import java.util.List;
import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.NoCache;
import org.clusca.api.model.Model;
import org.clusca.api.model.TransformerSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The policies that are set side by side. */
final class PoliciesOption {
    @Option(
            names = "--policies",
            paramLabel = "TAG,TAG,...",
            description =
                    "What to compare; parameters as in clusca:interval=5,clusters=16. Default: none,fora,taylorseer,clusca,balanced; none,clusca for bench.")
    private @Nullable String tags;

    @Mixin private ClustererOption clusterer = new ClustererOption();

    /** Refuses what no model changes: wrong names and parameters. */
    void check(Clusca clusca, String missing) {
        tags(missing).forEach(clusca::policy);
    }

    private List<String> tags(String missing) {
        return Tag.split(tags == null ? missing : tags);
    }

    /**
     * As they were asked for, each once; what a tag leaves open is as published for the model's
     * family.
     */
    List<CachePolicy> policies(
            Clusca clusca, String missing, Model model, TransformerSpec spec, Console console) {
        List<String> list = tags(missing);
        if (clusterer.given() && list.stream().noneMatch(tag -> clusterer.fits(clusca, tag))) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "--clusterer: none of the policies groups tokens; leave it out or add clusca.");
        }
        List<CachePolicy> policies = new ArrayList<>();
        for (String tag : list) {
            CachePolicy policy =
                    clusterer.given() && !clusterer.fits(clusca, tag)
                            ? clusca.policy(tag, model)
                            : clusterer.policy(clusca, tag, model, spec, console);
            if (policies.stream().noneMatch(other -> other.tag().equals(policy.tag()))) {
                policies.add(policy);
            }
        }
        return policies;
    }

    /** The same with the full computation, which is the reference, in front. */
    List<CachePolicy> withReference(
            Clusca clusca, String missing, Model model, TransformerSpec spec, Console console) {
        List<CachePolicy> policies =
                new ArrayList<>(policies(clusca, missing, model, spec, console));
        policies.removeIf(policy -> policy.tag().equals(NoCache.INSTANCE.tag()));
        policies.add(0, NoCache.INSTANCE);
        return policies;
    }
}
