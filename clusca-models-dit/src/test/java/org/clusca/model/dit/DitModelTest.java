package org.clusca.model.dit;

import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.testkit.BaseModelTest;

final class DitModelTest extends BaseModelTest {
    @Override
    protected Model model() {
        return Clusca.create().model(TinyDit.folder());
    }
}
