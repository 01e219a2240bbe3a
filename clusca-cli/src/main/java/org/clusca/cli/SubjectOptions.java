package org.clusca.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;
import org.clusca.api.model.Size;
import org.clusca.engine.PromptCache;
import org.clusca.engine.Request;
import org.clusca.report.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What to draw, and how often. */
final class SubjectOptions {
    @Option(
            names = "--class",
            paramLabel = "NAME",
            arity = "1..*",
            description =
                    "One or more classes, by name or number, for models of classes; '--class cat --class dog' and '--class cat dog' are the same.")
    private List<String> classes = new ArrayList<>();

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            converter = Arguments.Literal.class,
            description = "A prompt, for models of prompts; may be given several times.")
    private List<String> prompts = new ArrayList<>();

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "A UTF-8 file of prompts, one a line; blank lines are left out.")
    private @Nullable Path promptFile;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "Pictures or videos of each class or prompt. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--initial-latents",
            paramLabel = "FILE",
            description =
                    "Start from the float32 tensor 'latents' [pictures, channels, height, width], of videos [videos, channels, frames, height, width], of a safetensors file instead of from noise drawn by the seed. It decides the size unless --width, --height or --frames do.")
    private @Nullable Path initialLatents;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private List<String> texts = List.of();

    /**
     * Refuses a command line without a subject; reads the file of prompts.
     *
     * @throws ParameterException when there is none
     */
    void read() {
        if (classes.isEmpty() && prompts.isEmpty() && promptFile == null) {
            throw new ParameterException(
                    command.commandLine(),
                    "Missing what to draw: --class NAME, --prompt TEXT or --prompts FILE");
        }
        texts = new ArrayList<>(classes);
        texts.addAll(prompts);
        if (promptFile != null) {
            texts.addAll(PromptFile.read(promptFile));
        }
    }

    /**
     * As {@link #apply}; where nothing is asked for, every class of the model.
     *
     * @throws ParameterException when there is none, and nothing is asked for
     */
    void applyOrAll(Request.Builder request, Model model, Size size) {
        if (classes.isEmpty() && prompts.isEmpty() && promptFile == null) {
            classes = new ArrayList<>(model.conditioner().classes());
        }
        read();
        apply(request, model, size);
    }

    /** Fills in a request whose size is settled. */
    void apply(Request.Builder request, Model model, Size size) {
        if (Kind.ofClasses(model) && texts.size() > classes.size()) {
            throw Subject.wantsClass(model);
        }
        if (!Kind.ofClasses(model) && !classes.isEmpty()) {
            throw Subject.wantsPrompt(model);
        }
        request.conditions(texts).count(count).promptCache(new PromptCache(texts.size()));
        if (initialLatents != null) {
            request.initialLatents(
                    LatentsFile.read(
                            initialLatents,
                            texts.size() * Math.max(1, count),
                            model.latentShape(size),
                            size.equals(Size.DEFAULT)));
        }
    }

    /** Classes as the model calls them, or the prompts. */
    List<String> labels(Model model) {
        return texts.stream().map(text -> model.conditioner().label(Prompt.of(text))).toList();
    }

    int count() {
        return count;
    }
}
