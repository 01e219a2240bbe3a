package org.clusca.testkit;

import org.clusca.api.model.Model;

final class PoliciesTest extends ShippedPolicies {
    @Override
    Model model() {
        return ToyModel.create();
    }
}
