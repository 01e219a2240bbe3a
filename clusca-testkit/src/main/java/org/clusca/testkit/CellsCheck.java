package org.clusca.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.clusca.api.Tensor;
import org.clusca.api.graph.Value;
import org.clusca.api.model.Condition;
import org.clusca.api.model.PlainLinker;
import org.clusca.api.model.Stream;
import org.clusca.onnx.ElementType;
import org.clusca.onnx.OnnxGraph;

/**
 * Which cells of the output change with one token of the hidden state: those of its own patch, all
 * of them and no others. Tokens follow each other along a row of the picture, row by row, frame by
 * frame; in which order a patch is filled, its weights decide.
 */
record CellsCheck(ModelUnderTest model) {
    private static final String BUMP = "bump";

    /** Of the largest change; the rest is rounding. */
    private static final double CHANGED = 1e-4;

    void everyTokenBecomesItsOwnCells() {
        Grid grid = Grid.of(model.spec().latentShape(), model.spec().gridWidth(), tokens());
        List<Integer> bumped =
                IntStream.of(0, 1, grid.width(), tokens() / 2, tokens() - 1)
                        .filter(token -> token < tokens())
                        .distinct()
                        .boxed()
                        .toList();
        Tensor output = output(bumped);
        int cells = output.size() / (bumped.size() + 1);
        float[] plain = output.rows(0, 1).toArray();
        for (int i = 0; i < bumped.size(); i++) {
            int token = bumped.get(i);
            float[] row = output.rows(i + 1, i + 2).toArray();
            double largest = 0;
            for (int at = 0; at < cells; at++) {
                largest = Math.max(largest, Math.abs(row[at] - plain[at]));
            }
            List<String> changed = new ArrayList<>();
            List<String> own = new ArrayList<>();
            for (int at = 0; at < cells; at++) {
                if (Math.abs(row[at] - plain[at]) > CHANGED * largest) {
                    changed.add(grid.cell(at));
                }
                if (grid.token(at) == token) {
                    own.add(grid.cell(at));
                }
            }
            assertThat(changed)
                    .withFailMessage(
                            "Token %s of the hidden state must become the %s cells of its own patch"
                                    + " of the output; %s cells changed with it, %s instead of %s",
                            token, own.size(), changed.size(), some(changed), some(own))
                    .isEqualTo(own);
        }
    }

    private static String some(List<String> cells) {
        return cells.size() <= 8 ? cells.toString() : cells.subList(0, 8) + " and others";
    }

    private int tokens() {
        return model.spec().tokens(Stream.IMAGE);
    }

    /** As it is, and with one token after the other changed. */
    private Tensor output(List<Integer> bumped) {
        int batch = bumped.size() + 1;
        int width = model.spec().branches().get(0).width();
        Tensor bump = Tensor.zeros(batch, tokens(), width);
        // no constant, which a LayerNorm would take away again
        Tensor change = Numbers.normal(40, 10, width);
        for (int i = 0; i < bumped.size(); i++) {
            int at = ((i + 1) * tokens() + bumped.get(i)) * width;
            bump.data().put(at, change.data(), 0, width);
        }
        Tensor[] latents = new Tensor[batch];
        Arrays.fill(latents, model.latent(1));
        List<Condition> conditions = Collections.nCopies(batch, model.conditions(1).get(0));
        return requireNonNull(
                model.network()
                        .run(
                                graph -> new Bumping(graph),
                                Numbers.stack(latents),
                                model.network().modulation(300, conditions),
                                conditions,
                                Map.of(BUMP, bump))
                        .get("output"));
    }

    private static final class Bumping extends PlainLinker {
        private final OnnxGraph graph;

        Bumping(OnnxGraph graph) {
            super(graph);
            this.graph = graph;
        }

        @Override
        public Value hidden(Value x) {
            return graph.add(x, graph.input(BUMP, ElementType.FLOAT32, "batch", "tokens", "width"));
        }
    }

    /** How an output {@code [channels, frames, height, width]} is cut into tokens. */
    private record Grid(int frames, int height, int width, int[] cells) {
        static Grid of(int[] latent, int width, int tokens) {
            int frames = latent.length == 4 ? latent[1] : 1;
            int[] cells = {frames, latent[latent.length - 2], latent[latent.length - 1]};
            assertThat(cells[2] % width)
                    .as("Cells of a row that are left over by %s tokens in it", width)
                    .isZero();
            int height = cells[1] * width / cells[2];
            assertThat(tokens % (height * width))
                    .as(
                            "Tokens that are left over by frames of %s rows of %s; there are %s",
                            height, width, tokens)
                    .isZero();
            return new Grid(tokens / (height * width), height, width, cells);
        }

        private int[] place(int at) {
            return new int[] {
                at / (cells[1] * cells[2]) % cells[0], at / cells[2] % cells[1], at % cells[2]
            };
        }

        int token(int at) {
            int[] place = place(at);
            int frame = place[0] * frames / cells[0];
            int row = place[1] * height / cells[1];
            return (frame * height + row) * width + place[2] * width / cells[2];
        }

        String cell(int at) {
            int channel = at / (cells[0] * cells[1] * cells[2]);
            int[] place = place(at);
            return cells[0] == 1
                    ? "[" + channel + ", " + place[1] + ", " + place[2] + "]"
                    : "[" + channel + ", " + place[0] + ", " + place[1] + ", " + place[2] + "]";
        }
    }
}
