/**
 * The denoising loop: carries out what a cache policy decides, on any transformer, and reports what
 * was done.
 */
@NullMarked
package org.clusca.engine;

import org.jspecify.annotations.NullMarked;
