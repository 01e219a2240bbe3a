/** Noise schedules: timesteps, and the step from one latent to the next. */
@NullMarked
package org.clusca.api.schedule;

import org.jspecify.annotations.NullMarked;
