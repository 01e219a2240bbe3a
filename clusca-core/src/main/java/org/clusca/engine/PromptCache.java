package org.clusca.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Condition;
import org.clusca.api.model.Model;
import org.clusca.api.model.Prompt;

/**
 * What prompts became, for requests that share it: a prompt that is asked for again runs no text
 * encoder. Holds a stated number of them, the last used ones; what guidance leads away from is one
 * more. Safe to use from several threads and for several models.
 */
public final class PromptCache {
    private final Map<Key, Condition> conditions;

    /**
     * A condition that a request needs.
     *
     * @param unconditional whether it is that of the second rows of guidance
     * @param weights how the encoders hold theirs
     */
    record Wanted(Prompt prompt, boolean unconditional, WeightFormat weights) {}

    /** A model is itself and no other. */
    private record Key(Model model, Wanted wanted) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && model == key.model && wanted.equals(key.wanted);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(model) + wanted.hashCode();
        }
    }

    /**
     * @param most prompts that are kept
     * @throws CluscaException INVALID_PARAMETER when that is none
     */
    public PromptCache(int most) {
        if (most < 1) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "A prompt cache keeps at least one prompt, found " + most + ".");
        }
        conditions =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Condition> eldest) {
                        return size() > most;
                    }
                };
    }

    synchronized Optional<Condition> get(Model model, Wanted wanted) {
        return Optional.ofNullable(conditions.get(new Key(model, wanted)));
    }

    synchronized void put(Model model, Wanted wanted, Condition condition) {
        conditions.put(new Key(model, wanted), condition);
    }

    /** Prompts held. */
    public synchronized int size() {
        return conditions.size();
    }
}
