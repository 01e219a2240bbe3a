/** Who waits, what is made together, and who goes away. */
@NullMarked
package org.clusca.server.queue;

import org.jspecify.annotations.NullMarked;
