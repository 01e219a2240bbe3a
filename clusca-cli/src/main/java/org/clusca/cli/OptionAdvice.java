package org.clusca.cli;

import org.clusca.api.Advice;

/** Advice with the options that follow it. */
final class OptionAdvice {
    private OptionAdvice() {}

    static String words(Advice advice) {
        String options =
                switch (advice) {
                    case FEWER_IMAGES -> "--count";
                    case SMALLER_SIZE -> "--width, --height, --frames";
                    case WEIGHTS_IN_8_BITS -> "--weights int8";
                    case WEIGHTS_IN_4_BITS -> "--weights int4";
                    case CACHE_IN_16_BITS -> "--cache-type bf16";
                    case LOWER_ORDER -> "--policy NAME:order=0";
                    case ONE_HIDDEN_STATE -> "--policy taylorseer:keep=last";
                    case LARGER_CACHE -> "--cache-memory";
                    case ANOTHER_POLICY -> "--policy";
                    case ANOTHER_SCHEDULER -> "--scheduler";
                    case FREE_MEMORY -> "";
                };
        return options.isEmpty() ? advice.words() : advice.words() + " (" + options + ")";
    }
}
