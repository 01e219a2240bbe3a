/** Small programs that use Clusca as a library. */
@NullMarked
package org.clusca.examples;

import org.jspecify.annotations.NullMarked;
