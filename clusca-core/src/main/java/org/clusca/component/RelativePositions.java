package org.clusca.component;

import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Config;

/**
 * Distances between tokens of T5, in buckets: half of them for keys behind the query, in each half
 * one for every small distance, then ever wider ones, the last of which has no end.
 *
 * @param count of buckets
 * @param farthest distance from which on all share a bucket
 */
record RelativePositions(int count, int farthest) {

    static RelativePositions of(Config config) {
        int count = config.whole("relative_attention_num_buckets", 32);
        int farthest = config.whole("relative_attention_max_distance", 128);
        if (count < 4 || count % 2 != 0) {
            throw config.wrong("relative_attention_num_buckets", "even and at least 4");
        }
        if (farthest <= count / 4) {
            throw config.wrong(
                    "relative_attention_max_distance",
                    "above a quarter of relative_attention_num_buckets");
        }
        return new RelativePositions(count, farthest);
    }

    /**
     * @param distance from the query to the key in tokens, negative for keys before it
     */
    int bucket(int distance) {
        int half = count / 2;
        int side = distance > 0 ? half : 0;
        int far = Math.abs(distance);
        int exact = half / 2;
        if (far < exact) {
            return side + far;
        }
        // in float32 as in training: where the exact value is whole, rounding decides
        float share =
                (float) Math.log((float) far / exact) / (float) Math.log((double) farthest / exact);
        return side + Math.min(half - 1, exact + (int) (share * (half - exact)));
    }

    /**
     * @param length {@code [1]}
     * @return {@code [length, length]}: rows are queries, columns are keys
     */
    Value buckets(GraphBuilder graph, Value length) {
        long[] table = new long[2 * farthest + 1];
        for (int i = 0; i < table.length; i++) {
            table[i] = bucket(i - farthest);
        }
        Value none = graph.reshape(graph.constant(0));
        Value one = graph.reshape(graph.constant(1));
        Value range = graph.op("Range", none, graph.reshape(length), one);
        Value distance = graph.subtract(graph.unsqueeze(range, 0), graph.unsqueeze(range, 1));
        Value least = graph.reshape(graph.constant(-farthest));
        Value most = graph.reshape(graph.constant(farthest));
        Value near = graph.op("Clip", distance, least, most);
        Value index = graph.add(near, graph.constant(farthest));
        return graph.op("Gather", graph.constant(table), index);
    }
}
