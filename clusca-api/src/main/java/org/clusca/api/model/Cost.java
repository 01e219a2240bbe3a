package org.clusca.api.model;

/**
 * Operations by kind, of one batch row. What a kind counts for is a convention; here is only how
 * often it happens.
 *
 * @param linear multiply-adds of linear layers and convolutions
 * @param attention multiply-adds of queries with keys and of weights with values
 * @param norm elements normalised
 * @param gelu elements through GELU
 * @param silu elements through SiLU
 * @param softmax elements of the attention maps of all heads
 * @param scaling elements of the queries, which attention scales
 */
public record Cost(
        long linear, long attention, long norm, long gelu, long silu, long softmax, long scaling) {
    public static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0, 0);

    /** A linear layer over {@code rows} tokens. */
    public static Cost linear(long rows, long in, long out) {
        return new Cost(rows * in * out, 0, 0, 0, 0, 0, 0);
    }

    /**
     * Attention without its projections.
     *
     * @param width channels of all heads together
     */
    public static Cost attention(long queries, long keys, long heads, long width) {
        return new Cost(
                0, 2 * queries * keys * width, 0, 0, 0, heads * queries * keys, queries * width);
    }

    public static Cost norm(long rows, long width) {
        return new Cost(0, 0, rows * width, 0, 0, 0, 0);
    }

    public static Cost gelu(long rows, long width) {
        return new Cost(0, 0, 0, rows * width, 0, 0, 0);
    }

    public static Cost silu(long rows, long width) {
        return new Cost(0, 0, 0, 0, rows * width, 0, 0);
    }

    public static Cost sum(Cost... parts) {
        Cost sum = NONE;
        for (Cost part : parts) {
            sum = sum.plus(part);
        }
        return sum;
    }

    public Cost plus(Cost other) {
        return new Cost(
                linear + other.linear,
                attention + other.attention,
                norm + other.norm,
                gelu + other.gelu,
                silu + other.silu,
                softmax + other.softmax,
                scaling + other.scaling);
    }

    public Cost times(long count) {
        return new Cost(
                linear * count,
                attention * count,
                norm * count,
                gelu * count,
                silu * count,
                softmax * count,
                scaling * count);
    }

    /** Of {@code count} tokens, when this is the cost of {@code all}, each costing the same. */
    Cost share(long count, long all) {
        return new Cost(
                linear / all * count,
                attention / all * count,
                norm / all * count,
                gelu / all * count,
                silu / all * count,
                softmax / all * count,
                scaling / all * count);
    }
}
