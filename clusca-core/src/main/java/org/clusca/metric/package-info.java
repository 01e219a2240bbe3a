/** How near two pictures are. */
@NullMarked
package org.clusca.metric;

import org.jspecify.annotations.NullMarked;
