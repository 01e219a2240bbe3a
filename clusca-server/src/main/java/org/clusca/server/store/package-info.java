/** What was made, kept for a while. */
@NullMarked
package org.clusca.server.store;

import org.jspecify.annotations.NullMarked;
