package org.clusca;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.Names;

/**
 * The factories of one kind by name.
 *
 * @param <F> the factory interface
 */
public final class Registry<F> {
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
     * The factories on the class path by name; of two with the same name the first on the class
     * path wins.
     */
    static <F> Map<String, F> load(Class<F> type, Function<F, String> name) {
        Map<String, F> found = new LinkedHashMap<>();
        try {
            for (ClassLoader loader : loaders()) {
                for (F factory : ServiceLoader.load(type, loader)) {
                    found.putIfAbsent(checked(name.apply(factory), factory), factory);
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
