/** Clustering of tokens. */
@NullMarked
package org.clusca.api.cluster;

import org.jspecify.annotations.NullMarked;
