package org.clusca.testkit;

import java.util.List;
import java.util.stream.IntStream;
import org.clusca.api.Tensor;
import org.clusca.api.cache.GenerationContext;
import org.clusca.api.cache.StepContext;
import org.clusca.api.cache.StepPlan;
import org.clusca.api.model.Condition;
import org.clusca.api.model.TransformerSpec;
import org.clusca.engine.trunk.Trunk;
import org.clusca.engine.trunk.TrunkRun;

/**
 * Steps of the engine that put some tokens through every branch, compared with the same network
 * written plainly.
 *
 * @param conditions of two rows
 */
record RefreshedSteps(Network network, TransformerSpec spec, List<Condition> conditions) {
    /**
     * Three steps of two rows: all tokens, some tokens of the first row and none of the second,
     * others of both.
     */
    void check(double tolerance) {
        double[] timesteps = {600, 500, 400};
        RefreshingPolicy policy = new RefreshingPolicy();
        try (Trunk trunk = network.trunk(policy);
                TrunkRun run =
                        trunk.open(
                                spec,
                                new GenerationContext(
                                        spec.branches(),
                                        2,
                                        1,
                                        spec.gridWidth(),
                                        spec.latentFrames(),
                                        timesteps.length,
                                        0),
                                policy,
                                network.prepared(conditions))) {
            Tensor[] now = new Tensor[2];
            RefreshedNetwork expected =
                    new RefreshedNetwork(
                            spec.branches(),
                            (linker, inputs) ->
                                    network.run(linker, now[0], now[1], conditions, inputs));
            for (int i = 0; i < timesteps.length; i++) {
                int step = i;
                now[0] = Numbers.normal(10 + i, 1, shape());
                now[1] = network.modulation(timesteps[i], conditions);
                run.modulation().data().put(0, now[1].data(), 0, now[1].size());
                StepContext context = new StepContext(i, timesteps.length, timesteps[i]);
                List<int[][]> tokens =
                        spec.branches().stream()
                                .map(branch -> some(branch.tokens(), step))
                                .toList();
                StepPlan plan = RefreshingPolicy.plan(spec.branches(), i, tokens);
                run.begin(now[0]);
                run.run(context, plan);
                run.commit(context, plan);
                Checks.close(
                        "Step "
                                + i
                                + " with some tokens computed must equal the network whose other"
                                + " outputs, keys and values are those of before",
                        run.output(),
                        i == 0 ? expected.full() : expected.refreshed(tokens),
                        tolerance);
            }
        }
    }

    /** A third of the tokens of the first row; of the second none, then the last one. */
    private static int[][] some(int tokens, int step) {
        int[] third = IntStream.range(0, tokens).filter(token -> token % 3 == step % 3).toArray();
        return new int[][] {third, step == 1 ? new int[0] : new int[] {tokens - 1}};
    }

    private int[] shape() {
        int[] cells = spec.latentShape();
        int[] shape = new int[cells.length + 1];
        shape[0] = 2;
        System.arraycopy(cells, 0, shape, 1, cells.length);
        return shape;
    }
}
