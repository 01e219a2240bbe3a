package org.clusca.testkit;

import org.clusca.api.model.Model;

/** With cross-attention to a text, and an unconditional row that comes out of the encoder. */
final class TextPoliciesTest extends ShippedPolicies {
    @Override
    Model model() {
        return ToyTextModel.create();
    }
}
