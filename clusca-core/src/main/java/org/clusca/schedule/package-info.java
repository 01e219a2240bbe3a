/**
 * Noise schedules: DDIM, DDPM, DPM-Solver++ and flow-match Euler as diffusers runs them, and the
 * respaced sampler of the original DiT.
 */
@NullMarked
package org.clusca.schedule;

import org.jspecify.annotations.NullMarked;
