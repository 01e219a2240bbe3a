package org.clusca.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.cache.CachePolicy;
import org.clusca.engine.Compute;
import org.clusca.engine.Pipeline;
import org.clusca.engine.Request;
import org.clusca.engine.trunk.CachePrecision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How cached features are held, and how much memory they may take. */
final class CacheOptions {
    private static final Pattern SIZE =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt])(?:i?b)?", Pattern.CASE_INSENSITIVE);

    @Option(
            names = "--cache-type",
            paramLabel = "TYPE",
            description =
                    "How cached features are held: fp32, or bf16 in half the memory. Default: fp32.")
    private @Nullable String type;

    @Option(
            names = "--cache-memory",
            paramLabel = "SIZE",
            description =
                    "The most that cached features may take, e.g. 2g or 500m. Takes what fits: fp32, else bf16, else a lower order of the policy, at last taylorseer:keep=last.")
    private @Nullable String memory;

    /**
     * What fits of a policy.
     *
     * @param request all but the policy
     * @param compute in which numbers is computed
     * @throws CluscaException OUT_OF_MEMORY when nothing of it fits into {@code --cache-memory}
     */
    CacheChoice choose(
            Pipeline pipeline, Request.Builder request, CachePolicy policy, Compute compute) {
        CacheChoice asked = new CacheChoice(policy, precision(), compute);
        if (memory == null) {
            return asked;
        }
        if (type != null) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "--cache-memory chooses the type of the cache; leave --cache-type out.");
        }
        Request fitted = pipeline.fitCache(asked.apply(request).build(), most(memory));
        return new CacheChoice(fitted.policy(), fitted.cachePrecision(), compute);
    }

    private CachePrecision precision() {
        if (type == null) {
            return CachePrecision.FLOAT32;
        }
        for (CachePrecision precision : CachePrecision.values()) {
            if (precision.word().equals(type)) {
                return precision;
            }
        }
        throw new CluscaException(
                ErrorCode.INVALID_PARAMETER,
                "--cache-type must be fp32 or bf16, found " + type + ".");
    }

    /** Bytes of a size such as {@code 1.5g}. */
    private static long most(String size) {
        Matcher matcher = SIZE.matcher(size.strip());
        if (!matcher.matches()) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    "--cache-memory must be a number with k, m, g or t, such as 2g, found '"
                            + size
                            + "'.");
        }
        int power = 1 + "kmgt".indexOf(matcher.group(2).toLowerCase(Locale.ROOT));
        return (long) (Double.parseDouble(matcher.group(1)) * Math.pow(1024, power));
    }
}
