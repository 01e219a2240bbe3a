package org.clusca.engine.trunk;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Branch;
import org.clusca.api.model.BranchId;
import org.clusca.api.model.Stream;
import org.clusca.onnx.OnnxGraph;

/**
 * Follows the streams through the blocks, for gauges that are read between them: of what the first
 * blocks add, and of a block that is computed only to be measured while the network goes on with
 * its forecast.
 */
final class BlockGauges {
    private final OnnxGraph graph;
    private final GaugeGraph gauges;
    private final TrunkForm form;
    private final TrunkSwitches switches;
    private final List<Branch> branches;

    /** Streams where the block that is being written began. */
    private final Map<Stream, Value> begun = new EnumMap<>(Stream.class);

    private final Map<Stream, List<LinkedBranch>> forecast = new EnumMap<>(Stream.class);
    private Value embedded = Value.NONE;
    private int block = -1;

    /** As the streams stand in a joint sequence. */
    private List<Stream> joint = List.of();

    private Image image = new Image(-1, Stream.IMAGE, Value.NONE);

    /**
     * The image's tokens where a block begins.
     *
     * @param stream that they are in, alone or with others
     */
    private record Image(int block, Stream stream, Value x) {}

    BlockGauges(
            OnnxGraph graph,
            GaugeGraph gauges,
            TrunkForm form,
            TrunkSwitches switches,
            List<Branch> branches) {
        this.graph = graph;
        this.gauges = gauges;
        this.form = form;
        this.switches = switches;
        this.branches = branches;
    }

    /** A branch is handed over. */
    void before(BranchId id, Value x) {
        if (id.block() > block) {
            block = id.block();
            begun.clear();
            forecast.clear();
        }
        if (begun.putIfAbsent(id.stream(), x) != null || id.stream() == Stream.TEXT) {
            return;
        }
        changed(new Image(block, id.stream(), x));
        if (id.stream() == Stream.IMAGE) {
            residual(block, x);
        }
    }

    /** Streams were mixed as one sequence, in this order. */
    void mixed(List<Stream> order) {
        joint = order;
    }

    /** Where the next block begins, it is known what the one before has done. */
    private void changed(Image next) {
        Image before = image;
        image = next;
        Measured measured = Measured.change(before.block());
        if (gauges.reads(measured)) {
            gauges.change(
                    measured,
                    switches.computes(before.block()),
                    () -> tokens(next),
                    () -> tokens(before));
        }
    }

    private Value tokens(Image own) {
        if (own.stream() == Stream.IMAGE) {
            return own.x();
        }
        Value count = graph.op("Shape", Map.of("start", 1, "end", 2), embedded);
        Value all = graph.op("Shape", Map.of("start", 1, "end", 2), own.x());
        boolean first = joint.indexOf(Stream.IMAGE) == 0;
        Value from = first ? graph.constant(new long[] {0}) : graph.op("Sub", all, count);
        return graph.op(
                "Slice", own.x(), from, first ? count : all, graph.constant(new long[] {1}));
    }

    /** The image stream behind the last block. */
    void end(Value x) {
        changed(new Image(block + 1, Stream.IMAGE, x));
        residual(block + 1, x);
    }

    private void residual(int behind, Value image) {
        if (behind == 0) {
            embedded = image;
        } else {
            gauges.ahead(
                    Measured.residual(behind),
                    branches.get(0).width(),
                    () -> graph.subtract(image, embedded));
        }
    }

    /**
     * A branch is linked.
     *
     * @param x its stream with the branch added
     * @return the stream to go on with
     */
    Value after(int index, LinkedBranch branch, Value x) {
        BranchId id = branches.get(index).id();
        if (!form.measuresBlock(id.block())) {
            return x;
        }
        List<LinkedBranch> own = forecast.computeIfAbsent(id.stream(), s -> new ArrayList<>());
        own.add(branch);
        if (!last(index)) {
            return x;
        }
        Value start = begun.getOrDefault(id.stream(), Value.NONE);
        Measured measured = id.stream() == Stream.TEXT ? NOT_MEASURED : Measured.block(id.block());
        return gauges.forecastOr(
                measured,
                switches.verifies(id.block()),
                x,
                () -> {
                    Value draft = start;
                    for (LinkedBranch link : own) {
                        draft = link.forecastOnto(draft);
                    }
                    return draft;
                });
    }

    private static final Measured NOT_MEASURED = Measured.block(-1);

    /** Whether no other branch of its block adds to its stream. */
    private boolean last(int index) {
        BranchId id = branches.get(index).id();
        return branches.subList(index + 1, branches.size()).stream()
                .map(Branch::id)
                .noneMatch(other -> other.block() == id.block() && other.stream() == id.stream());
    }
}
