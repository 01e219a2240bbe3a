package org.clusca.cli;

import org.clusca.Clusca;
import org.clusca.Tag;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;

/** Numbers of clusters that nobody asked for are made to fit the picture. */
final class ClusterFit {
    private static final String CLUSTERS = "clusters";

    private ClusterFit() {}

    /**
     * The policy, with fewer clusters where its own are more than there are tokens and the tag did
     * not name them; says so.
     *
     * @param tag as it was given
     */
    static CachePolicy of(
            Clusca clusca, String tag, CachePolicy policy, TransformerSpec spec, Console console) {
        Tag own = Tag.parse(policy.tag());
        String clusters = own.parameters().get(CLUSTERS);
        if (clusters == null || Tag.parse(tag).parameters().containsKey(CLUSTERS)) {
            return policy;
        }
        int frames = "true".equals(own.parameters().get("framewise")) ? spec.latentFrames() : 1;
        int fewest =
                spec.branches().stream()
                        .filter(branch -> branch.id().kind() == BranchKind.MLP)
                        .mapToInt(branch -> tokens(branch, frames))
                        .min()
                        .orElse(Integer.MAX_VALUE);
        if (Integer.parseInt(clusters) <= fewest) {
            return policy;
        }
        console.warn(
                "the picture has fewer tokens than the "
                        + clusters
                        + " clusters of policy "
                        + own.name()
                        + "; it gets "
                        + fewest
                        + ".");
        return clusca.policy(own.with(CLUSTERS, Integer.toString(fewest)).toString());
    }

    private static int tokens(Branch branch, int frames) {
        return branch.id().stream() == Stream.IMAGE ? branch.tokens() / frames : branch.tokens();
    }
}
