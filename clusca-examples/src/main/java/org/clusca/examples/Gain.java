package org.clusca.examples;

import java.util.Locale;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.MathArrays;

/**
 * By how much one way of making pictures is ahead of another.
 *
 * @param mean difference, picture by picture
 * @param error standard error of that mean
 */
record Gain(double mean, double error) {
    static Gain of(double[] own, double[] base) {
        double[] gains = MathArrays.ebeSubtract(own, base);
        return new Gain(StatUtils.mean(gains), Math.sqrt(StatUtils.variance(gains) / gains.length));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%+.2f ± %.2f", mean, error);
    }
}
