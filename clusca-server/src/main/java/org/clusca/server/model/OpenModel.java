package org.clusca.server.model;

import org.clusca.api.model.Model;
import org.clusca.engine.LatentPreview;
import org.clusca.engine.Pipeline;
import org.clusca.engine.PromptCache;
import org.jspecify.annotations.Nullable;

/** A model that is open, with what is remembered of it. */
public final class OpenModel {
    private static final int PROMPTS = 64;

    private final String name;
    private final Pipeline pipeline;
    private final PromptCache prompts = new PromptCache(PROMPTS);
    private @Nullable LatentPreview preview;

    /** Guarded by the store. */
    int users;

    OpenModel(String name, Pipeline pipeline) {
        this.name = name;
        this.pipeline = pipeline;
    }

    /** As clients call it. */
    public String name() {
        return name;
    }

    public Pipeline pipeline() {
        return pipeline;
    }

    public Model model() {
        return pipeline.model();
    }

    /** What prompts became. */
    public PromptCache prompts() {
        return prompts;
    }

    /** Shows its latents; fitted when it is first asked for. */
    public synchronized LatentPreview preview() {
        LatentPreview fitted = preview;
        if (fitted == null) {
            fitted = pipeline.preview();
            preview = fitted;
        }
        return fitted;
    }

    void close() {
        pipeline.close();
    }
}
