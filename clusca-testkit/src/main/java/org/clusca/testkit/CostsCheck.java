package org.clusca.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Cost;
import org.clusca.api.model.PlainLinker;

/**
 * Multiply-adds that a graph carries out, against what its spec states: of the branches that are
 * computed together, and of all that is outside of branches. Where several branches share one
 * attention, their costs are taken together.
 */
record CostsCheck(ModelUnderTest model) {
    /** Small products beside the layers (rotations, masks) need not be stated. */
    private static final double TOLERANCE = 0.05;

    /** Nothing: outside of branches. */
    private static final List<BranchId> OUTSIDE = List.of();

    void statedIsDone() {
        Map<List<BranchId>, Long> done = done();
        done.forEach(
                (ids, count) -> {
                    Cost cost = ids.equals(OUTSIDE) ? model.spec().fixed() : Cost.NONE;
                    for (Branch branch : model.spec().branches()) {
                        cost = ids.contains(branch.id()) ? cost.plus(branch.cost()) : cost;
                    }
                    long stated = cost.linear() + cost.attention();
                    assertThat(Math.abs(count - stated) <= TOLERANCE * stated)
                            .withFailMessage(
                                    "The cost of %s must be what the graph does: stated are %s"
                                            + " multiply-adds, the graph carries out %s",
                                    ids.equals(OUTSIDE) ? "all outside of the branches" : ids,
                                    stated,
                                    count)
                            .isTrue();
                });
    }

    /** Multiply-adds by the branches that they are for. */
    private Map<List<BranchId>, Long> done() {
        List<Condition> conditions = model.conditions(1);
        return model.network()
                .counted(
                        Sections::new,
                        model.latent(1),
                        model.network().modulation(300, conditions),
                        conditions);
    }

    /** Tells what is written for which branches. */
    static final class Sections extends PlainLinker {
        private final CountingGraph graph;

        Sections(CountingGraph graph) {
            super(graph);
            this.graph = graph;
            graph.section(OUTSIDE);
        }

        private <T> T within(List<BranchId> ids, Supplier<T> written) {
            graph.section(ids);
            T result = written.get();
            graph.section(OUTSIDE);
            return result;
        }

        @Override
        public List<Value> attention(List<Residual> parts, List<Value> read, Attention attention) {
            return within(
                    parts.stream().map(Residual::id).toList(),
                    () -> super.attention(parts, read, attention));
        }

        @Override
        public Value mixing(BranchId id, Value x, Value gate, Supplier<Value> branch) {
            return within(List.of(id), () -> super.mixing(id, x, gate, branch));
        }

        @Override
        public Value tokenwise(BranchId id, Value x, Value gate, UnaryOperator<Value> branch) {
            return within(List.of(id), () -> super.tokenwise(id, x, gate, branch));
        }
    }
}
