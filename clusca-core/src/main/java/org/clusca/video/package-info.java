/** From latents to video files: decoding in tiles, frame by frame into a file. */
@NullMarked
package org.clusca.video;

import org.jspecify.annotations.NullMarked;
