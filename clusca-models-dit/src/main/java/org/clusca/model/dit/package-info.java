/**
 * The DiT family: class-conditional diffusion transformers with adaLN-Zero blocks (arXiv
 * 2212.09748).
 */
@NullMarked
package org.clusca.model.dit;

import org.jspecify.annotations.NullMarked;
