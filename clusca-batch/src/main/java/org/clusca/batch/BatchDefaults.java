package org.clusca.batch;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.clusca.Clusca;
import org.clusca.api.model.Model;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;

/**
 * What rows leave open; what these leave open is the model's. Without a policy it is {@code
 * balanced}, and {@code taylorseer} where the scheduler adds noise.
 */
public record BatchDefaults(
        Optional<String> policy,
        Optional<String> scheduler,
        OptionalInt steps,
        OptionalDouble guidance) {
    public static final BatchDefaults NONE =
            new BatchDefaults(
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    OptionalDouble.empty());

    /** A row with what it left open. */
    BatchRow fill(BatchRow row) {
        return new BatchRow(
                row.id(),
                row.prompt(),
                row.seed(),
                row.size(),
                row.steps().isPresent() ? row.steps() : steps,
                row.guidance().isPresent() ? row.guidance() : guidance,
                row.negativePrompt(),
                row.policy().or(() -> policy),
                row.scheduler().or(() -> scheduler));
    }

    /**
     * @param row that was filled
     */
    static Request.Builder request(BatchRow row, Clusca clusca, Pipeline pipeline) {
        Model model = pipeline.model();
        Request.Builder request =
                Request.builder()
                        .conditions(List.of(row.prompt()))
                        .seed(row.seed())
                        .size(row.size())
                        .steps(row.steps().orElse(model.defaultSteps()));
        row.guidance().ifPresent(request::guidance);
        row.negativePrompt().ifPresent(request::negativePrompt);
        row.scheduler()
                .ifPresent(name -> request.scheduler(clusca.scheduler(name, model.scheduler())));
        String tag = row.policy().orElseGet(() -> Clusca.usualPolicy(pipeline, request.build()));
        return request.policy(clusca.policy(tag, model));
    }
}
