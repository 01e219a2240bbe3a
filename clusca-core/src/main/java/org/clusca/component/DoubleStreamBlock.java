package org.clusca.component;

import static org.clusca.api.model.BranchKind.ATTENTION;
import static org.clusca.api.model.BranchKind.MLP;
import static org.clusca.api.model.Stream.IMAGE;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.BranchLinker.Residual;
import org.clusca.api.model.Stream;

/** A double block of {@link DualStreamBlocks} while it is written. */
final class DoubleStreamBlock {
    private final DualStreamBlocks blocks;
    private final GraphBuilder graph;
    private final JointAttention attention;
    private final int block;
    private final String prefix;
    private final List<Value> vectors;

    DoubleStreamBlock(
            DualStreamBlocks blocks,
            GraphBuilder graph,
            JointAttention attention,
            int block,
            List<Value> vectors) {
        this.blocks = blocks;
        this.graph = graph;
        this.attention = attention;
        this.block = block;
        this.vectors = vectors;
        prefix = "transformer_blocks." + block;
    }

    private List<Value> own(Stream stream) {
        return stream == IMAGE ? vectors.subList(0, 6) : vectors.subList(6, 12);
    }

    /** Both streams after the joint attention, in the order of the sequence. */
    List<Value> attend(BranchLinker branches, Value img, Value txt) {
        List<Residual> parts = new ArrayList<>();
        for (Stream stream : blocks.order()) {
            parts.add(
                    new Residual(
                            new BranchId(block, stream, ATTENTION),
                            stream == IMAGE ? img : txt,
                            own(stream).get(2)));
        }
        Value start = graph.constant(new long[] {0});
        List<Value> first = List.of(start, DualStreamBlocks.tokens(graph, parts.get(0).x()));
        return branches.attention(parts, List.of(), new Joint(first));
    }

    /**
     * The attention of both streams.
     *
     * @param first where each begins
     */
    private final class Joint implements Attention {
        private final List<Value> first;

        Joint(List<Value> first) {
            this.first = first;
        }

        @Override
        public Heads heads() {
            return attention.howMany();
        }

        @Override
        public Projected project(int part, Value rows, Rows which) {
            Stream stream = blocks.order().get(part);
            JointAttention.Layers layers =
                    stream == IMAGE
                            ? JointAttention.Layers.own(prefix + ".attn")
                            : JointAttention.Layers.added(prefix + ".attn");
            return attention.project(normed(rows, stream), layers, which, first.get(part));
        }

        @Override
        public Value out(int part, Value rows, Value mixed) {
            String layer = blocks.order().get(part) == IMAGE ? ".to_out.0" : ".to_add_out";
            return graph.linear(mixed, 3, prefix + ".attn" + layer, blocks.width(), blocks.width());
        }
    }

    private Value normed(Value x, Stream stream) {
        return blocks.modulated(graph, x, own(stream).get(0), own(stream).get(1));
    }

    Value mlp(BranchLinker branches, Stream stream, Value x) {
        List<Value> own = own(stream);
        String net = prefix + (stream == IMAGE ? ".ff.net" : ".ff_context.net");
        return branches.tokenwise(
                new BranchId(block, stream, MLP),
                x,
                own.get(5),
                rows -> {
                    Value normed = blocks.modulated(graph, rows, own.get(3), own.get(4));
                    Value flat = graph.flatten(normed, blocks.width());
                    Value inner =
                            graph.geluTanh(
                                    graph.linear(
                                            flat,
                                            2,
                                            net + ".0.proj",
                                            blocks.width(),
                                            4 * blocks.width()));
                    return graph.unflatten(
                            graph.linear(inner, 2, net + ".2", 4 * blocks.width(), blocks.width()),
                            rows,
                            3,
                            blocks.width());
                });
    }
}
