package org.clusca.api.model;

import java.nio.file.Path;

/** A directory (or one file of weights) that may hold a model. */
public interface ModelDirectory {
    Path path();

    /** Whether there is such a file or folder, relative to {@link #path()}. */
    boolean has(String relative);

    /**
     * A JSON object.
     *
     * @throws org.clusca.api.CluscaException NOT_FOUND or CORRUPT_FILE, naming the file
     */
    Config json(String relative);

    /**
     * The weights of one component: {@code diffusion_pytorch_model.safetensors} or {@code
     * model.safetensors}, else {@code .bin} as PyTorch writes it, whole or in shards with an index;
     * the file itself when {@link #path()} is one and {@code folder} is empty.
     *
     * @throws org.clusca.api.CluscaException NOT_FOUND or CORRUPT_FILE, naming the file
     */
    Weights weights(String folder);
}
