package org.clusca.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.api.graph.Value;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.BranchKind;
import org.clusca.api.model.Stream;
import org.clusca.component.DualStreamBlocks;
import org.clusca.io.SafetensorsFile;
import org.clusca.onnx.OnnxGraph;

/**
 * What a golden file holds of the blocks of FLUX or HunyuanVideo. Its tensors tell: {@code
 * double_0_img} is the image stream after the first double block, {@code double_0_attn_txt} what
 * its attention adds to the text stream, {@code single_2} the joint stream after the third single
 * block, {@code single_2_txt} the text tokens of that.
 */
public final class DualStreamStages {
    private static final Pattern NAME =
            Pattern.compile("(double|single)_(\\d+)(_attn)?(?:_(img|txt))?");

    private DualStreamStages() {}

    /**
     * Makes outputs of the graph of whatever the file holds, under the file's names.
     *
     * @param linker has linked all blocks
     * @return how many
     */
    public static int output(
            OnnxGraph graph,
            RecordingLinker linker,
            DualStreamBlocks blocks,
            SafetensorsFile golden) {
        int held = 0;
        for (String name : golden.entries().keySet()) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()) {
                graph.output(name, stage(graph, linker, blocks, golden, matcher));
                held++;
            }
        }
        return held;
    }

    private static Value stage(
            OnnxGraph graph,
            RecordingLinker linker,
            DualStreamBlocks blocks,
            SafetensorsFile golden,
            Matcher name) {
        int number = Integer.parseInt(name.group(2));
        Optional<Stream> stream =
                Optional.ofNullable(name.group(4))
                        .map(part -> part.equals("img") ? Stream.IMAGE : Stream.TEXT);
        if (name.group(1).equals("double")) {
            BranchKind kind = name.group(3) == null ? BranchKind.MLP : BranchKind.ATTENTION;
            BranchId id = new BranchId(number, stream.orElseThrow(), kind);
            return known(id, name.group(3) == null ? linker.stream(id) : linker.branch(id));
        }
        BranchId id =
                new BranchId(blocks.doubleBlocks() + number, Stream.JOINT, BranchKind.PARALLEL);
        Value joint = known(id, linker.stream(id));
        if (stream.isEmpty()) {
            return joint;
        }
        int tokens = golden.shape(name.group())[1];
        boolean leads = (stream.get() == Stream.IMAGE) == blocks.imageFirst();
        return leads
                ? graph.slice(joint, 1, 0, tokens)
                : graph.slice(joint, 1, -tokens, Long.MAX_VALUE);
    }

    private static Value known(BranchId id, Value value) {
        assertThat(value).as("%s, which the file holds, in the network", id).isNotNull();
        return value;
    }
}
