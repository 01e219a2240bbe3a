package org.clusca.component;

import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.Prompt;

/**
 * Prompts for a network that needs no unconditional row: the guidance scale is one of its inputs,
 * or it was distilled to one scale.
 */
public abstract class PromptConditioner implements Conditioner {
    private final String family;
    private final boolean guidance;
    private final double usualGuidance;
    private final int usualText;
    private final int longestText;

    /**
     * @param family for errors
     * @param guidance whether the transformer takes the guidance scale
     * @param usualGuidance where a request names none
     * @param usualText tokens of the text where a request names no other number
     * @param longestText tokens that a request may ask for
     */
    protected PromptConditioner(
            String family, boolean guidance, double usualGuidance, int usualText, int longestText) {
        this.family = family;
        this.guidance = guidance;
        this.usualGuidance = usualGuidance;
        this.usualText = usualText;
        this.longestText = longestText;
    }

    /** Empty where the transformer takes none. */
    protected final Optional<Double> scale(Prompt prompt) {
        return guidance ? Optional.of(prompt.guidance().orElse(usualGuidance)) : Optional.empty();
    }

    /** The prompt itself; the empty one is allowed. */
    @Override
    public final String label(Prompt prompt) {
        double scale = prompt.guidance().orElse(1);
        // 0 and 1 are how publications and diffusers say none
        if (!guidance && scale != 0 && scale != 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "This "
                            + family
                            + " takes no guidance scale (its guidance_embeds is false), found "
                            + scale
                            + "; leave the guidance out.");
        }
        if (prompt.maxSequenceLength().orElse(1) > longestText) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "The maximum sequence length of "
                            + family
                            + " is at most "
                            + longestText
                            + " tokens, found "
                            + prompt.maxSequenceLength().getAsInt()
                            + ".");
        }
        return prompt.text();
    }

    @Override
    public final int textTokens(Prompt prompt) {
        return prompt.maxSequenceLength().orElse(usualText);
    }

    @Override
    public final double defaultGuidance() {
        return guidance ? usualGuidance : 1;
    }
}
