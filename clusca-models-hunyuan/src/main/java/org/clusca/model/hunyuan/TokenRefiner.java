package org.clusca.model.hunyuan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Cost;
import org.clusca.component.TimeTextEmbedding;

/**
 * A small transformer that the text runs through ahead of the blocks: attention and MLP, whose
 * gates depend on the timestep and on the mean of the text.
 *
 * @param textWidth channels of the text encoder's states
 */
record TokenRefiner(int blocks, int textWidth, int width, int heads) {
    private static final String PREFIX = "context_embedder.";
    private static final double EPSILON = 1e-6;

    /** Far below every score, and finite even when a score is added. */
    private static final double MASKED = 1e30;

    /** What {@link #refine} computes on its way. */
    record Stages(Value embedding, Value projected, List<Value> blocks) {
        Value output() {
            return blocks.isEmpty() ? projected : blocks.get(blocks.size() - 1);
        }
    }

    /** Of one row of {@code tokens} tokens. */
    Cost cost(int tokens) {
        Cost block =
                Cost.sum(
                        Cost.norm(tokens, width).times(2),
                        Cost.linear(tokens, width, 12 * width),
                        Cost.attention(tokens, tokens, heads, width),
                        Cost.silu(tokens, 4 * width),
                        Cost.linear(1, width, 2 * width));
        return Cost.sum(
                embedding().cost(),
                Cost.silu(1, width),
                Cost.linear(tokens, textWidth, width),
                block.times(blocks));
    }

    /**
     * @param timestep {@code [rows]}, 0 to 1000
     * @param states {@code [rows, tokens, textWidth]}
     * @param mask {@code [rows, tokens]}: 1 for a token, 0 for padding; at least one token
     */
    Stages refine(GraphBuilder graph, Value timestep, Value states, Value mask) {
        Value embedding =
                embedding().embed(graph, timestep, Optional.empty(), mean(graph, states, mask));
        Value active = graph.silu(embedding);
        Value bias = attentionBias(graph, mask);
        Value projected = graph.linear(states, 3, PREFIX + "proj_in", textWidth, width);
        List<Value> stages = new ArrayList<>();
        Value x = projected;
        for (int block = 0; block < blocks; block++) {
            x = block(graph, x, active, bias, PREFIX + "token_refiner.refiner_blocks." + block);
            stages.add(x);
        }
        return new Stages(embedding, projected, stages);
    }

    private TimeTextEmbedding embedding() {
        return new TimeTextEmbedding(PREFIX + "time_text_embed.", textWidth, width, false);
    }

    /** Of the tokens, without the padding: {@code [rows, textWidth]}. */
    private static Value mean(GraphBuilder graph, Value states, Value mask) {
        Value column = graph.unsqueeze(mask, 2);
        Map<String, Object> sum = Map.of("keepdims", 0);
        return graph.op(
                "Div",
                graph.op(
                        "ReduceSum",
                        sum,
                        graph.multiply(states, column),
                        graph.constant(new long[] {1})),
                graph.op("ReduceSum", sum, column, graph.constant(new long[] {1})));
    }

    /**
     * Tokens see tokens. Padding sees the first token alone: what becomes of it does not matter,
     * but it must stay finite.
     *
     * @return {@code [rows, 1, tokens, tokens]}
     */
    private static Value attentionBias(GraphBuilder graph, Value mask) {
        Value queries = graph.unsqueeze(mask, 2);
        Value pairs = graph.multiply(queries, graph.unsqueeze(mask, 1));
        Value first = graph.add(graph.multiply(queries, graph.scalar(0)), graph.scalar(1));
        Value seen = graph.concat(2, first, graph.slice(pairs, 2, 1, Long.MAX_VALUE));
        Value bias = graph.multiply(graph.subtract(seen, graph.scalar(1)), graph.scalar(MASKED));
        return graph.unsqueeze(bias, 1);
    }

    private Value block(GraphBuilder graph, Value x, Value active, Value bias, String prefix) {
        Value gates = graph.linear(active, 2, prefix + ".norm_out.linear", width, 2 * width);
        List<Value> gate = graph.split(graph.unsqueeze(gates, 1), 2, 2);
        Value normed = graph.layerNorm(x, prefix + ".norm1", width, EPSILON);
        String attn = prefix + ".attn.";
        Value mixed =
                graph.attention(
                        graph.linear(normed, 3, attn + "to_q", width, width),
                        graph.linear(normed, 3, attn + "to_k", width, width),
                        graph.linear(normed, 3, attn + "to_v", width, width),
                        heads,
                        bias,
                        1 / Math.sqrt(width / (double) heads));
        Value attended = graph.linear(mixed, 3, attn + "to_out.0", width, width);
        Value y = graph.add(x, graph.multiply(attended, gate.get(0)));
        Value inner =
                graph.silu(
                        graph.linear(
                                graph.layerNorm(y, prefix + ".norm2", width, EPSILON),
                                3,
                                prefix + ".ff.net.0.proj",
                                width,
                                4 * width));
        Value mlp = graph.linear(inner, 3, prefix + ".ff.net.2", 4 * width, width);
        return graph.add(y, graph.multiply(mlp, gate.get(1)));
    }
}
