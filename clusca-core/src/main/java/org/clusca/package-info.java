/** The facade: what a Java service uses. */
@NullMarked
package org.clusca;

import org.jspecify.annotations.NullMarked;
