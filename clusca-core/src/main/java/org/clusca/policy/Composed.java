package org.clusca.policy;

import java.util.List;
import org.clusca.api.cache.CachePolicy;
import org.clusca.api.cache.CacheSession;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.Requirements;
import org.clusca.api.model.Branch;

/** A policy that is put together from the parts of a {@link Composition}, with a tag of its own. */
public interface Composed extends CachePolicy {
    /** What it is put together from. */
    Composition composition();

    @Override
    default Requirements requirements() {
        return composition().requirements();
    }

    @Override
    default Requirements requirements(List<Branch> branches) {
        return composition().requirements(branches);
    }

    @Override
    default CacheSession open(GenerationContext context) {
        return composition().open(context);
    }
}
