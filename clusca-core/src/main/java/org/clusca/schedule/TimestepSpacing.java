package org.clusca.schedule;

import java.util.Locale;
import org.clusca.api.CluscaException;
import org.clusca.api.ErrorCode;
import org.clusca.api.model.Config;

/**
 * How a few timesteps are chosen among the training timesteps (Lin et al. 2023, "Common Diffusion
 * Noise Schedules and Sample Steps are Flawed", table 2), rounded half to even as numpy does.
 */
enum TimestepSpacing {
    /**
     * Multiples of a whole stride from 0 up, plus the offset: the noisiest timestep is left out.
     */
    LEADING {
        @Override
        int timestep(int rank, int points, int trainingSteps) {
            return (points - 1 - rank) * (trainingSteps / points);
        }
    },
    /** Down from the noisiest timestep in even strides: timestep 0 is left out. */
    TRAILING {
        @Override
        int timestep(int rank, int points, int trainingSteps) {
            // The stride as a difference of two grid points, which is what numpy's arange uses.
            double stride = trainingSteps - (trainingSteps - (double) trainingSteps / points);
            return (int) Math.rint(trainingSteps - rank * stride) - 1;
        }
    },
    /** Evenly from the noisiest timestep to 0, both included. */
    LINSPACE {
        @Override
        int timestep(int rank, int points, int trainingSteps) {
            int fromZero = points - 1 - rank;
            if (rank == 0) {
                return points == 1 ? 0 : trainingSteps - 1;
            }
            return (int) Math.rint(fromZero * ((trainingSteps - 1.0) / (points - 1)));
        }
    };

    static TimestepSpacing of(Config config, String missing) {
        String name = config.choice("timestep_spacing", missing, "leading", "trailing", "linspace");
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Timestep number {@code rank}, 0 for the noisiest, of a grid of {@code points}. */
    abstract int timestep(int rank, int points, int trainingSteps);

    /**
     * The first {@code steps} of a grid of {@code points}, noisiest first.
     *
     * @param offset added to every timestep of {@link #LEADING}
     */
    int[] timesteps(int steps, int points, int trainingSteps, int offset) {
        int[] timesteps = new int[steps];
        for (int rank = 0; rank < steps; rank++) {
            timesteps[rank] =
                    timestep(rank, points, trainingSteps) + (this == LEADING ? offset : 0);
        }
        if (timesteps[0] >= trainingSteps || timesteps[steps - 1] < 0) {
            throw new CluscaException(
                    ErrorCode.INVALID_PARAMETER,
                    steps
                            + " steps with steps_offset "
                            + offset
                            + " leave the training timesteps 0 to "
                            + (trainingSteps - 1)
                            + "; take fewer steps.");
        }
        return timesteps;
    }
}
