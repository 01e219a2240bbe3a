package org.clusca.server.model;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.engine.Pipeline;

/**
 * Models by name. Each is opened when it is first asked for and stays open; where memory is short,
 * those that nobody uses go, the one that was used longest ago first. Safe to use from several
 * threads.
 */
public final class ModelStore implements AutoCloseable {
    private final Map<String, Supplier<Pipeline>> sources;

    /** The one that was used longest ago first. */
    private final Map<String, OpenModel> open = new LinkedHashMap<>(16, 0.75f, true);

    private boolean closed;

    /**
     * @param sources open models by their names, in the order in which they are listed
     */
    public ModelStore(Map<String, Supplier<Pipeline>> sources) {
        this.sources = new LinkedHashMap<>(sources);
    }

    /** In their order; the first is the one that is meant where none is named. */
    public List<String> names() {
        return List.copyOf(sources.keySet());
    }

    /** Those that are open now. */
    public synchronized List<String> openNames() {
        return List.copyOf(open.keySet());
    }

    /**
     * Does something with a model, which stays open for so long. What the memory does not suffice
     * for is tried again once others were released.
     *
     * @throws CluscaException UNKNOWN_NAME for one that is not there; what opening it or the work
     *     throws
     */
    public <T> T with(String name, Function<OpenModel, T> work) {
        while (true) {
            OpenModel model = acquire(name);
            boolean stale = false;
            try {
                return work.apply(model);
            } catch (CluscaException e) {
                stale = filesAtFault(e.code());
                if (e.code() != ErrorCode.OUT_OF_MEMORY || !releaseIdle(name)) {
                    throw e;
                }
            } finally {
                release(name, model, stale);
            }
        }
    }

    /** What a model's files are at fault for; they may be mended while the service runs. */
    private static boolean filesAtFault(ErrorCode code) {
        return switch (code) {
            case NOT_FOUND, CORRUPT_FILE, INVALID_MODEL, IO -> true;
            default -> false;
        };
    }

    private synchronized OpenModel acquire(String name) {
        if (closed) {
            throw new CluscaException(ErrorCode.CLOSED, "The service is stopping.");
        }
        Supplier<Pipeline> source = sources.get(name);
        if (source == null) {
            throw new CluscaException(
                    ErrorCode.UNKNOWN_NAME,
                    "There is no model '"
                            + name
                            + "'. There are: "
                            + String.join(", ", names())
                            + ".");
        }
        OpenModel model = open.get(name);
        if (model == null) {
            model = new OpenModel(name, source.get());
            open.put(name, model);
        }
        model.users++;
        return model;
    }

    private synchronized void release(String name, OpenModel model, boolean stale) {
        model.users--;
        if (stale && model.users == 0 && open.remove(name, model)) {
            model.close();
        }
    }

    /** Closes one that nobody uses; false when there is none but {@code kept}. */
    private synchronized boolean releaseIdle(String kept) {
        Iterator<OpenModel> models = open.values().iterator();
        while (models.hasNext()) {
            OpenModel model = models.next();
            if (model.users == 0 && !model.name().equals(kept)) {
                models.remove();
                model.close();
                return true;
            }
        }
        return false;
    }

    /** Closes all of them, and ends what they are doing. */
    @Override
    public void close() {
        List<OpenModel> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(open.values());
            open.clear();
        }
        all.forEach(OpenModel::close);
    }
}
