/**
 * The denoising network with everything by which its branches are computed, refreshed or forecast:
 * {@link org.clusca.engine.trunk.Trunk} is the way in.
 */
@NullMarked
package org.clusca.engine.trunk;

import org.jspecify.annotations.NullMarked;
