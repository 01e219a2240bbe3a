package org.clusca.component;

import static java.util.Objects.requireNonNull;
import static org.clusca.api.model.BranchKind.ATTENTION;
import static org.clusca.api.model.BranchKind.MLP;
import static org.clusca.api.model.BranchKind.PARALLEL;
import static org.clusca.api.model.Stream.IMAGE;
import static org.clusca.api.model.Stream.JOINT;
import static org.clusca.api.model.Stream.TEXT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.graph.GraphBuilder;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Attention;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.BranchLinker;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;

/**
 * The blocks that FLUX and HunyuanVideo share, with diffusers' names of their weights. In a double
 * block image and text have weights of their own and one attention; in a single block both are one
 * sequence, with attention and MLP side by side. Blocks are numbered through, the double ones
 * first.
 *
 * @param width channels of a token
 * @param imageFirst whether image tokens stand before text tokens in a joint sequence
 */
public record DualStreamBlocks(
        int width, int heads, int doubleBlocks, int singleBlocks, boolean imageFirst) {
    private static final double EPSILON = 1e-6;

    /** Vectors of a double block: shift, scale and gate of two branches of two streams. */
    private static final int DOUBLE = 12;

    private static final int SINGLE = 3;

    /** The two halves of the last layer's modulation, in weights that have them apart. */
    public static final String LAST_SCALE = "norm_out.scale";

    public static final String LAST_SHIFT = "norm_out.shift";

    /** Length of the modulation of one row, the last layer's scale and shift included. */
    public int modulationWidth() {
        return (DOUBLE * doubleBlocks + SINGLE * singleBlocks + 2) * width;
    }

    /** Of the streams in a joint sequence. */
    List<Stream> order() {
        return imageFirst ? List.of(IMAGE, TEXT) : List.of(TEXT, IMAGE);
    }

    /** In the order in which {@link #forward} writes them. */
    public List<Branch> branches(int imageTokens, int textTokens) {
        int joint = imageTokens + textTokens;
        List<Branch> branches = new ArrayList<>();
        for (int block = 0; block < doubleBlocks; block++) {
            for (Stream stream : order()) {
                int n = stream == IMAGE ? imageTokens : textTokens;
                Cost attention =
                        Cost.sum(
                                Cost.norm(n, width),
                                Cost.linear(n, width, 4 * width),
                                Cost.attention(n, joint, heads, width));
                branches.add(branch(block, stream, ATTENTION, n, attention, Cost.NONE));
            }
            for (Stream stream : List.of(IMAGE, TEXT)) {
                int n = stream == IMAGE ? imageTokens : textTokens;
                Cost mlp =
                        Cost.sum(
                                Cost.norm(n, width),
                                Cost.linear(n, width, 8 * width),
                                Cost.gelu(n, 4 * width));
                branches.add(branch(block, stream, MLP, n, Cost.NONE, mlp));
            }
        }
        for (int block = 0; block < singleBlocks; block++) {
            Cost attention =
                    Cost.sum(
                            Cost.norm(joint, width),
                            Cost.linear(joint, width, 3 * width),
                            Cost.attention(joint, joint, heads, width));
            Cost rest = Cost.sum(Cost.linear(joint, width, 9 * width), Cost.gelu(joint, 4 * width));
            branches.add(branch(doubleBlocks + block, JOINT, PARALLEL, joint, attention, rest));
        }
        return branches;
    }

    private Branch branch(
            int block, Stream stream, BranchKind kind, int tokens, Cost mixing, Cost tokenwise) {
        return new Branch(new BranchId(block, stream, kind), tokens, width, mixing, tokenwise);
    }

    /** Of one row through {@link #modulation}, the last layer apart. */
    public Cost modulationCost() {
        return Cost.linear(1, width, (DOUBLE * doubleBlocks + SINGLE * singleBlocks) * width)
                .plus(Cost.silu(1, width));
    }

    /**
     * The adaLN modulations of all blocks and of the last layer.
     *
     * @param embedding {@code [rows, width]}
     * @return {@code [rows, modulationWidth]}
     */
    public Value modulation(GraphBuilder graph, Value embedding) {
        Value x = graph.silu(embedding);
        List<Value> parts = new ArrayList<>();
        for (int block = 0; block < doubleBlocks; block++) {
            String prefix = "transformer_blocks." + block;
            parts.add(vectors(graph, x, prefix + ".norm1.linear", 6, 1, 4));
            parts.add(vectors(graph, x, prefix + ".norm1_context.linear", 6, 1, 4));
        }
        for (int block = 0; block < singleBlocks; block++) {
            parts.add(
                    vectors(graph, x, "single_transformer_blocks." + block + ".norm.linear", 3, 1));
        }
        if (graph.hasWeight(LAST_SCALE + ".weight")) {
            parts.add(vectors(graph, x, LAST_SCALE, 1, 0));
            parts.add(vectors(graph, x, LAST_SHIFT, 1));
        } else {
            parts.add(vectors(graph, x, "norm_out.linear", 2, 0));
        }
        return graph.concat(1, parts.toArray(new Value[0]));
    }

    /** A layer is scaled by 1 + scale: the 1 is added here, once, instead of at every step. */
    private Value vectors(GraphBuilder graph, Value x, String prefix, int count, int... scales) {
        float[] ones = new float[count * width];
        for (int scale : scales) {
            Arrays.fill(ones, scale * width, (scale + 1) * width, 1);
        }
        Value vectors = graph.linear(x, 2, prefix, width, count * width);
        return graph.add(vectors, graph.constant(ones, 1, ones.length));
    }

    /**
     * All blocks and the last norm.
     *
     * @param image {@code [batch, image tokens, width]}
     * @param text {@code [batch, text tokens, width]}
     * @param modulation {@code [batch, modulationWidth]}
     * @param rotary {@link Rotary#COS} and {@link Rotary#SIN}, of the joint sequence
     * @param mask which tokens of the joint sequence are attended to, {@code [batch, tokens]},
     *     int32
     * @return {@code [batch, image tokens, width]}
     */
    public Value forward(
            GraphBuilder graph,
            BranchLinker branches,
            Value image,
            Value text,
            Value modulation,
            Map<String, Value> rotary,
            Optional<Value> mask) {
        List<Value> vectors =
                graph.split(graph.unsqueeze(modulation, 1), 2, modulationWidth() / width);
        JointAttention attention = new JointAttention(graph, width, heads, rotary, mask);
        // in either kind of block the first vectors of the image stream are shift and scale
        branches.input(() -> modulated(graph, image, vectors.get(0), vectors.get(1)));
        Value img = image;
        Value txt = text;
        for (int block = 0; block < doubleBlocks; block++) {
            Map<Stream, Value> streams = branches.enter(block, Map.of(IMAGE, img, TEXT, txt));
            img = requireNonNull(streams.get(IMAGE));
            txt = requireNonNull(streams.get(TEXT));
            DoubleStreamBlock own =
                    new DoubleStreamBlock(
                            this,
                            graph,
                            attention,
                            block,
                            vectors.subList(DOUBLE * block, DOUBLE * (block + 1)));
            List<Value> mixed = own.attend(branches, img, txt);
            img = own.mlp(branches, IMAGE, mixed.get(order().indexOf(IMAGE)));
            txt = own.mlp(branches, TEXT, mixed.get(order().indexOf(TEXT)));
        }
        branches.shown(IMAGE, img);
        branches.shown(TEXT, txt);
        Value x = imageFirst ? graph.concat(1, img, txt) : graph.concat(1, txt, img);
        for (int block = 0; block < singleBlocks; block++) {
            int first = DOUBLE * doubleBlocks + SINGLE * block;
            x = branches.enter(doubleBlocks + block, JOINT, x);
            x = single(graph, branches, attention, block, x, vectors.subList(first, first + 3));
        }
        x = branches.enter(doubleBlocks + singleBlocks, JOINT, x);
        Value hidden = branches.hidden(part(graph, x, img, txt, IMAGE));
        List<Value> last = vectors.subList(vectors.size() - 2, vectors.size());
        return modulated(graph, hidden, last.get(1), last.get(0));
    }

    /** The tokens of one stream in a joint sequence. */
    private Value part(GraphBuilder graph, Value joint, Value img, Value txt, Stream stream) {
        Value[] streams = imageFirst ? new Value[] {img, txt} : new Value[] {txt, img};
        Value sizes = graph.concat(0, tokens(graph, streams[0]), tokens(graph, streams[1]));
        return graph.ops("Split", 2, Map.of("axis", 1), joint, sizes).get(order().indexOf(stream));
    }

    /** How many there are. */
    static Value tokens(GraphBuilder graph, Value x) {
        return graph.op("Shape", Map.of("start", 1, "end", 2), x);
    }

    Value modulated(GraphBuilder graph, Value x, Value shift, Value scale) {
        return graph.add(graph.multiply(graph.layerNorm(x, width, EPSILON), scale), shift);
    }

    private Value single(
            GraphBuilder graph,
            BranchLinker branches,
            JointAttention attention,
            int block,
            Value x,
            List<Value> own) {
        String prefix = "single_transformer_blocks." + block;
        JointAttention.Layers layers = JointAttention.Layers.own(prefix + ".attn");
        Value first = graph.constant(new long[] {0});
        return branches.attention(
                new BranchId(doubleBlocks + block, JOINT, PARALLEL),
                x,
                own.get(2),
                Attention.of(
                        attention.howMany(),
                        (rows, which) ->
                                attention.project(
                                        modulated(graph, rows, own.get(0), own.get(1)),
                                        layers,
                                        which,
                                        first),
                        (rows, mixed) -> {
                            Value normed = modulated(graph, rows, own.get(0), own.get(1));
                            Value inner =
                                    graph.geluTanh(
                                            graph.linear(
                                                    normed,
                                                    3,
                                                    prefix + ".proj_mlp",
                                                    width,
                                                    4 * width));
                            return graph.linear(
                                    graph.concat(2, mixed, inner),
                                    3,
                                    prefix + ".proj_out",
                                    5 * width,
                                    width);
                        }));
    }
}
