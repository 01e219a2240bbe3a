/** From the latents of a video to its frames: decoding in tiles. */
@NullMarked
package org.clusca.video;

import org.jspecify.annotations.NullMarked;
