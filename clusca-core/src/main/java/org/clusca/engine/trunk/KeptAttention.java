package org.clusca.engine.trunk;

import java.util.List;
import java.util.Set;
import org.clusca.api.model.BranchKind;

/** What of a branch's attention is kept for tokens that are computed without the others. */
enum KeptAttention {
    NOTHING(List.of()),
    /** What it brought to each token. */
    MIXED(List.of("mixed")),
    /** What tokens attend to. */
    KEYS_AND_VALUES(List.of("keys", "values"));

    private final List<String> names;

    KeptAttention(List<String> names) {
        this.names = names;
    }

    /**
     * @param tokens kinds of branches that are computed on some tokens
     */
    static KeptAttention of(Set<BranchKind> tokens, BranchKind kind) {
        boolean refreshed = tokens.contains(kind);
        boolean attends = tokens.contains(BranchKind.ATTENTION);
        return switch (kind) {
            case ATTENTION -> refreshed ? KEYS_AND_VALUES : NOTHING;
            case PARALLEL -> refreshed ? attends ? KEYS_AND_VALUES : MIXED : NOTHING;
            case CROSS_ATTENTION, MLP -> NOTHING;
        };
    }

    /** Names of the graph's inputs, one for each tensor {@code [batch, tokens, width]}. */
    List<String> inputs(int branch) {
        // a model may have a context of its own that is named keys0
        return names.stream().map(name -> "kept." + name + branch).toList();
    }

    /** How many tensors. */
    int count() {
        return names.size();
    }

    /** Whether tokens that are computed alone write it too. */
    boolean refreshed() {
        return this == KEYS_AND_VALUES;
    }
}
