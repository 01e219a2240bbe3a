/** Clusterers of tokens: the paper's k-means and what it is compared with. */
@NullMarked
package org.clusca.cluster;

import org.jspecify.annotations.NullMarked;
