package org.clusca.flops;

import java.util.ArrayList;
import java.util.List;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Cost;
import org.clusca.api.model.Stream;
import org.clusca.api.model.TransformerSpec;

/** The networks that the published tables were made with, as shapes without weights. */
public final class PublishedShapes {
    private PublishedShapes() {}

    /** DiT-XL/2 for 256x256. */
    public static TransformerSpec dit() {
        int n = 256;
        int c = 1152;
        int blocks = 28;
        List<Branch> branches = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            branches.add(attention(block, Stream.IMAGE, n, n, 16, c));
            branches.add(mlp(block, Stream.IMAGE, n, c));
        }
        return spec(
                new int[] {4, 32, 32},
                16,
                branches,
                Cost.sum(Cost.linear(n, 16, c), Cost.norm(n, c), Cost.linear(n, c, 32)),
                modulation(c, 6).times(blocks),
                embedder(256, c).plus(modulation(c, 2)));
    }

    /** FLUX.1-dev for 1024x1024: 64 x 64 image tokens and 512 of T5. */
    public static TransformerSpec flux() {
        int c = 3072;
        return doubleAndSingle(
                19,
                38,
                4096,
                512,
                new int[] {16, 128, 128},
                64,
                false,
                Cost.linear(512, 4096, c),
                Cost.sum(embedder(256, c), embedder(256, c), embedder(768, c)));
    }

    /**
     * HunyuanVideo for 65 frames of 480x640: 17 x 30 x 40 image tokens and 256 of text, which a
     * refiner of two blocks reads first. In its published ToCa a single block computes query, key
     * and value of the refreshed tokens too, and drops them.
     */
    public static TransformerSpec hunyuan() {
        int c = 3072;
        int text = 256;
        Cost refiner =
                Cost.sum(
                        Cost.linear(text, c, 3 * c),
                        Cost.attention(text, text, 24, c),
                        Cost.linear(text, c, c),
                        Cost.linear(text, c, 4 * c),
                        Cost.linear(text, 4 * c, c),
                        modulation(c, 2));
        return doubleAndSingle(
                20,
                40,
                20400,
                text,
                new int[] {16, 17 * 60, 80},
                40,
                true,
                Cost.sum(
                        Cost.linear(text, 4096, c),
                        refiner.times(2),
                        embedder(256, c),
                        embedder(4096, c)),
                Cost.sum(embedder(256, c), embedder(256, c), embedder(768, c)));
    }

    /**
     * @param allOfLinear1 whether refreshed tokens of a single block run through all of its first
     *     layer, or through the MLP's part of it
     * @param text from the text encoder's output to the text stream
     */
    private static TransformerSpec doubleAndSingle(
            int doubles,
            int singles,
            int image,
            int text,
            int[] latent,
            int gridWidth,
            boolean allOfLinear1,
            Cost textIn,
            Cost embedders) {
        int c = 3072;
        int heads = 24;
        int joint = image + text;
        List<Branch> branches = new ArrayList<>();
        for (int block = 0; block < doubles; block++) {
            branches.add(attention(block, Stream.IMAGE, image, joint, heads, c));
            branches.add(mlp(block, Stream.IMAGE, image, c));
            branches.add(attention(block, Stream.TEXT, text, joint, heads, c));
            branches.add(mlp(block, Stream.TEXT, text, c));
        }
        Cost queryKeyValue = Cost.linear(joint, c, 3 * c);
        Cost mixing = Cost.attention(joint, joint, heads, c);
        Cost tokenwise =
                Cost.sum(
                        Cost.norm(joint, c),
                        Cost.linear(joint, c, 4 * c),
                        Cost.gelu(joint, 4 * c),
                        Cost.linear(joint, 5 * c, c));
        for (int block = doubles; block < doubles + singles; block++) {
            branches.add(
                    new Branch(
                            new BranchId(block, Stream.JOINT, BranchKind.PARALLEL),
                            joint,
                            c,
                            allOfLinear1 ? mixing : mixing.plus(queryKeyValue),
                            allOfLinear1 ? tokenwise.plus(queryKeyValue) : tokenwise));
        }
        return spec(
                latent,
                gridWidth,
                branches,
                Cost.sum(
                        Cost.linear(image, 64, c),
                        textIn,
                        Cost.norm(image, c),
                        Cost.linear(image, c, 64)),
                modulation(c, 6).times(2 * doubles).plus(modulation(c, 3).times(singles)),
                embedders.plus(modulation(c, 2)));
    }

    private static Branch attention(
            int block, Stream stream, int tokens, int keys, int heads, int c) {
        return new Branch(
                new BranchId(block, stream, BranchKind.ATTENTION),
                tokens,
                c,
                Cost.sum(
                        Cost.norm(tokens, c),
                        Cost.linear(tokens, c, 3 * c),
                        Cost.attention(tokens, keys, heads, c),
                        Cost.linear(tokens, c, c)),
                Cost.NONE);
    }

    private static Branch mlp(int block, Stream stream, int tokens, int c) {
        return new Branch(
                new BranchId(block, stream, BranchKind.MLP),
                tokens,
                c,
                Cost.NONE,
                Cost.sum(
                        Cost.norm(tokens, c),
                        Cost.linear(tokens, c, 4 * c),
                        Cost.gelu(tokens, 4 * c),
                        Cost.linear(tokens, 4 * c, c)));
    }

    /** SiLU and the linear layer to {@code vectors} vectors. */
    static Cost modulation(int c, int vectors) {
        return Cost.silu(1, c).plus(Cost.linear(1, c, vectors * c));
    }

    private static Cost embedder(int in, int c) {
        return Cost.sum(Cost.linear(1, in, c), Cost.silu(1, c), Cost.linear(1, c, c));
    }

    private static TransformerSpec spec(
            int[] latent,
            int gridWidth,
            List<Branch> branches,
            Cost fixed,
            Cost blockModulations,
            Cost conditioning) {
        return TransformerSpec.builder()
                .latentShape(latent)
                .gridWidth(gridWidth)
                .branches(branches)
                .modulationWidth(1)
                .fixed(fixed)
                .blockModulations(blockModulations)
                .conditioning(conditioning)
                .build();
    }
}
