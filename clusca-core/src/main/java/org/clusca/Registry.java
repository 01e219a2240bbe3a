package org.clusca;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Names;

/**
 * The factories of one kind by name.
 *
 * @param <F> the factory interface
 */
public final class Registry<F> {
    private static final Logger LOG = System.getLogger(Registry.class.getName());

    private final String kind;
    private final Map<String, F> factories;

    /**
     * @param kind what the factories make, for errors, e.g. {@code policy}
     */
    Registry(String kind, Map<String, F> factories) {
        this.kind = kind;
        this.factories = Map.copyOf(factories);
    }

    /**
     * The factories on the class path and those bound by modules; of two with the same name a bound
     * one wins, then the first on the class path.
     */
    static <F> Registry<F> of(
            String kind, Class<F> type, Function<F, String> name, Map<String, F> bound) {
        Map<String, F> factories = new LinkedHashMap<>();
        Set<F> shadowed = new LinkedHashSet<>();
        bound.forEach((key, factory) -> factories.put(checked(key, factory), factory));
        load(type, name)
                .forEach(
                        factory -> {
                            F winner = factories.putIfAbsent(name.apply(factory), factory);
                            // a class that two loaders see is found twice
                            if (winner != null && winner.getClass() != factory.getClass()) {
                                shadowed.add(factory);
                            }
                        });
        Registry<F> registry = new Registry<>(kind, factories);
        LOG.log(
                Level.DEBUG,
                () ->
                        kind
                                + ": "
                                + registry.words(factories.values())
                                + (shadowed.isEmpty()
                                        ? ""
                                        : "; shadowed: " + registry.words(shadowed)));
        return registry;
    }

    private String words(Collection<F> some) {
        return some.stream()
                .map(factory -> factory.getClass().getName() + " (" + origin(factory) + ")")
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** The factories on the class path, in its order. */
    static <F> List<F> load(Class<F> type, Function<F, String> name) {
        List<F> found = new ArrayList<>();
        try {
            for (ClassLoader loader : loaders()) {
                for (F factory : ServiceLoader.load(type, loader)) {
                    checked(name.apply(factory), factory);
                    found.add(factory);
                }
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    "A plug-in on the class path cannot be loaded: "
                            + e.getMessage()
                            + ". Mend or remove its jar.",
                    e);
        }
        return found;
    }

    private static String checked(String name, Object factory) {
        if (!name.matches("[a-z0-9][a-z0-9+-]*")) {
            throw new CluscaException(
                    ErrorCode.INCOMPATIBLE,
                    factory.getClass().getName()
                            + " calls itself '"
                            + name
                            + "'; names are lower-case letters, digits, - and +.");
        }
        return name;
    }

    /**
     * Where Clusca itself comes from, for the parts it brings along, and the loader of the thread:
     * application servers give each application one of its own, and plug-ins beside the application
     * are wanted too.
     */
    private static Set<ClassLoader> loaders() {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        loaders.add(Registry.class.getClassLoader());
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null) {
            loaders.add(context);
        }
        return loaders;
    }

    /** Names in alphabetical order. */
    public List<String> names() {
        return factories.keySet().stream().sorted().toList();
    }

    public List<F> all() {
        List<F> all = new ArrayList<>();
        names().forEach(name -> all.add(get(name)));
        return all;
    }

    /**
     * @throws CluscaException UNKNOWN_NAME, with the names there are
     */
    public F get(String name) {
        F factory = factories.get(name);
        if (factory == null) {
            Set<String> names = factories.keySet();
            List<String> near = Names.near(name, names);
            throw new CluscaException(
                    ErrorCode.UNKNOWN_NAME,
                    "No "
                            + kind
                            + " named '"
                            + name
                            + "'."
                            + (near.isEmpty()
                                    ? ""
                                    : " Did you mean " + String.join(", ", near) + "?")
                            + " Available: "
                            + String.join(", ", names())
                            + ". Another one needs its jar on the class path.");
        }
        return factory;
    }

    /** The jar or folder that a factory comes from. */
    public static String origin(Object factory) {
        CodeSource source = factory.getClass().getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null) {
            return "the class path";
        }
        String path = location.getPath();
        return path.endsWith(".jar") ? path.substring(path.lastIndexOf('/') + 1) : path;
    }
}
