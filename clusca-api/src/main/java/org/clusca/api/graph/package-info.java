/** How a model adapter writes its computation, without knowing what runs it. */
@NullMarked
package org.clusca.api.graph;

import org.jspecify.annotations.NullMarked;
