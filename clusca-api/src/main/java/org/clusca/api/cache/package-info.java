/** Cache policies: what every branch of the network does at every step. */
@NullMarked
package org.clusca.api.cache;

import org.jspecify.annotations.NullMarked;
