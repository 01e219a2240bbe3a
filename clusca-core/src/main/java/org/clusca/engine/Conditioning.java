package org.clusca.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Tensor;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Conditioner;
import org.clusca.api.model.TransformerSpec;

/**
 * The conditions of a batch's rows. Under guidance an image has two that lie together, its own and
 * the unconditional one: so a row keeps its number, and with it its random draws, whatever is
 * generated after it.
 *
 * @param guidance the scale in force; 1 where guidance is off
 * @param guided whether every image has a second row
 */
record Conditioning(List<Condition> rows, double guidance, boolean guided) {

    /**
     * Tokens of the text stream.
     *
     * @throws CluscaException INCOMPATIBLE when the prompts have differently many
     */
    static int textTokens(Recipe recipe, Conditioner conditioner) {
        int[] lengths = recipe.prompts().stream().mapToInt(conditioner::textTokens).toArray();
        for (int length : lengths) {
            if (length != lengths[0]) {
                throw new CluscaException(
                        ErrorCode.INCOMPATIBLE,
                        "The prompts become "
                                + Arrays.toString(lengths)
                                + " text tokens; a batch takes one length. This is a fault of the"
                                + " model's conditioner.");
            }
        }
        return lengths[0];
    }

    /**
     * @param conditions one for each of the request's prompts; behind them that of the second rows
     *     where there are some
     * @throws CluscaException INCOMPATIBLE when a condition is not what the network takes
     */
    static Conditioning of(
            Recipe recipe,
            Conditioner conditioner,
            TransformerSpec spec,
            List<Condition> conditions) {
        boolean guided = guided(recipe, conditioner);
        for (Condition condition : conditions) {
            require(condition, condition.rows(), spec.conditionRows());
            require(condition, condition.context(), spec.contextRows());
        }
        int asked = recipe.conditions().size();
        List<Condition> rows = new ArrayList<>();
        for (Condition condition : conditions.subList(0, asked)) {
            for (int i = 0; i < recipe.count(); i++) {
                rows.add(condition);
                if (guided) {
                    rows.add(conditions.get(asked));
                }
            }
        }
        // where there is no second row, the scale is an input of the network, or was refused
        boolean off = !guided && conditioner.classifierFree();
        return new Conditioning(rows, off ? 1 : guidance(recipe, conditioner), guided);
    }

    private static void require(
            Condition condition, Map<String, Tensor> found, Map<String, int[]> expected) {
        expected.forEach(
                (name, shape) -> {
                    Tensor row = found.get(name);
                    if (row == null || row.size() != Tensor.count(shape)) {
                        throw new CluscaException(
                                ErrorCode.INCOMPATIBLE,
                                "The network takes '"
                                        + name
                                        + "' of shape "
                                        + Arrays.toString(shape)
                                        + " from a condition; that of '"
                                        + condition.label()
                                        + "' holds "
                                        + (row == null ? "none" : row)
                                        + ". This is a fault of the model's conditioner.");
                    }
                });
    }

    /**
     * Refuses a negative prompt that nothing would come of.
     *
     * @throws CluscaException INVALID_PARAMETER saying why
     */
    static void checkNegative(Recipe recipe, Conditioner conditioner) {
        if (recipe.negativePrompt().isEmpty() || guided(recipe, conditioner)) {
            return;
        }
        throw new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                "A negative prompt is what classifier-free guidance leads away from; "
                        + (conditioner.classifierFree()
                                ? "a guidance scale of "
                                        + guidance(recipe, conditioner)
                                        + " switches it off: choose one above 1, or leave the"
                                        + " negative prompt out."
                                : "this model has none (what guidance it takes is an input of the"
                                        + " network): leave the negative prompt out."));
    }

    private static double guidance(Recipe recipe, Conditioner conditioner) {
        return recipe.guidance().orElse(conditioner.defaultGuidance());
    }

    static boolean guided(Recipe recipe, Conditioner conditioner) {
        return conditioner.classifierFree() && guidance(recipe, conditioner) > 1;
    }

    int batch() {
        return rows.size();
    }

    int rowsPerImage() {
        return guided ? 2 : 1;
    }

    /** What was asked for, each once. */
    List<String> labels() {
        return List.copyOf(new LinkedHashSet<>(imageLabels()));
    }

    /** The same, one for each image. */
    List<String> imageLabels() {
        List<String> labels = new ArrayList<>();
        for (int row = 0; row < rows.size(); row += rowsPerImage()) {
            labels.add(rows.get(row).label());
        }
        return List.copyOf(labels);
    }

    List<String> warnings() {
        Set<String> warnings = new LinkedHashSet<>();
        rows.forEach(row -> warnings.addAll(row.warnings()));
        return List.copyOf(warnings);
    }
}
