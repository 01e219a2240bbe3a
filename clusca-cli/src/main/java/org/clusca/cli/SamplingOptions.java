package org.clusca.cli;

import java.time.Duration;
import org.clusca.Clusca;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the denoising loop runs. */
final class SamplingOptions {
    private static final double LONGEST_TIMEOUT = 1e9;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description =
                    "Denoising steps. Default: 50, or 4 for FLUX without guidance (schnell); 11 for bench.")
    private @Nullable Integer steps;

    @Option(
            names = "--guidance",
            paramLabel = "G",
            description =
                    "Guidance scale; 1 switches classifier-free guidance off. Default: the model's own.")
    private @Nullable Double guidance;

    @Option(
            names = "--negative-prompt",
            paramLabel = "TEXT",
            converter = Arguments.Literal.class,
            description =
                    "What guidance leads away from, for models with classifier-free guidance; of classes, a class. Default: the model's own.")
    private @Nullable String negativePrompt;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            converter = Seed.class,
            description =
                    "Decides the noise and every other random choice: any number of 64 bits, signed or unsigned. Of several pictures the first has it, the next one the next number, and so on. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description = "One of 'clusca list --schedulers'. Default: the one the model names.")
    private @Nullable String scheduler;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Give up after so long, loading included. Default: never.")
    private @Nullable Double timeout;

    long seed() {
        return seed;
    }

    int steps(int missing) {
        return steps == null ? missing : steps;
    }

    /** Fills in a request. */
    void apply(Request.Builder request, Clusca clusca, Pipeline pipeline, int missingSteps) {
        request.steps(steps(missingSteps)).seed(seed);
        if (guidance != null) {
            request.guidance(guidance);
        }
        if (negativePrompt != null) {
            request.negativePrompt(negativePrompt);
        }
        if (scheduler != null) {
            request.scheduler(clusca.scheduler(scheduler, pipeline.model().scheduler()));
        }
        if (timeout != null) {
            if (!(timeout > 0 && timeout <= LONGEST_TIMEOUT)) {
                throw new CluscaException(
                        ErrorCode.INVALID_PARAMETER,
                        "--timeout must be a number of seconds above 0, found " + timeout + ".");
            }
            request.timeout(Duration.ofMillis(Math.max(1, Math.round(1000 * timeout))));
        }
    }
}
