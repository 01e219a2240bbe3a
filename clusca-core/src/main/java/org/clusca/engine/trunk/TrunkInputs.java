package org.clusca.engine.trunk;

/** Names of a trunk graph's inputs. */
final class TrunkInputs {
    static final String LATENT = "latent";
    static final String MODULATION = "modulation";

    /** Which branches are computed, {@code [branches]}. */
    static final String COMPUTE = "compute";

    /** Which are computed on some tokens. */
    static final String SOME = "some";

    /** Which are computed only to be measured. */
    static final String VERIFY = "verify";

    /** In which of these computed tokens move others of their cluster. */
    static final String SPREADING = "spreading";

    /** {@code [branches]}: whether what spreads is the error of the forecast. */
    static final String CORRECTING = "correcting";

    /** Of each slot: whether its place is forecast, or one that its branch lies in. */
    static final String FORECAST = "forecast";

    /** Of each place's slot: whether it is forecast by frequency. */
    static final String BANDED = "banded";

    /** What the last layer read at the step before. */
    static final String STATE = "state";

    /** Whether only some of its tokens are renewed. */
    static final String REFRESH = "refresh";

    /** Which: batch row and token. */
    static final String REFRESHED = "refreshed";

    private TrunkInputs() {}

    /** Of flags that are each an input of its own. */
    static String flag(String flags, int index) {
        return flags + "." + index;
    }

    static String coefficient(int order) {
        return "coefficient" + order;
    }

    /** By how much more the low frequencies of a slot are multiplied than the high ones. */
    static String low(int order) {
        return "low" + order;
    }

    static String rows(int slot) {
        return "rows" + slot;
    }

    static String columns(int slot) {
        return "columns" + slot;
    }

    static String mask(int slot) {
        return "mask" + slot;
    }

    static String rate(int order) {
        return "rate" + order;
    }

    static String feature(int slot, int order) {
        return "feature" + slot + "." + order;
    }

    static String tokens(int branch) {
        return "tokens" + branch;
    }

    /** Which batch rows have chosen any of them. */
    static String chose(int branch) {
        return "chose" + branch;
    }

    /** Of each token, how much shorter than the branch's its own distance is. */
    static String distances(int branch) {
        return "distances" + branch;
    }

    static String spread(int branch) {
        return "spread" + branch;
    }

    static String keep(int branch) {
        return "keep" + branch;
    }
}
