/** How near two pictures or videos are. */
@NullMarked
package org.clusca.metric;

import org.jspecify.annotations.NullMarked;
